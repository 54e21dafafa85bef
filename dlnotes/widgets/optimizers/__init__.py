"""Demos of the chapter on optimizers."""

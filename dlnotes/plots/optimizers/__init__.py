"""Figures of the chapter on optimizers, one module a section."""

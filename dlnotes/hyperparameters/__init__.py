"""Hyperparameters: spaces to search, the ways through them, and a choice one may believe."""

"""An optimizer of PyTorch's kind around a rule: packed into vectors, compiled, in place."""

from dlnotes.training.optimizer.facade import Optimizer

__all__ = ["Optimizer"]

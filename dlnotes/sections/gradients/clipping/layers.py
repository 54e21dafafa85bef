"""One layer at two learning rates, and thirty layers before the first step.

Book: gradients/clipping
"""

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets

WIDTH, DEPTH, LAST = 64, 30, 50


def one_layer(share: float, steps: int = 600) -> float:
    """What the last 50 steps multiply the gradient of a single linear layer by, each.

    It gives ten scores from 64 pixels of 200 digits; half the squared error from 0 … 1 … 0.

    Args:
        share: learning rate, times the largest curvature: 2 is the limit.
        steps: how many to take.
    """
    X, right = _task()
    lr = share / torch.linalg.eigvalsh(X.T @ X / len(X))[-1]
    weights, lengths = torch.zeros(X.shape[1], right.shape[1], dtype=X.dtype), []
    for _ in range(steps):
        grad = X.T @ (X @ weights - right) / len(X)
        weights = weights - lr * grad
        lengths.append(grad.norm().item())
    return (lengths[-1] / lengths[-1 - LAST]) ** (1 / LAST)


def _task() -> tuple[Tensor, Tensor]:
    data = datasets.digits(0, dtype=torch.float64)
    return data.X[:200], torch.nn.functional.one_hot(data.y[:200]).double()


def many_layers(gain: float, seed: int) -> float:
    """What each of 30 layers multiplies the signal sent back by, before any step is taken.

    Args:
        gain: standard deviation of a weight, times the root of the width.
        seed: of the weights.
    """
    source = seeded(seed)
    signal = torch.randn(WIDTH, generator=source, dtype=torch.float64)
    before = signal.norm()
    for _ in range(DEPTH):
        weights = torch.randn(WIDTH, WIDTH, generator=source, dtype=torch.float64)
        signal = (gain / WIDTH**0.5) * weights.T @ signal
    return ((signal.norm() / before) ** (1 / DEPTH)).item()

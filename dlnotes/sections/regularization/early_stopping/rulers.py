"""Two rulers for one linear model: stop after t steps, or pay a penalty α; what the demo computes.

Eight directions of curvature 1 down to 0.001, 100 examples. Along each, the truth is 1 or 0 and
the noise of least squares has variance σ² / (100 λ).

Book: regularization/early_stopping
"""

import torch
from torch import Tensor

DIRECTIONS, EXAMPLES = 8, 100
LOWEST = 0.001  # the smallest curvature; the largest is 1
CURVATURE = torch.logspace(0, -3, DIRECTIONS, dtype=torch.float64)
TRUTHS = {
    "even": torch.ones(DIRECTIONS, dtype=torch.float64),
    "steep": torch.tensor([1.0] * 2 + [0.0] * 6, dtype=torch.float64),
    "flat": torch.tensor([0.0] * 5 + [1.0] * 3, dtype=torch.float64),
}
LAST = 1000  # steps at the right end of the ruler
TIMES = sorted({round(10 ** (i / 20)) for i in range(61)})  # 1 to 1000, even on a log axis


def stopped(lr: Tensor, steps: Tensor) -> Tensor:
    """What t steps keep of each direction, `(D,)`; for lr below 1."""
    return 1 - (steps * (1 - lr * CURVATURE).log()).exp()


def penalized(alpha: Tensor) -> Tensor:
    """What a penalty leaves of each direction, `(D,)`."""
    return CURVATURE / (CURVATURE + alpha)


def across(lr: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    """From steps to the penalty beside them on the ruler, or back: factor / (lr · other)."""
    return factor / (lr * other)


def apart(one: Tensor, other: Tensor) -> Tensor:
    """The largest difference between two shares kept."""
    return (one - other).abs().amax()


def errors_stopped(lr: Tensor, truth: Tensor, noise: Tensor) -> Tensor:
    """The expected squared error above the noise, after each of `TIMES`, `(T,)`."""
    return _errors(1 - (_times() * (1 - lr * CURVATURE).log()).exp(), truth, noise)


def errors_penalized(lr: Tensor, factor: Tensor, truth: Tensor, noise: Tensor) -> Tensor:
    """The same under the penalty beside each of `TIMES`, `(T,)`."""
    return _errors(CURVATURE / (CURVATURE + across(lr, _times(), factor)), truth, noise)


def _times() -> Tensor:
    return torch.tensor(TIMES, dtype=torch.float64)[:, None]


def _errors(kept: Tensor, truth: Tensor, noise: Tensor) -> Tensor:
    bias = CURVATURE * (1 - kept).square() * truth.square()
    return (bias + kept.square() * noise.square() / EXAMPLES).sum(1)

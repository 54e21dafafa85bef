"""The linear model of the demo, run: gradient descent and ridge regression on drawn noise.

Book: regularization/early_stopping
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.linear import ridge
from dlnotes.regularization.shrinkage import excess, kept_after, kept_under
from dlnotes.sections.regularization.early_stopping.rulers import (
    CURVATURE,
    DIRECTIONS,
    EXAMPLES,
    TRUTHS,
)

LR = 0.1
STEPS = torch.arange(1, 3001, dtype=torch.float64)[:, None]
STRENGTHS = torch.logspace(-4, 1, 1001, dtype=torch.float64)[:, None]


class Best(NamedTuple):
    """The stop and the penalty with the lowest expected error.

    Attributes:
        steps: t; alpha: α.
        stopped: the expected squared error above the noise; penalized: likewise.
    """

    steps: int
    alpha: float
    stopped: float
    penalized: float


def best(truth: str, noise: float = 1.0) -> Best:
    """By formula, for every t up to 3000 and 1001 penalties."""
    errors = [
        excess(kept, CURVATURE, TRUTHS[truth], noise, EXAMPLES)
        for kept in (kept_after(CURVATURE, LR, STEPS), kept_under(CURVATURE, STRENGTHS))
    ]
    t, a = (int(each.argmin()) for each in errors)
    return Best(t + 1, STRENGTHS[a].item(), errors[0][t].item(), errors[1][a].item())


def ran(truth: str, at: Best, noise: float = 1.0, draws: int = 2000, seed: int = 0) -> Tensor:
    """The mean of the same two errors over drawn noise, by running both methods, `(2,)`."""
    source, double = seeded(seed), torch.float64
    rows = torch.randn(EXAMPLES, DIRECTIONS, generator=source, dtype=double)
    X = torch.linalg.qr(rows).Q * (EXAMPLES * CURVATURE).sqrt()
    right = X @ TRUTHS[truth]
    y = right + noise * torch.randn(draws, EXAMPLES, generator=source, dtype=double)
    curved, pull = X.T @ X / EXAMPLES, y @ X / EXAMPLES
    w = torch.zeros(draws, DIRECTIONS, dtype=double)
    for _ in range(at.steps):
        w = w - LR * (w @ curved - pull)
    paid = ridge(X.expand(draws, -1, -1), y, at.alpha)
    return torch.stack([(each @ X.T - right).square().mean() for each in (w, paid)])


def nearest() -> tuple[float, float]:
    """The factor c for which c / (η t) comes nearest to steps, over all λ, and how near."""
    x = torch.logspace(-5, 4, 9001, dtype=torch.float64)
    kept = 1 - (-x).exp()  # of steps that are small: λ η t = x
    factors = torch.linspace(0.3, 1.0, 1401, dtype=torch.float64)[:, None]
    apart = (kept - x / (factors + x)).abs().amax(1)
    return factors[apart.argmin()].item(), apart.min().item()

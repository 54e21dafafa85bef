"""Dropout in linear regression, run and in closed form; and in front of a sigmoid.

Book: regularization/dropout
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus

from dlnotes.core.seeds import seeded
from dlnotes.regularization.dropout import dropout, dropout_regression, thinned
from dlnotes.regularization.linear import ridge

EXAMPLES, SCALES = 200, (1.0, 1.0, 2.0, 0.5)
LR, STEPS, SETTLED = 0.02, 4000, 1000
LARGER = 100.0  # a feature in centimeters instead of meters


class Problem(NamedTuple):
    """Features, `(N, D)`, and targets, `(N,)`."""

    X: Tensor
    y: Tensor


def problem(seed: int = 0) -> Problem:
    """Four features of unequal sizes, the first two much alike, and noise in the targets."""
    source, double = seeded(seed), torch.float64
    X = torch.randn(EXAMPLES, len(SCALES), generator=source, dtype=double)
    X[:, 1] = X[:, 0] + 0.5 * X[:, 1]
    noise = torch.randn(EXAMPLES, generator=source, dtype=double)
    return Problem(X * torch.tensor(SCALES, dtype=double), X.sum(1) + noise)


def trained(given: Problem, p: float, seed: int = 0) -> Tensor:
    """Gradient descent with new masks at every step: the mean of the weights once it has settled.

    Args:
        given: what is fitted.
        p: share of the features switched off.
        seed: of the masks.
    """
    X, y = given
    source, w = seeded(seed), torch.zeros(X.shape[1], dtype=X.dtype)
    total = torch.zeros_like(w)
    for step in range(STEPS):
        seen = dropout(X, p, source)
        w = w - LR * seen.T @ (seen @ w - y) / len(y)
        total += w if step >= SETTLED else 0
    return total / (STEPS - SETTLED)


def moved(given: Problem, p: float, strength: float) -> tuple[float, float]:
    """How far predictions move when the first feature is measured in a smaller unit.

    Returns:
        Under dropout, and under an L2 penalty: the root mean square of the change over that of
        the predictions.
    """
    X, y = given
    other = X.clone()
    other[:, 0] *= LARGER
    pairs = (
        (X @ dropout_regression(X, y, p), other @ dropout_regression(other, y, p)),
        (X @ ridge(X, y, strength), other @ ridge(other, y, strength)),
    )
    return tuple(((b - a).norm() / a.norm()).item() for a, b in pairs)


def extra(h: Tensor, w: Tensor, offset: Tensor, p: float) -> tuple[float, float]:
    """What dropout adds to the loss of one example behind a sigmoid, its label being 1.

    Args:
        h: units, `(n,)`.
        w: their weights, `(n,)`.
        offset: bias, `()`.
        p: share switched off.

    Returns:
        The mean over all masks; and half the curvature, q (1 - q), times the variance of the score.
    """
    masks, chances = thinned(len(h), p)
    z = h @ w + offset
    each = (masks * h / (1 - p)) @ w + offset
    q = z.sigmoid()
    found = chances @ softplus(-each) - softplus(-z)
    variance = p / (1 - p) * (w * h).square().sum()
    return found.item(), (q * (1 - q) * variance / 2).item()

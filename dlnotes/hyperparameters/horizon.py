"""Learning rates chosen by the loss a few steps ahead, on a noisy quadratic, by exact expectations.

Wu, Ren, Liao and Grosse (2018): minima that scatter anew at every step. The loss is
½ Σ λ (x - c)², and c is drawn anew with mean 0 and variance 1/λ: to stand at the bottom costs ½ in
every direction, and the noise of a gradient has variance λ.

Book: hyperparameters/what_they_are
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import filled, whole


class Plan(NamedTuple):
    """A schedule and what it leads to.

    Attributes:
        lrs: η of each of T steps, `(T,)`.
        losses: expected ½ Σ λ x² before the first step and after each, `(T + 1,)`.
    """

    lrs: Tensor
    losses: Tensor


def after(squares: Tensor, curvature: Tensor, lr: float | Tensor, noise: float = 1.0) -> Tensor:
    """Mean squares of the distances after one step of gradient descent.

    A ← (1 - η λ)² A + η² λ noise²

    Args:
        squares: A, mean squared distances from the bottom, `(..., D)`.
        curvature: λ > 0, `(D,)`.
        lr: η; a tensor `(..., 1)` for several at once.
        noise: standard deviation of the gradient in units of √λ.
    """
    return (1 - lr * curvature) ** 2 * squares + lr**2 * curvature * noise**2


def expected_loss(squares: Tensor, curvature: Tensor) -> Tensor:
    """½ Σ λ A, shape `(...)`."""
    return (curvature * squares).sum(-1) / 2


def greedy_rate(squares: Tensor, curvature: Tensor, noise: float = 1.0) -> Tensor:
    """The rate with the smallest expected loss after one step.

    η = Σ λ² A / Σ (λ³ A + λ² noise²)

    Example:
        >>> greedy_rate(torch.tensor([1.0, 100.0]), torch.tensor([1.0, 0.01]))
        tensor(0.5049)
    """
    top = (curvature**2 * squares).sum(-1)
    return top / (curvature**3 * squares + curvature**2 * noise**2).sum(-1)


def planned(
    squares: Tensor, curvature: Tensor, *, steps: int, ahead: int, lrs: Tensor, noise: float = 1.0
) -> Plan:
    """Every `ahead` steps, the constant rate that is best `ahead` steps later.

    Args:
        squares: at the start, `(D,)`.
        curvature: λ, `(D,)`.
        steps: T, all of them.
        ahead: how far a choice looks, at most T; T itself is one rate for all steps.
        lrs: the rates to choose among, `(L,)`.
        noise: see `after`.
    """
    whole("ahead", ahead, most=whole("steps", steps))
    filled("lrs", lrs)
    used, losses = [], [expected_loss(squares, curvature)]
    while len(used) < steps:
        count = min(ahead, steps - len(used))
        tried = squares.expand(len(lrs), -1)
        for _ in range(count):
            tried = after(tried, curvature, lrs[:, None], noise)
        best = lrs[expected_loss(tried, curvature).argmin()]
        for _ in range(count):
            squares = after(squares, curvature, best, noise)
            used.append(best)
            losses.append(expected_loss(squares, curvature))
    return Plan(torch.stack(used), torch.stack(losses))

"""A Gaussian process: what some trials say about all places that were not tried.

Rasmussen and Williams (2006), algorithm 2.1: one Cholesky factor gives the mean, the spread and
how well the kernel's length fits. The targets are used as they are given: center them first.

Book: hyperparameters/bayesian
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import filled, non_negative, positive

Kernel = Callable[[Tensor, Tensor, float], Tensor]


class Posterior(NamedTuple):
    """What is believed about places.

    Attributes:
        mean: shape `(m,)`.
        std: of the function itself, without the noise of a trial, shape `(m,)`.
    """

    mean: Tensor
    std: Tensor


def rbf(a: Tensor, b: Tensor, length: float) -> Tensor:
    """exp(-r² / (2 length²)) for every pair; very smooth.

    Args:
        a: shape `(n, d)`.
        b: shape `(m, d)`.
        length: over which the function changes, greater than 0.

    Returns:
        shape `(n, m)`, 1 where two places are the same.
    """
    return (-_squared(a, b) / (2 * positive("length", length) ** 2)).exp()


def matern52(a: Tensor, b: Tensor, length: float) -> Tensor:
    """(1 + s + s²/3) e^-s with s = √5 r / length for every pair; twice differentiable.

    Snoek, Larochelle and Adams (2012), equation 5. Arguments and result as those of `rbf`.
    """
    s = (5 * _squared(a, b)).sqrt() / positive("length", length)
    return (1 + s + s**2 / 3) * (-s).exp()


def posterior(
    X: Tensor,
    y: Tensor,
    places: Tensor,
    *,
    length: float,
    noise: float = 1e-3,
    scale: float = 1.0,
    kernel: Kernel = matern52,
) -> Posterior:
    """Mean and spread at places, after n trials.

    mean = k*ᵀ (K + noise² I)⁻¹ y      std² = scale² - k*ᵀ (K + noise² I)⁻¹ k*

    Args:
        X: places of the trials, shape `(n, d)`.
        y: what they gave, shape `(n,)`.
        places: where to look, shape `(m, d)`.
        length: of the kernel, in the units of `X`.
        noise: standard deviation of a trial's own noise, at least 0.
        scale: standard deviation of the function before any trial.
        kernel: `rbf`, `matern52` or another `(a, b, length) -> (n, m)`.

    Example:
        >>> X = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
        >>> y = torch.tensor([1.0, -1.0], dtype=torch.float64)
        >>> found = posterior(X, y, torch.tensor([[0.5]], dtype=torch.float64), length=0.5)
        >>> round(found.mean.item(), 6), 0 < found.std.item() < 1
        (0.0, True)
    """
    factor = _factor(X, length, noise, scale, kernel)
    across = positive("scale", scale) ** 2 * kernel(X, places, length)
    mean = across.T @ torch.cholesky_solve(y.unsqueeze(1), factor).squeeze(1)
    known = torch.linalg.solve_triangular(factor, across, upper=False)
    return Posterior(mean, (scale**2 - (known**2).sum(0)).clamp(min=0).sqrt())


def log_likelihood(
    X: Tensor,
    y: Tensor,
    *,
    length: float,
    noise: float = 1e-3,
    scale: float = 1.0,
    kernel: Kernel = matern52,
) -> float:
    """The logarithm of the density of the trials under the kernel: fit, less complexity.

    -½ yᵀ (K + noise² I)⁻¹ y - ½ log |K + noise² I| - n/2 log 2π

    Arguments as those of `posterior`.
    """
    factor = _factor(X, length, noise, scale, kernel)
    fit = y @ torch.cholesky_solve(y.unsqueeze(1), factor).squeeze(1)
    volume = factor.diagonal().log().sum()
    return float(-fit / 2 - volume - len(y) / 2 * math.log(2 * math.pi))


def likeliest_length(
    X: Tensor,
    y: Tensor,
    lengths: Sequence[float] = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6),
    **setting,
) -> float:
    """The length under which the trials are likeliest.

    Args:
        X: places of the trials, shape `(n, d)`.
        y: what they gave, shape `(n,)`.
        lengths: to choose from.
        **setting: `noise`, `scale` and `kernel`, as `posterior` takes them.
    """
    return max(
        filled("lengths", lengths), key=lambda one: log_likelihood(X, y, length=one, **setting)
    )


def _factor(X: Tensor, length: float, noise: float, scale: float, kernel: Kernel) -> Tensor:
    own = positive("scale", scale) ** 2 * kernel(X, X, length)
    jitter = non_negative("noise", noise) ** 2 + 1e-10 * scale**2  # equal places have equal rows
    return torch.linalg.cholesky(own + jitter * torch.eye(len(X), dtype=X.dtype, device=X.device))


def _squared(a: Tensor, b: Tensor) -> Tensor:
    return ((a.unsqueeze(1) - b.unsqueeze(0)) ** 2).sum(-1)

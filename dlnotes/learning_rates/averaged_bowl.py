"""Averages of noisy descent in a bowl, on average over all noise: exactly, without drawing any.

Three points as in schedule-free learning (Defazio et al., 2024): z makes the steps, x is an average
of z, and the gradient is asked for at y between them. Two numbers a step make all of these ways:
beta, how near y is to x, and the weight c with which the newest z enters x. With c = 1 there is no
average; c = (1 - q) / (1 - q^t) is an exponential one, c = 1 / t the plain mean.

Book: learning_rates/averages
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import between, non_negative, positive, whole
from dlnotes.learning_rates.noisy_bowl import mean_loss


class Moments(NamedTuple):
    """Means over all noise of z², z·x and x² in every direction, each of shape `(..., D)`."""

    zz: Tensor
    zx: Tensor
    xx: Tensor


def next_moments(
    at: Moments, rate: Tensor, beta: Tensor, weight: Tensor, curvatures: Tensor, noise: Tensor
) -> Moments:
    """One step of all three points.

    z ← z - η (λ y + ξ)    with y = (1 - beta) z + beta x
    x ← (1 - c) x + c z

    Args:
        at: before the step.
        rate: η, shape `(...)`.
        beta: how near y is to x, shape `(...)`.
        weight: c, shape `(...)`.
        curvatures: λ, shape `(D,)`.
        noise: σ, standard deviation of ξ, a scalar.
    """
    rate, beta, weight = (each.unsqueeze(-1) for each in (rate, beta, weight))
    keep, pull = 1 - rate * curvatures * (1 - beta), rate * curvatures * beta
    zz = keep**2 * at.zz - 2 * keep * pull * at.zx + pull**2 * at.xx + (rate * noise) ** 2
    zx = keep * at.zx - pull * at.xx  # the new z with the old x
    rest = 1 - weight
    xx = rest**2 * at.xx + 2 * weight * rest * zx + weight**2 * zz
    return Moments(zz, rest * zx + weight * zz, xx)


def fading(t: Tensor, window: float | Tensor) -> Tensor:
    """The weight of the newest of `t` points in an exponential mean, corrected for its start.

    c = (1 - q) / (1 - q^t)    with q = 1 - 1 / window

    Args:
        t: how many points, counted from 1.
        window: steps, at least 1; 1 keeps the newest only.

    Example:
        >>> fading(torch.tensor([1.0, 2.0]), 2.0)
        tensor([1.0000, 0.6667])
    """
    left = 1 / torch.as_tensor(window, dtype=t.dtype)
    return left / (1 - (1 - left) ** t)


def averaged_losses(
    rates: Tensor,
    weights: Tensor,
    *,
    curvatures: Tensor,
    squares: Tensor,
    noise: float,
    beta: float = 0.0,
    drift: float = 0.0,
) -> Tensor:
    """Mean loss at the average x, before the first step and after each.

    Args:
        rates: η of every step, shape `(..., T)`.
        weights: c of every step, shape `(..., T)`.
        curvatures: λ, shape `(D,)`.
        squares: mean square of the start, shape `(D,)`.
        noise: σ, at least 0.
        beta: how near the gradient is asked for to x, in [0, 1].
        drift: mean square by which the bottom moves after each step, in a random way.

    Returns:
        Shape `(..., T + 1)`.

    Example:
        >>> one, t = torch.ones(1, dtype=torch.float64), torch.arange(1, 4, dtype=torch.float64)
        >>> averaged_losses(0.5 * one.expand(3), 1 / t, curvatures=one, squares=one, noise=0.0)
        tensor([0.5000, 0.1250, 0.0703, 0.0425], dtype=torch.float64)
    """
    rates, weights = torch.broadcast_tensors(rates, weights)
    near = torch.as_tensor(between("beta", beta, 0, 1), dtype=rates.dtype)
    sigma = torch.as_tensor(noise, dtype=rates.dtype)
    start = squares.expand(*rates.shape[:-1], -1)
    at, losses = Moments(start, start, start), [mean_loss(start, curvatures)]
    for rate, weight in zip(rates.unbind(-1), weights.unbind(-1), strict=True):
        at = next_moments(at, rate, near, weight, curvatures, sigma)
        at = Moments(*(each + drift for each in at))
        losses.append(mean_loss(at.xx, curvatures))
    return torch.stack(losses, -1)


def mean_variance(steps: int, lr: float, curvature: float, noise: float) -> float:
    """Variance of the mean of so many successive points, long after the start.

    a / n² · (n + 2 Σ (n - k) r^k), k from 1 to n - 1, with r = 1 - ηλ and a the variance of one

    Args:
        steps: n, at least 1.
        lr: η, between 0 and 2 / curvature.
        curvature: λ, greater than 0.
        noise: σ, at least 0.

    Example:
        >>> [round(mean_variance(n, 0.1, 1, 1), 4) for n in (1, 19, 190)]
        [0.0526, 0.0299, 0.005]
    """
    r, n = 1 - lr * curvature, whole("steps", steps)
    others = sum((n - k) * r**k for k in range(1, n))
    return _settled(lr, curvature, noise) * (n + 2 * others) / n**2


def ema_variance(decay: float, lr: float, curvature: float, noise: float) -> float:
    """Variance of an exponential mean of the points, long after the start.

    a · (1 - q) (1 + q r) / ((1 + q) (1 - q r))    with r = 1 - ηλ and a the variance of one

    Args:
        decay: q, what a step leaves of the old average, in [0, 1).
        lr: η, between 0 and 2 / curvature.
        curvature: λ, greater than 0.
        noise: σ, at least 0.

    Example:
        >>> round(ema_variance(0.99, 0.1, 1, 1), 5)
        0.00459
    """
    q, r = between("decay", decay, 0, 1), 1 - lr * curvature
    return _settled(lr, curvature, noise) * (1 - q) * (1 + q * r) / ((1 + q) * (1 - q * r))


def _settled(lr: float, curvature: float, noise: float) -> float:
    """The variance of one point, long after the start: a = η σ² / (λ (2 - η λ))."""
    positive("lr", lr)
    if lr * positive("curvature", curvature) >= 2:
        raise ValueError(
            f"`lr` must be below 2 / curvature = {2 / curvature:g}, got {lr:g}; nothing settles."
        )
    return lr * non_negative("noise", noise) ** 2 / (curvature * (2 - lr * curvature))

"""How fast a rule forgets its start on a quadratic: the eigenvalues of one step.

On f(x) = curvature · x² / 2 every rule of this chapter is a linear map of its state, and the
distance to the minimum shrinks in the long run by the spectral radius of that map at every step.
A rate below 1 converges, above 1 diverges. Everything here is tensor in, tensor out and free of
branches, so that the same functions draw the live maps.

Book: optimizers/momentum
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import positive


class Best(NamedTuple):
    """The constant settings with the best worst-case rate, and that rate."""

    lr: float
    momentum: float
    rate: float


def gradient_descent_rate(lr: Tensor, curvature: Tensor) -> Tensor:
    """|1 - lr · curvature|: what gradient descent leaves of the distance after one step.

    Args:
        lr: learning rate, any shape.
        curvature: second derivative (an eigenvalue of the Hessian), broadcast against `lr`.

    Example:
        >>> gradient_descent_rate(torch.tensor(0.5), torch.tensor(3.0))
        tensor(0.5000)
    """
    return (1 - lr * curvature).abs()


def momentum_rate(lr: Tensor, momentum: Tensor, curvature: Tensor) -> Tensor:
    """Spectral radius of one heavy-ball step (Goh 2017).

    The step is x₊ = (1 + momentum - lr · curvature) x - momentum · x₋, so its eigenvalues are the
    roots of σ² - trace · σ + momentum with trace = 1 + momentum - lr · curvature.

    Args:
        lr: learning rate, any shape.
        momentum: coefficient in [0, 1), broadcast.
        curvature: an eigenvalue of the Hessian, broadcast.

    Example:
        >>> momentum_rate(torch.tensor(1.0), torch.tensor(0.25), torch.tensor(1.0))
        tensor(0.5000)
    """
    return _largest_root(1 + momentum - lr * curvature, momentum)


def swing(momentum: Tensor, curvature: Tensor) -> tuple[Tensor, Tensor]:
    """Between which learning rates the heavy ball swings: (1 ∓ √momentum)² / curvature.

    Where the discriminant (1 + momentum - lr · curvature)² - 4 · momentum is negative, both roots
    have the modulus √momentum, whatever the curvature.

    Args:
        momentum: coefficient in [0, 1), any shape.
        curvature: an eigenvalue of the Hessian, greater than 0, broadcast.

    Example:
        >>> swing(torch.tensor(0.25), torch.tensor(1.0))
        (tensor(0.2500), tensor(2.2500))
    """
    root = momentum.sqrt()
    return (1 - root) ** 2 / curvature, (1 + root) ** 2 / curvature


def nesterov_rate(lr: Tensor, momentum: Tensor, curvature: Tensor) -> Tensor:
    """Spectral radius of one step of Nesterov's accelerated gradient (Sutskever et al. 2013, §2).

    With shrink = 1 - lr · curvature the eigenvalues are the roots of
    σ² - (1 + momentum) · shrink · σ + momentum · shrink.

    Args:
        lr: learning rate, any shape.
        momentum: coefficient in [0, 1), broadcast.
        curvature: an eigenvalue of the Hessian, broadcast.

    Example:
        >>> nesterov_rate(torch.tensor(0.5), torch.tensor(0.0), torch.tensor(1.0))
        tensor(0.5000)
    """
    shrink = 1 - lr * curvature
    return _largest_root((1 + momentum) * shrink, momentum * shrink)


def _largest_root(trace: Tensor, determinant: Tensor) -> Tensor:
    """The larger modulus of the roots of σ² - trace · σ + determinant."""
    gap = trace * trace - 4 * determinant
    real = (trace.abs() + gap.clamp(min=0).sqrt()) / 2
    return torch.where(gap < 0, determinant.abs().sqrt(), real)


def best_gradient_descent(smallest: float, largest: float) -> Best:
    """The learning rate that serves both ends of a spectrum: 2 / (smallest + largest).

    Args:
        smallest: smallest curvature, greater than 0.
        largest: largest curvature, at least `smallest`.

    Example:
        >>> best_gradient_descent(1, 3)
        Best(lr=0.5, momentum=0.0, rate=0.5)
    """
    smallest, largest = _spectrum(smallest, largest)
    rate = (largest - smallest) / (largest + smallest)
    return Best(2 / (smallest + largest), 0.0, rate)


def best_momentum(smallest: float, largest: float) -> Best:
    """Polyak's (1964) settings of the heavy ball; the rate is the root of the momentum.

    Args:
        smallest: smallest curvature, greater than 0.
        largest: largest curvature, at least `smallest`.

    Example:
        >>> best_momentum(1, 9)
        Best(lr=0.25, momentum=0.25, rate=0.5)
    """
    low, high = (value**0.5 for value in _spectrum(smallest, largest))
    rate = (high - low) / (high + low)
    return Best((2 / (high + low)) ** 2, rate**2, rate)


def best_nesterov(smallest: float, largest: float) -> Best:
    """The settings of Nesterov's method with the best rate on quadratics (Lessard et al. 2016).

    Args:
        smallest: smallest curvature, greater than 0.
        largest: largest curvature, at least `smallest`.

    Example:
        >>> round(best_nesterov(1, 8).rate, 6)
        0.6
    """
    smallest, largest = _spectrum(smallest, largest)
    root = (3 * largest / smallest + 1) ** 0.5
    return Best(4 / (3 * largest + smallest), (root - 2) / (root + 2), 1 - 2 / root)


def _spectrum(smallest: float, largest: float) -> tuple[float, float]:
    if isinstance(largest, Tensor):  # a live program: its controls keep the order
        return smallest, largest
    positive("smallest", smallest)
    if not largest >= smallest:
        raise ValueError(
            f"`largest` must be at least `smallest`, got largest={largest} and smallest={smallest}."
        )
    return smallest, largest

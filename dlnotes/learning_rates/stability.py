"""Up to which learning rate a rule stays where the ground is curved so much.

Book: learning_rates/two_limits
"""

import math

import torch
from torch import Tensor

from dlnotes.core.arguments import positive


def sharpness_of(hessian: Tensor) -> float:
    """The largest eigenvalue of a Hessian that is written out.

    Args:
        hessian: symmetric, shape `(D, D)`; for a net, see `training.surfaces.spectrum.sharpness`.

    Raises:
        ValueError: for a table that is not square, not symmetric or not finite.

    Example:
        >>> sharpness_of(torch.tensor([[2.0, 4.0], [4.0, 2.0]]))
        6.0
    """
    table = torch.as_tensor(hessian, dtype=torch.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"`hessian` must be square, (D, D), got {tuple(table.shape)}.")
    if not table.isfinite().all():
        raise ValueError("`hessian` must be finite; it holds NaN or inf.")
    if not torch.allclose(table, table.mT):
        raise ValueError("`hessian` must be symmetric; average it with its transpose.")
    return round(torch.linalg.eigvalsh(table)[-1].item(), 12)


def stability_limit(curvature: float, momentum: float = 0.0, *, averaged: bool = False) -> float:
    """The learning rate from which a quadratic of this curvature throws the steps out.

    2 (1 + momentum) / curvature, and 1 / (1 - momentum) times as much where the memory is an
    average: there a gradient enters with the weight 1 - momentum.

    Polyak (1964); for Adam, with the curvature divided by √v̂: Cohen et al. (2022), equation 3.

    Args:
        curvature: largest eigenvalue of the Hessian, in loss per parameter²; 0 or below has no
            limit.
        momentum: coefficient in [0, 1).
        averaged: whether the memory is m ← momentum · m + (1 - momentum) · grad, as in Adam,
            instead of momentum · u + grad.

    Returns:
        In parameter² per loss; infinite without curvature.

    Example:
        >>> stability_limit(10), stability_limit(10, momentum=0.5)
        (0.2, 0.3)
        >>> round(stability_limit(1, momentum=0.9, averaged=True), 9)
        38.0
    """
    _coefficient(momentum)
    if math.isnan(curvature):
        raise ValueError(f"`curvature` must be a number, got {curvature}.")
    if curvature <= 0:
        return math.inf
    limit = 2 * (1 + momentum) / curvature
    return limit / (1 - momentum) if averaged else limit


def effective_rate(lr: float, momentum: float) -> float:
    """How far one gradient moves the parameters in the end: lr / (1 - momentum).

    The velocity keeps `momentum` of it at every step: 1 + momentum + momentum² + …

    Args:
        lr: learning rate, greater than 0.
        momentum: coefficient in [0, 1).

    Example:
        >>> effective_rate(0.1, 0.5)
        0.2
    """
    return positive("lr", lr) / (1 - _coefficient(momentum))


def _coefficient(momentum: float) -> float:
    if not 0 <= momentum < 1:
        raise ValueError(f"`momentum` must be at least 0 and below 1, got {momentum}.")
    return momentum

"""How much of each direction a linear fit keeps: stopped after some steps, or under a penalty.

The loss is the mean of (X w - y)² / 2. Along an eigenvector of XᵀX / N, of eigenvalue λ (the
curvature), a fit keeps a share of what least squares would have there.

Book: regularization/early_stopping
"""

from torch import Tensor

from dlnotes.core.arguments import non_negative


def kept_after(curvature: Tensor, lr: float | Tensor, steps: float | Tensor) -> Tensor:
    """The shares after gradient descent from 0: 1 - (1 - lr · λ)^steps.

    Goodfellow et al. (2016), §7.8. Where lr · λ is between 0 and 2 they tend to 1.

    Args:
        curvature: λ, at least 0, of any shape.
        lr: learning rate, greater than 0.
        steps: t, at least 0.

    Example:
        >>> import torch
        >>> kept_after(torch.tensor([1.0, 0.5]), lr=0.5, steps=2)
        tensor([0.7500, 0.4375])
    """
    return 1 - (1 - lr * curvature) ** steps


def kept_under(curvature: Tensor, strength: float | Tensor) -> Tensor:
    """The shares under the L2 penalty strength / 2 · ‖w‖²: λ / (λ + strength).

    Hoerl & Kennard (1970).

    Args:
        curvature: λ, greater than 0, of any shape.
        strength: α, at least 0, in units of λ.

    Example:
        >>> import torch
        >>> kept_under(torch.tensor([1.0, 0.5]), strength=0.5)
        tensor([0.6667, 0.5000])
    """
    return curvature / (curvature + strength)


def strength_alike(curvature: Tensor, lr: float | Tensor, steps: float | Tensor) -> Tensor:
    """The penalty that keeps as much as so many steps, direction by direction.

    λ q / (1 - q) with q = (1 - lr · λ)^steps: near 1 / (lr · steps) where lr · λ · steps is small,
    and far less where it is large.

    Args:
        curvature: λ, greater than 0, with lr · λ below 1.
        lr: learning rate, greater than 0.
        steps: t, greater than 0.

    Example:
        >>> import torch
        >>> strength_alike(torch.tensor([1.0, 1e-4], dtype=torch.float64), lr=0.1, steps=10)
        tensor([0.5353, 0.9999], dtype=torch.float64)
    """
    left = (1 - lr * curvature) ** steps
    return curvature * left / (1 - left)


def excess(kept: Tensor, curvature: Tensor, truth: Tensor, noise: float, examples: int) -> Tensor:
    """How far the expected squared error at the old places lies above the noise.

    Σ λ (1 - kept)² truth² + kept² noise² / N, bias and variance direction by direction

    Args:
        kept: the shares, shape `(..., D)`.
        curvature: λ, shape `(D,)`.
        truth: what the truth has along each direction, shape `(D,)`.
        noise: standard deviation of a target, at least 0.
        examples: N.

    Example:
        >>> import torch
        >>> one = torch.ones(1)
        >>> excess(0.5 * one, one, 2 * one, noise=1.0, examples=4)
        tensor(1.0625)
    """
    bias = curvature * (1 - kept).square() * truth.square()
    variance = kept.square() * (non_negative("noise", noise) ** 2 / examples)
    return (bias + variance).sum(-1)

"""Linear models under a penalty: ridge in one solve, lasso and elastic net by proximal steps.

The loss is the mean of (X w - y)² / 2. Many problems can be solved at once: leading dimensions
are runs.

Book: regularization/l1_l2
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole
from dlnotes.regularization.proximal import proximal


class Support(NamedTuple):
    """Which weights are not 0, beside those that should not be.

    Attributes:
        kept: how many of the true ones are not 0, shape `(...,)`.
        false: how many others are not 0, shape `(...,)`.
    """

    kept: Tensor
    false: Tensor


def ridge(X: Tensor, y: Tensor, strength: float | Tensor) -> Tensor:
    """The weights with the smallest loss + strength / 2 · ‖w‖².

    (XᵀX / N + strength · I) w = Xᵀy / N

    Hoerl & Kennard (1970), whose strength is N times as large.

    Args:
        X: features, `(..., N, D)`.
        y: targets, `(..., N)`.
        strength: at least 0; a tensor of shape `(...,)` for one to each run.

    Returns:
        Weights, `(..., D)`.

    Example:
        >>> ridge(torch.eye(2), torch.tensor([4.0, 2.0]), 0.5)
        tensor([2., 1.])
    """
    curved, pull = _moments(X, y)
    strength = torch.as_tensor(strength, dtype=X.dtype)[..., None, None]
    eye = torch.eye(X.shape[-1], dtype=X.dtype)
    return torch.linalg.solve(curved + strength * eye, pull)


def lasso(X: Tensor, y: Tensor, strength: float | Tensor, **how: float) -> Tensor:
    """The weights with the smallest loss + strength · ‖w‖₁; see `elastic_net`.

    Tibshirani (1996).

    Example:
        >>> lasso(torch.eye(2), torch.tensor([4.0, 0.8]), 0.5)
        tensor([3., 0.])
    """
    return elastic_net(X, y, strength, 1.0, **how)


def elastic_net(
    X: Tensor,
    y: Tensor,
    strength: float | Tensor,
    mix: float | Tensor,
    *,
    steps: int = 20_000,
    tolerance: float = 1e-9,
) -> Tensor:
    """The weights with the smallest loss + strength · (mix · ‖w‖₁ + (1 - mix) / 2 · ‖w‖²).

    Proximal gradient descent (ISTA) from 0, at a rate of one over the largest curvature; Zou &
    Hastie (2005) write two strengths, and divide the outcome's shrinking out again.

    Args:
        X: features, `(..., N, D)`.
        y: targets, `(..., N)`.
        strength: at least 0; a tensor of shape `(...,)` for one to each run.
        mix: share of L1, from 0 to 1; a tensor likewise.
        steps: the most that are made.
        tolerance: it rests when no weight of any run moves further in a step.

    Returns:
        Weights, `(..., D)`; those that the penalty sets to 0 are 0 exactly.

    Example:
        >>> elastic_net(torch.eye(2), torch.tensor([4.0, 0.8]), 0.5, 0.5)
        tensor([2.3333, 0.2000])
    """
    whole("steps", steps)
    positive("tolerance", tolerance)
    curved, pull = _moments(X, y)
    lr = 1 / torch.linalg.matrix_norm(curved, 2)[..., None]
    strength, mix = (_for_runs(each, X.dtype) for each in (strength, mix))
    w = torch.zeros(torch.broadcast_shapes(pull.shape, strength.shape), dtype=X.dtype)
    for _ in range(steps):
        before = w
        w = proximal(w - lr * ((curved @ w[..., None])[..., 0] - pull), lr * strength, mix)
        if (w - before).abs().max() < tolerance:
            break
    return w


def support_recovery(weights: Tensor, truth: Tensor) -> Support:
    """How many of the true weights were kept, and how many others.

    Args:
        weights: `(..., D)`.
        truth: `(D,)`; what is not 0 counts as true.

    Example:
        >>> found = support_recovery(torch.tensor([1.0, 0.0, 0.2]), torch.tensor([2.0, 1.0, 0.0]))
        >>> found.kept.item(), found.false.item()
        (1, 1)
    """
    found, true = weights != 0, truth != 0
    return Support((found & true).sum(-1), (found & ~true).sum(-1))


def _moments(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The curvature of the loss, `(..., D, D)`, and its pull at 0, `(..., D)`."""
    if X.shape[:-1] != y.shape:
        raise ValueError(f"`y` must have the shape {tuple(X.shape[:-1])}, got {tuple(y.shape)}.")
    count = X.shape[-2]
    return X.mT @ X / count, (X.mT @ y[..., None])[..., 0] / count


def _for_runs(value: float | Tensor, dtype: torch.dtype) -> Tensor:
    """One number for each run, beside its weights."""
    return torch.as_tensor(value, dtype=dtype)[..., None]

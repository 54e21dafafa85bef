"""Clipping and normalizing: the gradients of a net made no longer than they should be.

Each function takes gradients by name and gives new ones; what it was given stays as it is.

Book: gradients/clipping
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from dlnotes.core.arguments import filled, positive


def by_value(grads: Mapping[str, Tensor], limit: float) -> dict[str, Tensor]:
    """Every entry between -limit and limit; this may turn the gradient.

    Equal to torch.nn.utils.clip_grad_value_.

    Args:
        grads: name → gradient, of any shapes.
        limit: greater than 0, in units of the gradient.

    Raises:
        ValueError: without any gradient, or for a `limit` of 0 or less.

    Example:
        >>> by_value({"weight": torch.tensor([3.0, -0.5])}, limit=1.0)
        {'weight': tensor([ 1.0000, -0.5000])}
    """
    limit = _checked("limit", limit)
    return {name: grad.clamp(-limit, limit) for name, grad in filled("grads", grads).items()}


def by_norm(grads: Mapping[str, Tensor], max_norm: float) -> dict[str, Tensor]:
    """All gradients shortened by one factor, so that together they are at most `max_norm` long.

    grad ← grad · min(1, max_norm / (norm + 1e-6))

    Pascanu, Mikolov & Bengio (2013), algorithm 1; the 1e-6 is that of
    torch.nn.utils.clip_grad_norm_. The direction stays.

    Args:
        grads: name → gradient, of any shapes.
        max_norm: greater than 0, in units of the gradient.

    Raises:
        ValueError: without any gradient, or for a `max_norm` of 0 or less.

    Example:
        >>> by_norm({"weight": torch.tensor([3.0]), "bias": torch.tensor([4.0])}, max_norm=1.0)
        {'weight': tensor([0.6000]), 'bias': tensor([0.8000])}
    """
    max_norm = _checked("max_norm", max_norm)
    factor = (max_norm / (norm(grads) + 1e-6)).clamp(max=1)
    return {name: factor * grad for name, grad in grads.items()}


def normalize(grads: Mapping[str, Tensor], eps: float = 1e-12) -> dict[str, Tensor]:
    """All gradients scaled by one factor to a length of 1 together: only the direction is left.

    grad ← grad / max(norm, eps)

    Args:
        grads: name → gradient, of any shapes.
        eps: the smallest norm that is divided by, greater than 0; zero gradients stay zero.

    Raises:
        ValueError: without any gradient, or for an `eps` of 0 or less.

    Example:
        >>> normalize({"weight": torch.tensor([0.0, 0.03]), "bias": torch.tensor([0.04])})
        {'weight': tensor([0.0000, 0.6000]), 'bias': tensor([0.8000])}
    """
    eps = _checked("eps", eps)
    length = norm(grads).clamp(min=eps)
    return {name: grad / length for name, grad in grads.items()}


def norm(grads: Mapping[str, Tensor]) -> Tensor:
    """√(Σ grad²) over every entry of every gradient, 0-d.

    Args:
        grads: name → gradient, of any shapes.

    Raises:
        ValueError: without any gradient.

    Example:
        >>> norm({"weight": torch.tensor([[3.0]]), "bias": torch.tensor([4.0])})
        tensor(5.)
    """
    return torch.stack([grad.norm() for grad in filled("grads", grads).values()]).norm()


def _checked(name: str, value: float | Tensor) -> float | Tensor:
    # a tensor may stand for many runs, and is not looked at
    return value if isinstance(value, Tensor) else positive(name, value)

"""Penalties: what large parameters cost, added to the loss.

Book: regularization/l1_l2
"""

from collections.abc import Mapping

from torch import Tensor

from dlnotes.core.arguments import filled, non_negative


def l1(params: Mapping[str, Tensor], strength: float = 1.0) -> Tensor:
    """strength · Σ |param| over every entry of every parameter, 0-d.

    Tibshirani (1996). Its slope has the same size however small an entry is, and PyTorch takes 0
    for the slope at 0.

    Args:
        params: name → parameter, of any shapes; leave out what should go free, such as biases.
        strength: at least 0, in units of loss per param.

    Raises:
        ValueError: without any parameter, or for a negative or NaN strength.

    Example:
        >>> import torch
        >>> l1({"weight": torch.tensor([[3.0, -4.0]]), "bias": torch.tensor([1.0])}, 0.5)
        tensor(4.)
    """
    strength = _checked(strength)
    return strength * sum(param.abs().sum() for param in filled("params", params).values())


def l2(params: Mapping[str, Tensor], strength: float = 1.0) -> Tensor:
    """strength / 2 · Σ param² over every entry of every parameter, 0-d.

    Hoerl & Kennard (1970). Half, so that its gradient is strength · param: the penalty of
    strength `weight_decay` is what `weight_decay.coupled(rule)` adds to a gradient.

    Args:
        params: name → parameter, of any shapes; leave out what should go free, such as biases.
        strength: at least 0, in units of loss per param².

    Raises:
        ValueError: without any parameter, or for a negative or NaN strength.

    Example:
        >>> import torch
        >>> l2({"weight": torch.tensor([[3.0, -4.0]])})
        tensor(12.5000)
    """
    strength = _checked(strength)
    return strength / 2 * sum(param.square().sum() for param in filled("params", params).values())


def _checked(strength: float | Tensor) -> float | Tensor:
    # a tensor may stand for many runs, and is not looked at
    return strength if isinstance(strength, Tensor) else non_negative("strength", strength)

"""Proximal steps: the loss takes a gradient step, the penalty is then paid in full.

Book: regularization/l1_l2
"""

from torch import Tensor

from dlnotes.core.arguments import between, non_negative


def soft_threshold(values: Tensor, threshold: float | Tensor) -> Tensor:
    """The minimum of (x - value)² / 2 + threshold · |x|, entry by entry.

    sign(value) · max(|value| - threshold, 0)

    The proximal operator of the L1 penalty; Parikh & Boyd (2014), §6.5.2.

    Args:
        values: of any shape.
        threshold: at least 0, in units of the values; a tensor for one to each entry.

    Returns:
        Of the shape of `values`, exactly 0 wherever |value| is at most the threshold.

    Raises:
        ValueError: for a negative or NaN threshold.

    Example:
        >>> import torch
        >>> soft_threshold(torch.tensor([0.8, 0.2, -0.4]), 0.3)
        tensor([ 0.5000,  0.0000, -0.1000])
    """
    if not isinstance(threshold, Tensor):
        threshold = non_negative("threshold", threshold)
    return values.sign() * (values.abs() - threshold).clamp(min=0)


def proximal(values: Tensor, strength: float | Tensor, mix: float | Tensor = 1.0) -> Tensor:
    """The minimum of (x - value)² / 2 + the elastic net's penalty of x, entry by entry.

    The penalty is strength · (mix · |x| + (1 - mix) / 2 · x²); Zou & Hastie (2005) write it with
    two strengths.

    Args:
        values: of any shape.
        strength: at least 0; for a step of gradient descent, the learning rate times the penalty's.
        mix: share of L1, from 0 (ridge) to 1 (lasso).

    Returns:
        Of the shape of `values`.

    Raises:
        ValueError: for a negative strength, or a mix outside 0 to 1.

    Example:
        >>> import torch
        >>> proximal(torch.tensor([0.8, 0.2]), 0.3, mix=0.0)
        tensor([0.6154, 0.1538])
    """
    if not isinstance(strength, Tensor):
        strength = non_negative("strength", strength)
    if not isinstance(mix, Tensor):
        mix = between("mix", mix, 0, 1)
    return soft_threshold(values, strength * mix) / (1 + strength * (1 - mix))

"""Weights set to zero for good: magnitude pruning, and how small a dense net has as many left.

Book: regularization/the_bench
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import between, whole


def magnitude_mask(weight: Tensor, sparsity: float) -> Tensor:
    """Which weights of a layer stay: the largest, whatever their sign.

    Han et al. (2015). Of n weights the ⌊n · sparsity⌋ of smallest size go; of equals, those that
    come first.

    Args:
        weight: one layer, `(H, D)`, or several nets, `(R, H, D)`: each is cut on its own.
        sparsity: the part that goes, from 0 to 1.

    Returns:
        Shaped like `weight`, bool; multiply with it after every step.

    Example:
        >>> magnitude_mask(torch.tensor([[3.0, -1.0], [0.5, -2.0]]), sparsity=0.5)
        tensor([[ True, False],
                [False,  True]])
    """
    between("sparsity", sparsity, 0, 1)
    sizes = weight.abs().flatten(-2)
    gone = int(sizes.shape[-1] * sparsity + 1e-9)
    places = sizes.argsort(dim=-1, stable=True)[..., :gone]
    kept = torch.ones_like(sizes, dtype=torch.bool).scatter(-1, places, False)
    return kept.view_as(weight)


def dense_width(width: int, sparsity: float) -> int:
    """How many units of a dense net of one hidden layer have as many weights as are left.

    Every unit carries the same number of weights, in and out, so it is the part that stays.

    Args:
        width: H, units before.
        sparsity: the part of the weights that goes, from 0 to 1.

    Example:
        >>> dense_width(256, sparsity=0.75)
        64
    """
    return round(whole("width", width, least=1) * (1 - between("sparsity", sparsity, 0, 1)))

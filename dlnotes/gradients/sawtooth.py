"""A function that a deep net writes with few units and a shallow one with many.

Book: gradients/residuals
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.training.nets.mlp import MLP

GRID = 2**12  # steps of 0 … 1: kinks of up to twelve layers lie on it, without rounding


def sawtooth(layers: int) -> MLP:
    """The tent function, composed with itself: 2^layers straight pieces from 2 units a layer.

    On 0 … 1 the tent rises to 1 at 1/2 and falls back to 0; as a net it is
    2 ReLU(x) - 4 ReLU(x - 1/2). Telgarsky (2016), Benefits of Depth in Neural Networks.

    Args:
        layers: hidden layers, 1 to 12.

    Returns:
        A net with one input and one output, in double precision; its values on `GRID` are exact.

    Example:
        >>> sawtooth(2)(torch.tensor([[0.0], [0.25], [0.5], [0.75]]).double()).flatten().tolist()
        [0.0, 1.0, 0.0, 1.0]
    """
    net = MLP((1, *[2] * whole("layers", layers, most=12), 1), dtype=torch.float64)
    tent = torch.tensor([2.0, -4.0], dtype=torch.float64)
    with torch.no_grad():
        for depth, layer in enumerate(net.layers):
            layer.weight.copy_(tent if depth else torch.ones(2, 1))
            layer.bias.copy_(torch.tensor([0.0, -0.5]) if depth < layers else torch.zeros(1))
    return net


def pieces(y: Tensor) -> int:
    """How many straight pieces values over evenly spaced places have.

    Args:
        y: shape `(P,)`, three places at least, so fine that every kink lies on one of them.

    Example:
        >>> pieces(torch.tensor([0.0, 1.0, 2.0, 1.0, 0.0]))
        2
    """
    if y.ndim != 1 or len(y) < 3:
        raise ValueError(f"`y` must hold three places at least, got shape {tuple(y.shape)}.")
    bends = y.diff().diff().abs() > 1e-6 * y.diff().abs().max()
    return 1 + int(bends.sum())

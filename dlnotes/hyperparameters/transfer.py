"""From one task to another: the layers that were learned, a new head, and what may move.

Book: hyperparameters/better_or_smaller
"""

import copy

import torch

from dlnotes.core.arguments import whole
from dlnotes.training.nets.mlp import MLP


def with_new_head(net: MLP, outputs: int) -> MLP:
    """A copy of the net whose last layer answers 0 to everything, with so many outputs.

    Args:
        net: that learned another task; it stays as it is.
        outputs: of the new task.

    Example:
        >>> net = with_new_head(MLP((4, 8, 10)), outputs=3)
        >>> net(torch.ones(1, 4))
        tensor([[0., 0., 0.]], grad_fn=<AddBackward0>)
    """
    whole("outputs", outputs, least=1)
    inputs = net.layers[-1].weight.shape[1]
    moved = copy.deepcopy(net)
    moved.sizes = (*net.sizes[:-1], outputs)
    head = moved.layers[-1]
    head.weight = torch.nn.Parameter(head.weight.new_zeros(outputs, inputs))
    head.bias = torch.nn.Parameter(head.weight.new_zeros(outputs))
    return moved


def freeze(net: MLP, layers: int) -> list[torch.nn.Parameter]:
    """Holds the first layers still; gives the parameters that are left to train.

    Args:
        net: changed in place; a call with 0 frees all of them.
        layers: how many from the input on, at most all but the head.

    Example:
        >>> [tuple(param.shape) for param in freeze(MLP((4, 8, 10)), layers=1)]
        [(10, 8), (10,)]
    """
    whole("layers", layers, least=0, most=len(net.layers) - 1)
    for depth, layer in enumerate(net.layers):
        for param in layer.parameters():
            param.requires_grad_(depth >= layers)
    return [param for param in net.parameters() if param.requires_grad]


def frozen_floor(shared: float) -> float:
    """The error that a head on shared features alone cannot fall below, over the variance.

    The other features of the target, independent of these and as large, stay unexplained.

    Args:
        shared: the part of the target's features that the source had, too, from 0 to 1.

    Example:
        >>> frozen_floor(0.5)
        0.5
    """
    if not 0 <= shared <= 1:
        raise ValueError(f"`shared` must be from 0 to 1, got {shared}.")
    return 1 - shared

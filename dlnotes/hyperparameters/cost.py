"""What a convolution costs: numbers to keep, multiplications to make, values to hold.

Book: hyperparameters/better_or_smaller
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import whole


class Cost(NamedTuple):
    """Of a layer or a net, for one example.

    Attributes:
        params: weights, and biases where there are any.
        macs: multiplications, each with the addition that takes it in.
        values: numbers that come out of the layers, which training keeps for the way back.
    """

    params: int
    macs: int
    values: int

    def plus(self, other: "Cost") -> "Cost":
        """Both of them one after the other."""
        return Cost(*(a + b for a, b in zip(self, other, strict=True)))


def conv_cost(inputs: int, outputs: int, kernel: int, side: int, groups: int = 1) -> Cost:
    """A convolution without bias that gives square maps.

    Every value that comes out is a sum of k² · inputs / groups products.

    Args:
        inputs: channels that go in.
        outputs: channels that come out.
        kernel: k, the side of the window.
        side: of a map that comes out, in pixels.
        groups: parts of the channels that do not see each other.

    Raises:
        ValueError: where the groups do not divide the channels.

    Example:
        >>> conv_cost(64, 128, kernel=3, side=8)
        Cost(params=73728, macs=4718592, values=8192)
    """
    for name, value in (
        ("inputs", inputs), ("outputs", outputs), ("kernel", kernel), ("side", side),
        ("groups", groups),
    ):  # fmt: skip
        whole(name, value, least=1)
    if inputs % groups or outputs % groups:
        raise ValueError(
            f"`groups` must divide both channel counts, got groups={groups} with {inputs} and "
            f"{outputs} channels."
        )
    params = outputs * inputs // groups * kernel**2
    return Cost(params, params * side**2, outputs * side**2)


def separable_cost(inputs: int, outputs: int, kernel: int, side: int) -> Cost:
    """A depthwise convolution, one window a channel, and a pointwise one, 1 by 1.

    Howard et al. (2017): 1 / outputs + 1 / k² of what one convolution needs.

    Args:
        inputs: channels that go in.
        outputs: channels that come out.
        kernel: k, the side of the window.
        side: of a map that comes out, in pixels.

    Example:
        >>> separable_cost(64, 128, kernel=3, side=8).params
        8768
    """
    depthwise = conv_cost(inputs, inputs, kernel, side, groups=inputs)
    return depthwise.plus(conv_cost(inputs, outputs, 1, side))


def count_params(net: nn.Module) -> int:
    """All numbers that training sets.

    Example:
        >>> count_params(nn.Linear(64, 10))
        650
    """
    return sum(param.numel() for param in net.parameters())


@torch.no_grad()
def net_cost(net: nn.Module, X: Tensor) -> Cost:
    """Parameters of a net, and multiplications and values of its layers for one example.

    Counted while an example goes through: convolutions and linear layers multiply; additions of
    biases, activations and pooling are left out.

    Args:
        net: made of `nn.Conv2d` and `nn.Linear`, with anything between them.
        X: one example, `(1, …)`.

    Example:
        >>> net_cost(nn.Conv2d(64, 128, 3, padding=1, bias=False), torch.zeros(1, 64, 8, 8))
        Cost(params=73728, macs=4718592, values=8192)
    """
    found = []

    def look(layer: nn.Module, _: tuple[Tensor, ...], out: Tensor) -> None:
        products = layer.weight[0].numel()  # of every value that comes out
        found.append((products * out[0].numel(), out[0].numel()))

    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(look) for layer in layers]
    net(X)
    for hook in hooks:
        hook.remove()
    macs, values = (sum(part) for part in zip(*found, strict=True))
    return Cost(count_params(net), macs, values)

"""The maximal update parametrization (µP): starts and rates by layer that fit any width.

Yang et al. (2022), table 3. A net is compared with a narrow one of the same depth, its base; at the
width of the base nothing changes.

Book: hyperparameters/across_widths
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import one_of, positive, whole
from dlnotes.training.nets.mlp import MLP

METHODS = ("adam", "sgd")


class Factors(NamedTuple):
    """What a layer's usual settings are multiplied by.

    Attributes:
        start: the first weights, beside a start of standard deviation ∝ 1 / √inputs.
        weight: the rate of the weights.
        bias: the rate of the biases.
    """

    start: float
    weight: float
    bias: float


def factors(sizes: Sequence[int], base: Sequence[int], method: str = "adam") -> list[Factors]:
    """The factors of every layer, from input to output.

    With r inputs for one of the base, and s outputs for one of the base:
        start = min(1, √(s / r))
        Adam: weight = 1 / r, bias = 1;  SGD, with or without momentum: weight = s / r, bias = s

    Args:
        sizes: widths from input to output, such as `(64, 512, 512, 10)`.
        base: those of the net on which the rate was tuned, such as `(64, 16, 16, 10)`.
        method: `"adam"` or `"sgd"`.

    Raises:
        ValueError: where the two differ in depth, inputs or outputs.

    Example:
        >>> factors((64, 128, 128, 10), (64, 32, 32, 10))[1:]
        [Factors(start=1.0, weight=0.25, bias=1.0), Factors(start=0.5, weight=0.25, bias=1.0)]
    """
    _check(sizes, base)
    one_of("method", method, METHODS)
    ratios = [wide / narrow for wide, narrow in zip(sizes, base, strict=True)]
    found = []
    for r, s in pairwise(ratios):
        rates = (1 / r, 1.0) if method == "adam" else (s / r, s)
        found.append(Factors(min(1.0, math.sqrt(s / r)), *rates))
    return found


def restart(net: MLP, base: Sequence[int]) -> None:
    """Multiplies the weights of a new net by their start factors, in place.

    Args:
        net: not trained yet; its start has a standard deviation ∝ 1 / √inputs, as He's.
        base: sizes of the net on which the rate was tuned.

    Example:
        >>> net = MLP((2, 64, 2), seed=1)
        >>> before = net.layers[1].weight.std()
        >>> restart(net, (2, 16, 2))
        >>> (net.layers[1].weight.std() / before).item()
        0.5
    """
    with torch.no_grad():
        for layer, own in zip(net.layers, factors(net.sizes, base), strict=True):
            layer.weight.mul_(own.start)


def groups(net: MLP, base: Sequence[int], lr: float, method: str = "adam") -> list[dict]:
    """Groups of parameters for an optimizer of torch, each with a rate of its own.

    Args:
        net: whose parameters they are.
        base: sizes of the net on which `lr` was tuned.
        lr: learning rate of the base, greater than 0.
        method: `"adam"` or `"sgd"`.

    Example:
        >>> found = groups(MLP((2, 64, 2)), (2, 16, 2), lr=0.01)
        >>> [group["lr"] for group in found]
        [0.01, 0.01, 0.0025, 0.01]
    """
    positive("lr", lr)
    found = []
    for layer, own in zip(net.layers, factors(net.sizes, base, method), strict=True):
        parts: tuple[tuple[nn.Parameter, float], ...] = (
            (layer.weight, own.weight),
            (layer.bias, own.bias),
        )
        found += [{"params": [param], "lr": lr * factor} for param, factor in parts]
    return found


def exponent(widths: Sequence[float], values: Tensor) -> float:
    """The slope of a straight line through values over widths, both logarithmic.

    Args:
        widths: W of them, greater than 0.
        values: greater than 0, shape `(W,)`.

    Example:
        >>> round(exponent([2, 4, 8], torch.tensor([1.0, 4.0, 16.0])), 6)
        2.0
    """
    x = torch.tensor(list(widths), dtype=torch.float64).log()
    y = torch.as_tensor(values).to(torch.float64).log()
    return ((x - x.mean()) @ (y - y.mean()) / (x - x.mean()).square().sum()).item()


def _check(sizes: Sequence[int], base: Sequence[int]) -> None:
    for width in (*sizes, *base):
        whole("width", width)
    if len(sizes) < 2 or len(sizes) != len(base):
        raise ValueError(
            f"`sizes` and `base` must have the same length, got {tuple(sizes)} and {tuple(base)}; "
            "a rate is carried over between widths, not between depths."
        )
    if (sizes[0], sizes[-1]) != (base[0], base[-1]):
        raise ValueError(
            f"`sizes` and `base` must agree in inputs and outputs, got {tuple(sizes)} and "
            f"{tuple(base)}; only what lies between may be wider."
        )

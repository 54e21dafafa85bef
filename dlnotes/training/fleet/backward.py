"""Gradients of many multilayer perceptrons at once, by hand: the chain rule, layer by layer.

Examples come last: the output of a layer has shape `(R, H, B)`. So every product is a batched
matrix product over the runs, and everything that works entry by entry, softmax included, goes
along the examples, which lie side by side in memory.

Rumelhart, Hinton & Williams (1986). `torch.func.grad` gives the same numbers; this takes half
the time on small nets.
"""

import math
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.training.nets.activations import ACTIVATIONS, SELU_ALPHA, SELU_SCALE, softplus
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error

TINY = 2  # terms of a sum that libraries of matrix products are slow with
SHORT = 64  # terms of a sum that a compiler for a CPU is faster with


class Layer(NamedTuple):
    """One layer of every run: `weight` `(R, outputs, inputs)`, `bias` `(R, outputs)`."""

    weight: Tensor
    bias: Tensor


def gradient(
    layers: list[Layer],
    activation: str,
    loss: Callable,
    X: Tensor,
    y: Tensor,
    weight: Tensor,
    terms: int = TINY,
) -> tuple[Tensor, list[Layer]]:
    """Losses and their gradients, one batch a run.

    Args:
        layers: from input to output.
        activation: of the hidden layers, a name in `SLOPES`.
        loss: a key of `LOSSES`.
        X: features, shape `(R, B, D)`.
        y: classes `(R, B)`, or targets `(R, B)` or `(R, B, C)`.
        weight: the part of the mean that each example makes up, shape `(R, B)` or `(1, B)`.
        terms: sums of products as short as this are written out: `SHORT` for a compiler.

    Returns:
        Losses `(R,)`, and gradients shaped like `layers`.
    """
    function, slope = ACTIVATIONS[activation], SLOPES[activation]
    sums, outs = [], [X.mT]
    for layer in layers:
        sums.append(_product(layer.weight, outs[-1], terms) + layer.bias.unsqueeze(-1))
        if len(sums) < len(layers):
            outs.append(function(sums[-1]))
    value, blame = LOSSES[loss](sums[-1], y, weight.unsqueeze(1))
    grads = []
    for depth in reversed(range(len(layers))):
        blame = _once(blame)
        grads.append(Layer(_outer(blame, outs[depth], terms), blame.sum(-1)))
        if depth > 0:
            passed = _product(layers[depth].weight.mT, blame, terms)
            blame = passed * slope(sums[depth - 1], outs[depth])
    return value, grads[::-1]


def _product(left: Tensor, right: Tensor, terms: int) -> Tensor:
    """The product of two matrices a run, `(R, H, D)` and `(R, D, B)`.

    Written out where D is small: a compiler keeps the sum in registers, and joins it with what
    comes after it.
    """
    if left.shape[2] > terms:
        return torch.bmm(left, right)
    right = _once(_once(right).contiguous())
    return reduce(add, (left[:, :, d, None] * right[:, d, None, :] for d in range(left.shape[2])))


def _outer(blame: Tensor, inputs: Tensor, terms: int) -> Tensor:
    """Σ over the examples of blame ⊗ inputs: `(R, H, B)` and `(R, D, B)` give `(R, H, D)`."""
    if inputs.shape[1] > TINY:
        return _product(blame, inputs.mT, terms)
    return torch.stack([(blame * one.unsqueeze(1)).sum(-1) for one in inputs.unbind(1)], dim=2)


def _once(x: Tensor) -> Tensor:
    """The same, for a compiler to work out once: it would do so again for everyone who reads it."""
    return x.as_strided(x.shape, x.stride())


def _cross_entropy(output: Tensor, y: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """-Σ weight · log p of the right class; its slope is weight · (p - 1 at the right class)."""
    shifted = output - output.amax(1, keepdim=True)
    powers = shifted.exp()
    total = powers.sum(1, keepdim=True)
    right = y.unsqueeze(1) == torch.arange(output.shape[1], device=output.device).unsqueeze(-1)
    value = weight * (total.log() - torch.where(right, shifted, 0.0).sum(1, keepdim=True))
    return value.sum((1, 2)), weight * (powers / total - right.to(output.dtype))


def _mean_squared_error(output: Tensor, y: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Σ weight · mean of (output - y)²; its slope is weight · 2 (output - y) / C."""
    targets = y.unsqueeze(1) if y.ndim < 3 else y.mT
    off, share = output - targets, weight / output.shape[1]
    return (share * off.square()).sum((1, 2)), 2 * share * off


LOSSES = {cross_entropy: _cross_entropy, mean_squared_error: _mean_squared_error}


def _normal(x: Tensor) -> Tensor:
    """The distribution function Φ of the normal distribution."""
    return (1 + torch.erf(x / math.sqrt(2))) / 2


def _gelu(x: Tensor, out: Tensor) -> Tensor:
    return _normal(x) + x * torch.exp(-x.square() / 2) / math.sqrt(2 * math.pi)


def _gelu_tanh(x: Tensor, out: Tensor) -> Tensor:
    root = math.sqrt(2 / math.pi)
    bent = torch.tanh(root * (x + 0.044715 * x**3))
    return (1 + bent + x * (1 - bent.square()) * root * (1 + 3 * 0.044715 * x.square())) / 2


def _silu(x: Tensor, out: Tensor) -> Tensor:
    part = torch.sigmoid(x)
    return part * (1 + x * (1 - part))


def _mish(x: Tensor, out: Tensor) -> Tensor:
    bent = torch.tanh(softplus(x))
    return bent + x * (1 - bent.square()) * torch.sigmoid(x)


def _selu(x: Tensor, out: Tensor) -> Tensor:
    return torch.where(x > 0, SELU_SCALE, out + SELU_SCALE * SELU_ALPHA)


# activation -> its slope, from what went in and what came out
SLOPES = {
    "identity": lambda x, out: torch.ones_like(x),
    "sigmoid": lambda x, out: out * (1 - out),
    "tanh": lambda x, out: 1 - out.square(),
    "relu": lambda x, out: (out > 0).to(x.dtype),
    "leaky_relu": lambda x, out: torch.where(x > 0, torch.ones_like(x), 0.01),
    "elu": lambda x, out: torch.where(x > 0, 1.0, out + 1),
    "selu": _selu,
    "softplus": lambda x, out: torch.sigmoid(x),
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "silu": _silu,
    "swish": _silu,
    "mish": _mish,
    "softsign": lambda x, out: (1 - out.abs()).square(),
}

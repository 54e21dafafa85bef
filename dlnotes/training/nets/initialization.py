"""Initializations: how large the first weights are, given how many inputs a unit sums."""

import math

import torch
from torch import Generator, Tensor

DRAWN = torch.float64  # the same numbers for every dtype and device


def he(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Normal with variance 2 / inputs: a ReLU halves the variance, this doubles it.

    He et al. (2015), equation 10. All functions here give a matrix `(outputs, inputs)`.
    """
    return math.sqrt(2 / inputs) * _normal(outputs, inputs, source)


def lecun(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Normal with variance 1 / inputs: keeps the variance of a linear layer. LeCun et al. (1998)"""
    return math.sqrt(1 / inputs) * _normal(outputs, inputs, source)


def glorot(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Normal with variance 2 / (inputs + outputs): between forward and backward.

    Glorot & Bengio (2010), equation 12.
    """
    return math.sqrt(2 / (inputs + outputs)) * _normal(outputs, inputs, source)


def he_uniform(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Uniform with the variance of `he`."""
    return math.sqrt(2 / inputs) * _uniform(outputs, inputs, source)


def glorot_uniform(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Uniform with the variance of `glorot`. Glorot & Bengio (2010), equation 16."""
    return math.sqrt(2 / (inputs + outputs)) * _uniform(outputs, inputs, source)


def torch_linear(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Uniform within ±1 / √inputs, of variance 1 / (3 · inputs): weights of a new `nn.Linear`.

    torch writes it as kaiming_uniform_ with a=√5; its biases, drawn likewise, are left at 0 here.
    """
    return math.sqrt(1 / (3 * inputs)) * _uniform(outputs, inputs, source)


def orthogonal(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Rows or columns of length 1 at right angles: no direction grows or fades.

    Saxe, McClelland & Ganguli (2014).
    """
    raw = _normal(outputs, inputs, source)
    columns, triangle = torch.linalg.qr(raw if outputs >= inputs else raw.T)
    columns = columns * triangle.diagonal().sign()  # otherwise not uniform over rotations
    return columns if outputs >= inputs else columns.T.contiguous()


def small(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Normal with standard deviation 0.01, whatever the width."""
    return 0.01 * _normal(outputs, inputs, source)


def large(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Normal with standard deviation 1, whatever the width."""
    return _normal(outputs, inputs, source)


def zeros(outputs: int, inputs: int, source: Generator) -> Tensor:
    """All the same: no unit ever differs from its neighbors."""
    return torch.zeros(outputs, inputs, dtype=DRAWN)


def _normal(outputs: int, inputs: int, source: Generator) -> Tensor:
    return torch.randn(outputs, inputs, generator=source, dtype=DRAWN)


def _uniform(outputs: int, inputs: int, source: Generator) -> Tensor:
    """Uniform with mean 0 and variance 1."""
    return math.sqrt(3) * (2 * torch.rand(outputs, inputs, generator=source, dtype=DRAWN) - 1)


INITS = {
    "he": he,
    "glorot": glorot,
    "lecun": lecun,
    "he_uniform": he_uniform,
    "glorot_uniform": glorot_uniform,
    "torch_linear": torch_linear,
    "orthogonal": orthogonal,
    "small": small,
    "large": large,
    "zeros": zeros,
}

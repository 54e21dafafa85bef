"""Activations: what a unit makes of the sum that reaches it, entry by entry.

Each is its formula over `exp`, `tanh`, `sigmoid` and `erf`, which torch computes without
overflow in the tails. A NaN stays a NaN, so that a diverging net cannot look alive.
"""

import math

import torch
from torch import Tensor

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def identity(x: Tensor) -> Tensor:
    """x: a net of these is a linear one, however deep."""
    return x


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e⁻ˣ), in (0, 1); its slope is at most 1/4, at 0."""
    return torch.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """(eˣ - e⁻ˣ) / (eˣ + e⁻ˣ), in (-1, 1); its slope is at most 1, at 0."""
    return torch.tanh(x)


def relu(x: Tensor) -> Tensor:
    """max(0, x), with slope 0 at 0. Nair & Hinton (2010)."""
    return torch.where(x <= 0, 0.0, x)


def leaky_relu(x: Tensor, slope: float = 0.01) -> Tensor:
    """x where it is positive, slope · x elsewhere. Maas et al. (2013)."""
    return torch.where(x > 0, x, slope * x)


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """x where it is positive, alpha · (eˣ - 1) elsewhere. Clevert et al. (2016)."""
    # the clamp keeps e^x finite where it is not chosen: inf there would give a NaN gradient
    return torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0)))


def selu(x: Tensor) -> Tensor:
    """ELU, scaled so that mean 0 and variance 1 survive a layer. Klambauer et al. (2017)."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def softplus(x: Tensor) -> Tensor:
    """log(1 + eˣ), a smooth ReLU; its slope is the sigmoid. Dugas et al. (2001)."""
    positive = x > 0
    away = torch.where(positive, -x, x)  # -|x|, with the right slope at 0
    return torch.where(positive, x, 0.0) + torch.log1p(torch.exp(away))


def gelu(x: Tensor) -> Tensor:
    """x · Φ(x), Φ the normal distribution function. Hendrycks & Gimpel (2016)."""
    return x * (1 + torch.erf(x / math.sqrt(2))) / 2


def gelu_tanh(x: Tensor) -> Tensor:
    """GELU with Φ(x) ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, as in GPT-2."""
    return x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def silu(x: Tensor) -> Tensor:
    """x · sigmoid(x), also called swish. Ramachandran et al. (2017)."""
    return x * torch.sigmoid(x)


def mish(x: Tensor) -> Tensor:
    """x · tanh(softplus(x)). Misra (2020)."""
    return x * torch.tanh(softplus(x))


def softsign(x: Tensor) -> Tensor:
    """x / (1 + |x|), in (-1, 1), slower than tanh to saturate. Glorot & Bengio (2010)."""
    return x / (1 + x.abs())


ACTIVATIONS = {
    "identity": identity,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "softplus": softplus,
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "silu": silu,
    "swish": silu,
    "mish": mish,
    "softsign": softsign,
}

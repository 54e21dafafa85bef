"""Batch norm over part of a batch: how much noise the neighbors bring.

Book: regularization/batch_norm
"""

import math

import torch
from torch import Tensor

from dlnotes.core.arguments import whole


def ghost_norm(Z: Tensor, size: int, eps: float = 1e-5) -> Tensor:
    """Every group of `size` rows that follow each other is normalized by itself.

    ẑ = (z - mean) / √(variance + eps), mean and variance over the group, a column at a time

    Hoffer, Hubara & Soudry (2017): ghost batch normalization; here without their running averages,
    scale and shift. With `size` N it is the batch norm of the whole batch.

    Args:
        Z: shape `(..., N, H)`: N examples, H units.
        size: B, at least 2, a divisor of N.
        eps: added under the root, in units of Z².

    Returns:
        Shaped like Z.

    Raises:
        ValueError: where the groups do not use up the examples.

    Example:
        >>> Z = torch.tensor([[1.0], [3.0], [5.0], [5.0], [7.0], [7.0]])
        >>> ghost_norm(Z, size=2).T.round()
        tensor([[-1.,  1.,  0.,  0.,  0.,  0.]])
    """
    whole("size", size, least=2)
    if Z.shape[-2] % size:
        raise ValueError(f"`size` must divide the examples, got {size} and {Z.shape[-2]}.")
    groups = Z.unflatten(-2, (-1, size))
    centered = groups - groups.mean(-2, keepdim=True)
    variance = centered.square().mean(-2, keepdim=True)
    return (centered * torch.rsqrt(variance + eps)).flatten(-3, -2)


def batch_noise(size: int, kurtosis: float = 3.0) -> tuple[float, float]:
    """Standard deviations of a batch's mean and of its standard deviation, about.

    1 / √B and √((kurtosis - 1) / (4 B)), in standard deviations of one example

    The first is exact for independent examples, the second the leading term for large B.

    Args:
        size: B, at least 2.
        kurtosis: of the examples, at least 1; 3 for a normal distribution.

    Example:
        >>> [round(noise, 3) for noise in batch_noise(8)]
        [0.354, 0.25]
    """
    whole("size", size, least=2)
    return size**-0.5, ((kurtosis - 1) / (4 * size)) ** 0.5


def expected_deviation(size: int) -> float:
    """Mean of the standard deviation (over B, not B - 1) of B draws from N(0, 1).

    √(2 / B) · Γ(B / 2) / Γ((B - 1) / 2), about 1 - 3 / (4 B)

    Args:
        size: B, at least 2.

    Example:
        >>> round(expected_deviation(2), 4)  # 1 / √π
        0.5642
    """
    whole("size", size, least=2)
    gammas = math.lgamma(size / 2) - math.lgamma((size - 1) / 2)
    return math.sqrt(2 / size) * math.exp(gammas)


def scatter(size: int) -> float:
    """How far a value of a normal batch lands from where the population's statistics put it.

    √(2 - 2 E[s]), a root mean square over batches and their members, about √(3 / (2 B))

    Args:
        size: B, at least 2.

    Example:
        >>> round(scatter(2), 3), round(scatter(200) / scatter(800), 2)
        (0.934, 2.0)
    """
    return math.sqrt(2 - 2 * expected_deviation(size))

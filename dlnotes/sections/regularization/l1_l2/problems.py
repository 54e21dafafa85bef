"""Data whose true weights are known: few of them or many, twins, and a feature that imitates two.

Book: regularization/l1_l2
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

F64 = torch.float64
FEATURES, USEFUL = 50, 5


class Linear(NamedTuple):
    """Runs of a linear problem.

    Attributes:
        X: features, `(S, N, D)`.
        y: targets, `(S, N)`.
        truth: true weights, `(S, D)`.
    """

    X: Tensor
    y: Tensor
    truth: Tensor


def fifty(seeds: tuple[int, ...], examples: int = 200, noise: float = 0.5) -> Linear:
    """50 independent features, of which the first 5 have weights between 1 and 3 in size."""

    def one(draw: Generator) -> tuple[Tensor, Tensor, Tensor]:
        X = _normal(draw, examples, FEATURES)
        sizes = 1 + 2 * torch.rand(USEFUL, generator=draw, dtype=F64)
        truth = torch.zeros(FEATURES, dtype=F64)
        truth[:USEFUL] = sizes * _normal(draw, USEFUL).sign()
        return X, X @ truth + noise * _normal(draw, examples), truth

    return _all(one, seeds)


def spread(
    seeds: tuple[int, ...], useful: int, examples: int, length: float = 1.5, noise: float = 1.0
) -> Linear:
    """50 independent features, the same signal spread over the first `useful` of them.

    Args:
        seeds: one a run.
        useful: how many true weights are not 0, at least 1.
        examples: how many are drawn.
        length: of the vector of the true weights, however many they are.
        noise: standard deviation of what is added to the targets.
    """

    def one(draw: Generator) -> tuple[Tensor, Tensor, Tensor]:
        X = _normal(draw, examples, FEATURES)
        truth = torch.zeros(FEATURES, dtype=F64)
        truth[:useful] = _normal(draw, useful)
        truth = length * truth / truth.norm()
        return X, X @ truth + noise * _normal(draw, examples), truth

    return _all(one, seeds)


def twins(
    seeds: tuple[int, ...], examples: int = 100, apart: float = 0.03, noise: float = 0.5
) -> Linear:
    """Two readings of one hidden quantity, `apart` from it by chance; the target is twice it."""

    def one(draw: Generator) -> tuple[Tensor, Tensor, Tensor]:
        hidden = _normal(draw, examples)
        X = hidden[:, None] + apart * _normal(draw, examples, 2)
        return X, 2 * hidden + noise * _normal(draw, examples), torch.ones(2, dtype=F64)

    return _all(one, seeds)


def imitated(seeds: tuple[int, ...], sign: int, examples: int = 1000) -> Linear:
    """The third feature is two thirds of each of the others, and does nothing itself.

    Zhao & Yu (2006): with weights of one sign the others are imitated well, with two they are not.

    Args:
        seeds: one a run.
        sign: of the first true weight, 1 or -1; the second is positive.
        examples: how many are drawn.
    """
    truth = torch.tensor([2.0 * sign, 3.0, 0.0], dtype=F64)

    def one(draw: Generator) -> tuple[Tensor, Tensor, Tensor]:
        first, second, own = _normal(draw, 3, examples)
        X = torch.stack([first, second, (2 * first + 2 * second + own) / 3], 1)
        return X, X @ truth + _normal(draw, examples), truth

    return _all(one, seeds)


def _all(one, seeds: tuple[int, ...]) -> Linear:
    made = [one(Generator().manual_seed(seed)) for seed in seeds]
    return Linear(*(torch.stack(part) for part in zip(*made, strict=True)))


def _normal(draw: Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=draw, dtype=F64)

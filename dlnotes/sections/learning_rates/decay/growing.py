"""Softmax regression on digits: a rate that is halved, and batches that are doubled instead.

Book: learning_rates/decay
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.training.data.examples import Data

BATCH, EPOCHS, EVERY = 8, 20, 4  # halved or doubled every four epochs
KINDS = ("constant", "halved", "doubled")


class Grown(NamedTuple):
    """How runs end, `(R, S)` for R rates and S seeds, and what they cost.

    Attributes:
        train: loss on the examples learned from.
        validation: accuracy on held-out examples that may choose.
        test: the same on the others.
        updates: how many were made.
    """

    train: Tensor
    validation: Tensor
    test: Tensor
    updates: int


def plan(kind: str) -> list[tuple[float, int]]:
    """For every epoch, what the rate is multiplied by, and the batch size."""
    stairs = [2 ** (epoch // EVERY) for epoch in range(EPOCHS)]
    return {
        "constant": [(1.0, BATCH) for _ in stairs],
        "halved": [(1 / stair, BATCH) for stair in stairs],
        "doubled": [(1.0, BATCH * stair) for stair in stairs],
    }[kind]


def grow(data: Data, kind: str, rates: Sequence[float], seeds: Sequence[int], cut: int) -> Grown:
    """Trains with every rate and seed, all side by side.

    Args:
        data: classes 0 to 9.
        kind: one of `KINDS`.
        rates: learning rates at the start.
        seeds: of the order; the weights start at 0.
        cut: how many of the examples held out may choose.
    """
    X, right = _features(data.X), torch.eye(10, dtype=torch.float64)[data.y]
    lr = torch.tensor(rates, dtype=torch.float64).repeat_interleave(len(seeds))[:, None, None]
    weights = torch.zeros(len(lr), X.shape[1], 10, dtype=torch.float64)
    sources, updates = [seeded(seed) for seed in seeds], 0
    for factor, batch in plan(kind):
        order = torch.stack([torch.randperm(len(X), generator=source) for source in sources])
        for rows in order.split(batch, 1):
            rows = rows.repeat(len(rates), 1)
            miss = (X[rows] @ weights).softmax(-1) - right[rows]
            weights = weights - factor * lr * X[rows].mT @ miss / rows.shape[1]
            updates += 1
    grid = len(rates), len(seeds)
    train = -(right * (X @ weights).log_softmax(-1)).sum(-1).mean(-1)
    correct = ((_features(data.X_test) @ weights).argmax(-1) == data.y_test).double()
    parts = train, correct[:, :cut].mean(-1), correct[:, cut:].mean(-1)
    return Grown(*(part.view(*grid) for part in parts), updates)


def _features(X: Tensor) -> Tensor:
    """With a column of ones, float64."""
    X = X.double()
    return torch.cat([X, torch.ones_like(X[:, :1])], 1)

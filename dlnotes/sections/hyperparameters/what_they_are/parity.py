"""Even or odd: a ridge regression whose penalty is set by a gradient, and by a grid.

Book: hyperparameters/what_they_are
"""

import math
from typing import NamedTuple

import torch

from dlnotes.hyperparameters.hypergradient import Split, descend, ridge_hypergradient
from dlnotes.training.data.mislabeled import CHOOSE, few_digits

NOTCH = 0.5  # decades from one value of the grid to the next
GRID = tuple(10 ** (NOTCH * place) for place in range(-6, 5))  # 0.001 to 100
START, STEPS, RATE = 10.0, 30, 40.0


class Chosen(NamedTuple):
    """The penalties of one data set.

    Attributes:
        grid: the best of `GRID` by the validation loss.
        gradient: where the descent on the validation loss ends.
        training: where the descent on the training loss ends.
    """

    grid: float
    gradient: float
    training: float

    @property
    def apart(self) -> float:
        """How many notches of the grid lie between the two."""
        return abs(math.log10(self.gradient / self.grid)) / NOTCH


def even_or_odd(seed: int) -> Split:
    """150 digits, 15% of them mislabeled, and 400 to judge by; the target is 1 or -1."""
    data = few_digits(seed, dtype=torch.float64)
    y, held = (1.0 - 2.0 * (labels % 2).double() for labels in (data.y, data.y_test[:CHOOSE]))
    return Split(data.X, y, data.X_test[:CHOOSE], held)


def chosen(seed: int) -> Chosen:
    """Grid and descent on one data set."""
    data = even_or_odd(seed)
    itself = Split(data.X, data.y, data.X, data.y)
    ends = [
        descend(lambda a, by=by: ridge_hypergradient(by, a)[1], START, steps=STEPS, rate=RATE)[-1]
        for by in (data, itself)
    ]
    losses = [ridge_hypergradient(data, alpha)[0] for alpha in GRID]
    return Chosen(GRID[losses.index(min(losses))], *ends)

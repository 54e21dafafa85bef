"""Eight tasks whose best learning rates differ, and three whose inputs lie far from them.

Book: learning_rates/range_test
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.mlp import MLP

HELD_OUT, CHOOSING = 797, 397  # of 1797 digits; the first choose, the other 400 are reported
WRONG = 0.15  # share of wrong labels in one task
GRAY, BYTE = 16, 255  # the brightest pixel, where nobody has scaled the images


class Setting(NamedTuple):
    """What is learned, by what, and how many examples a step sees."""

    data: Callable[[], Data]
    net: MLP
    batch_size: int = 25


@cache
def digits(times: float = 1.0, wrong: float = 0.0, raw: bool = False) -> Data:
    """1000 digits to learn from and 797 held out.

    Args:
        times: what the inputs are multiplied by.
        wrong: the share of the labels to learn from that is wrong.
        raw: pixels from 0 to 1 instead of standardized ones.
    """
    data = datasets.digits(0, test=HELD_OUT / 1797, standardized=not raw)
    source, count = seeded(0), round(wrong * len(data.y))
    chosen = torch.randperm(len(data.y), generator=source)[:count]
    moves = torch.randint(1, 10, (count,), generator=source)
    y = data.y.index_put((chosen,), (data.y[chosen] + moves) % 10)
    return Data(data.X * times, y, data.X_test * times, data.y_test)


@cache
def spirals() -> Data:
    """Three arms of 1000 points, and 797 held out."""
    return datasets.spirals(1000, classes=3, test_examples=HELD_OUT)


PLAIN = MLP((64, 64, 10))
TASKS = {
    "digits": Setting(digits, PLAIN),
    "few": Setting(digits, PLAIN, batch_size=5),
    "wrong": Setting(lambda: digits(wrong=WRONG), PLAIN),
    "deep": Setting(digits, MLP((64, 64, 64, 64, 64, 10), activation="tanh", init="glorot")),
    "large": Setting(lambda: digits(times=10.0), PLAIN),
    "small": Setting(lambda: digits(times=0.1), PLAIN),
    "spirals": Setting(spirals, MLP((2, 32, 32, 3))),
    "linear": Setting(digits, MLP((64, 10))),
}
RAW = {
    "raw": Setting(lambda: digits(times=GRAY, raw=True), PLAIN),
    "bytes": Setting(lambda: digits(times=BYTE, raw=True), PLAIN),
    "dim": Setting(lambda: digits(times=0.01), PLAIN),
}

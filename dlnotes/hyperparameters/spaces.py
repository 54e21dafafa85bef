"""Spaces of hyperparameters: a search walks in the unit cube, a space tells what a point means.

Book: hyperparameters/grid_or_random
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import one_of, ordered, positive

SCALES = ("linear", "log")


class Range(NamedTuple):
    """From where to where one hyperparameter is searched.

    Attributes:
        low: its least value.
        high: its greatest value.
        scale: `"linear"`, or `"log"` where factors count; then `low` must be greater than 0.

    Example:
        >>> Range(1e-4, 1, "log").value(torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64))
        tensor([1.0000e-04, 1.0000e-02, 1.0000e+00], dtype=torch.float64)
    """

    low: float
    high: float
    scale: str = "linear"

    def value(self, unit: Tensor) -> Tensor:
        """Values at places from 0 to 1, shape kept."""
        low, high = self._ends()
        found = low + (high - low) * unit
        return found.exp() if self.scale == "log" else found

    def unit(self, value: Tensor) -> Tensor:
        """Places from 0 to 1 of values, the inverse of `value`."""
        low, high = self._ends()
        return ((value.log() if self.scale == "log" else value) - low) / (high - low)

    def _ends(self) -> tuple[float, float]:
        one_of("scale", self.scale, SCALES)
        ordered(low=self.low, high=self.high)
        if self.scale == "linear":
            return self.low, self.high
        return math.log(positive("low", self.low)), math.log(self.high)


def settings(space: dict[str, Range], points: Tensor) -> list[dict[str, float]]:
    """What points of the unit cube stand for, one setting a point.

    Args:
        space: d hyperparameters, name -> range.
        points: shape `(n, d)`, from 0 to 1.

    Example:
        >>> space = {"lr": Range(0.01, 1, "log"), "momentum": Range(0, 0.8)}
        >>> settings(space, torch.tensor([[0.5, 0.5]]))
        [{'lr': 0.1, 'momentum': 0.4}]
    """
    if points.ndim != 2 or points.shape[1] != len(space):
        raise ValueError(
            f"`points` must have a column for each of {', '.join(space)}, got shape "
            f"{tuple(points.shape)}."
        )
    columns = [
        one.value(unit.to(torch.float64))
        for one, unit in zip(space.values(), points.T, strict=True)
    ]
    rows = torch.stack(columns, 1).tolist()
    return [dict(zip(space, map(_rounded, row), strict=True)) for row in rows]


def _rounded(value: float) -> float:
    """Without the last digits, which are of the logarithm and not of the value."""
    return float(f"{value:.12g}")

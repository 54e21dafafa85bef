"""Random inputs of a task, the same on every machine for the same seed."""

import math
import random

import torch
from torch import Tensor


class Draw:
    """Where the inputs of one case come from.

    Numbers have three significant digits, so that a message can show the very input.

    Args:
        seed: anything with a text form; the same seed draws the same inputs.
        case: number of this case in its task, 0-based, for tasks that must cover regimes in turn.

    Example:
        >>> Draw("gd_step/7").between(0, 1) == Draw("gd_step/7").between(0, 1)
        True
    """

    def __init__(self, seed: object, case: int = 0) -> None:
        self.case = case
        self._random = random.Random(f"{seed}/{case}")

    def between(self, low: float, high: float) -> float:
        """A number between `low` and `high`, every part of the range equally likely."""
        return _short(self._random.uniform(low, high))

    def decades(self, low: float, high: float) -> float:
        """A number between `low` and `high`, both above 0, every factor equally likely."""
        return _short(math.exp(self._random.uniform(math.log(low), math.log(high))))

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def numbers(self, count: int, low: float, high: float) -> list[float]:
        """`count` numbers between `low` and `high`."""
        return [self.between(low, high) for _ in range(count)]

    def normal(self, count: int) -> Tensor:
        """`count` standard normal numbers, shape `(count,)`, float64."""
        values = [_short(self._random.gauss(0, 1)) for _ in range(count)]
        return torch.tensor(values, dtype=torch.float64)


def _short(value: float) -> float:
    return float(f"{value:.3g}")

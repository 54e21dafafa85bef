"""What the demo computes: mean and interval of the first few of eight differences.

Book: regularization/the_bench
"""

from itertools import permutations

import torch
from scipy.special import stdtrit
from torch import Tensor

SEEDS = 8
PLACE = torch.arange(SEEDS, dtype=torch.float64)
REACH = [0.0, 0.0] + [float(stdtrit(n - 1, 0.975)) for n in range(2, SEEDS + 1)]  # t, by n


def mean(values: Tensor, count: Tensor) -> Tensor:
    """The mean of the first `count` of 8 values."""
    return (values * (count > PLACE)).sum() / count


def reach(values: Tensor, count: Tensor, t: Tensor) -> Tensor:
    """Half the 95% interval of that mean: t · s / √n, for a count of at least 2."""
    apart = (values - mean(values, count)) * (count > PLACE)
    return t * (apart.square().sum() / (count - 1) / count).sqrt()


def orders(times: int) -> list[list[int]]:
    """Orders in which the eight data sets may come; each begins with another one."""
    every = list(permutations(range(SEEDS)))
    return [list(every[(len(every) // times) * turn + 17 * turn]) for turn in range(times)]

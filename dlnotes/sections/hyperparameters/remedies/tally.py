"""What the demo computes: the mean of eight paired differences, and how sure it is.

Book: hyperparameters/remedies
"""

from scipy.special import stdtrit
from torch import Tensor

SEEDS = 8
LEVELS = (80, 90, 95, 99, 99.9)  # of intervals, in percent
TS = [float(stdtrit(SEEDS - 1, (1 + level / 100) / 2)) for level in LEVELS]  # of Student


def gains(treated: Tensor, none: Tensor) -> Tensor:
    """What a remedy adds, seed by seed, `(8,)`."""
    return treated - none


def mean(values: Tensor) -> Tensor:
    """The mean of 8 values."""
    return values.sum() / SEEDS


def reach(values: Tensor, t: Tensor) -> Tensor:
    """Half the interval of that mean: t · s / √n."""
    apart = values - mean(values)
    return t * (apart.square().sum() / (SEEDS - 1) / SEEDS).sqrt()

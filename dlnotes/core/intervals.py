"""How sure a mean over seeds is."""

import math
from collections.abc import Iterable
from statistics import fmean, stdev

from scipy.special import stdtrit  # Student's t; scipy.stats would take half a second to import

from dlnotes.core.arguments import between


def interval(values: Iterable[float], level: float = 0.95) -> tuple[float, float]:
    """The confidence interval of the mean by Student's t: mean ± t · s / √n.

    Args:
        values: n of them, at least 2, such as the differences between two rules, one a seed.
        level: how often such an interval holds the true mean, from 0 to 1.

    Raises:
        ValueError: for fewer than two values.

    Example:
        >>> [round(end, 3) for end in interval([1.0, 2.0, 3.0, 4.0, 5.0])]
        [1.037, 4.963]
    """
    values = [float(value) for value in values]
    between("level", level, 0, 1)
    if len(values) < 2:
        raise ValueError(f"`values` must be at least 2, got {len(values)}; run more seeds.")
    t = float(stdtrit(len(values) - 1, (1 + level) / 2))
    reach = t * stdev(values) / math.sqrt(len(values))
    return fmean(values) - reach, fmean(values) + reach

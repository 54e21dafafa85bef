"""Going down one number at a time, each to the lowest place along its axis.

Book: convergence/landscape
"""

import math
from collections.abc import Callable, Sequence

from dlnotes.convergence.descent import Point, Trace
from dlnotes.core.arguments import positive, whole


def coordinate_descent(
    fn: Callable[..., float], x0: Sequence[float], *, sweeps: int = 10, reach: float = 10.0
) -> Trace:
    """The greedy way down: one number at a time, each to the lowest place along its axis.

    Tseng (2001): it finds the bottom of a smooth bowl, and of one whose kinks belong to single
    numbers each; where a kink ties numbers together, it can stand still on a slope.

    Args:
        fn: of as many numbers as `x0` has; along every axis, one valley.
        x0: the start.
        sweeps: how often every number has its turn.
        reach: how far to either side to look, greater than 0.

    Returns:
        A point for the start and one for every move.

    Example:
        >>> trace = coordinate_descent(lambda x, y: (x - 1) ** 2 + (y + 2) ** 2, (0, 0), sweeps=1)
        >>> [round(x, 6) for x in trace.points[-1]]
        [1.0, -2.0]
    """
    positive("reach", reach)
    points = [tuple(float(x) for x in x0)]
    for move in range(whole("sweeps", sweeps) * len(x0)):
        here, i = points[-1], move % len(x0)

        def place(value: float, here: Point = here, i: int = i) -> Point:
            return (*here[:i], value, *here[i + 1 :])

        low = _lowest(lambda value: fn(*place(value)), here[i] - reach, here[i] + reach)
        points.append(place(low))
    return Trace(points, [fn(*point) for point in points])


def _lowest(fn: Callable[[float], float], low: float, high: float) -> float:
    """The lowest place between two ends, by golden section (Kiefer 1953)."""
    part = (math.sqrt(5) - 1) / 2
    while high - low > 1e-9 * max(1.0, abs(low), abs(high)):
        left, right = high - part * (high - low), low + part * (high - low)
        low, high = (low, right) if fn(left) <= fn(right) else (left, high)
    return (low + high) / 2

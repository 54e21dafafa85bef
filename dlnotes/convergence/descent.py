"""Going down with nothing but a function that can be asked for its value.

Book: convergence/meaning
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dlnotes.core.arguments import positive, whole

Point = tuple[float, ...]


class Trace(NamedTuple):
    """Where a descent has been, from the start on.

    Attributes:
        points: `steps + 1` of them.
        values: of the function at each.
    """

    points: list[Point]
    values: list[float]


def nudged(fn: Callable[..., float], at: Sequence[float], h: float = 1e-6) -> Point:
    """The gradient by nudges: how much the value changes for each number moved a little.

    (f(..., x + h, ...) - f(..., x - h, ...)) / 2h

    Args:
        fn: of as many numbers as `at` has.
        at: where, D numbers.
        h: how far each is moved to either side, greater than 0.

    Example:
        >>> [round(slope, 6) for slope in nudged(lambda x, y: x**2 + 3 * y, (2.0, 1.0))]
        [4.0, 3.0]
    """
    positive("h", h)

    def value(i: int, shift: float) -> float:
        return fn(*(x + shift * (i == j) for j, x in enumerate(at)))

    return tuple((value(i, h) - value(i, -h)) / (2 * h) for i in range(len(at)))


def minimize(
    fn: Callable[..., float], x0: Sequence[float], lr: float, *, steps: int = 100
) -> Trace:
    """Gradient descent: x <- x - lr * gradient, the gradient by nudges.

    Args:
        fn: of as many numbers as `x0` has.
        x0: the start.
        lr: learning rate, greater than 0.
        steps: how many to take.

    Example:
        >>> trace = minimize(lambda x: (x - 3) ** 2, [0.0], lr=0.25, steps=3)
        >>> [round(x, 4) for (x,) in trace.points]
        [0.0, 1.5, 2.25, 2.625]
    """
    positive("lr", lr)
    points = [tuple(float(x) for x in x0)]
    for _ in range(whole("steps", steps)):
        here = points[-1]
        points.append(tuple(x - lr * g for x, g in zip(here, nudged(fn, here), strict=True)))
    return Trace(points, [fn(*point) for point in points])

"""One step of gradient descent, and how much of its promise it keeps.

Book: gradients/one_step
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dlnotes.convergence.descent import Point, nudged
from dlnotes.core.arguments import filled, positive


class Step(NamedTuple):
    """One step from a place.

    Attributes:
        to: where it leads, D numbers.
        promised: lr · ‖gradient‖², what the value would fall by if the slope stayed as it is.
        fell: what it falls by; below 0 where it rises.
    """

    to: Point
    promised: float
    fell: float


def take_step(fn: Callable[..., float], at: Sequence[float], lr: float) -> Step:
    """One step x - lr · gradient, the gradient by nudges.

    By Taylor's theorem fell = promised · (1 - lr · λ / 2), up to terms of order lr³, with the
    curvature λ = gᵀHg / gᵀg along the gradient g: half of the promise at lr = 1 / λ, nothing at
    2 / λ (Nocedal & Wright 2006, §2.2).

    Args:
        fn: of as many numbers as `at` has.
        at: where it starts, D numbers, one at least.
        lr: learning rate, greater than 0.

    Example:
        >>> step = take_step(lambda x, y: x**2 + 3 * y**2, (1.0, 1.0), lr=0.1)
        >>> [round(number, 6) for number in (*step.to, step.promised, step.fell)]
        [0.8, 0.4, 4.0, 2.88]
    """
    positive("lr", lr)
    g = nudged(fn, filled("at", at))
    to = tuple(x - lr * slope for x, slope in zip(at, g, strict=True))
    return Step(to, lr * sum(slope**2 for slope in g), fn(*at) - fn(*to))

"""Whether a function looks like a bowl: a chord that runs below it shows that it is none.

Book: convergence/landscape
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from dlnotes.core.arguments import filled, non_negative, ordered, whole

Point = tuple[float, ...]


class Chord(NamedTuple):
    """Two places between which the function rises above the straight line.

    Attributes:
        start: one end.
        end: the other.
        excess: how far the function lies above the chord in the middle, greater than 0.
    """

    start: Point
    end: Point
    excess: float


def broken_chord(
    fn: Callable[..., float],
    box: Sequence[tuple[float, float]],
    *,
    samples: int = 1000,
    tol: float = 1e-9,
    seed: int = 0,
) -> Chord | None:
    """A chord whose middle lies below the function, among random ones; None for none.

    Convex: f((a + b) / 2) <= (f(a) + f(b)) / 2 for any a and b. Boyd & Vandenberghe (2004), §3.1.1.

    Args:
        fn: of as many numbers as `box` has.
        box: smallest and largest value of each number.
        samples: chords to try, at least 1.
        tol: what may be rounding, at least 0.
        seed: of the chords.

    Returns:
        The chord that is broken most. One is proof that the function is not convex; none is no
        proof that it is.

    Example:
        >>> broken_chord(lambda x: x * x, [(-1, 1)]) is None
        True
        >>> broken_chord(lambda x: x**4 - x * x, [(-1, 1)]).excess > 0.1
        True
    """
    non_negative("tol", tol)
    for low, high in filled("box", box):
        ordered(low=low, high=high)
    source, worst = random.Random(seed), None
    for _ in range(whole("samples", samples)):
        a, b = (tuple(source.uniform(*sides) for sides in box) for _ in range(2))
        middle = fn(*((x + y) / 2 for x, y in zip(a, b, strict=True)))
        excess = middle - (fn(*a) + fn(*b)) / 2
        if excess > max(tol, worst.excess if worst else 0):
            worst = Chord(a, b, excess)
    return worst

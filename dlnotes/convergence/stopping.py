"""Three ways to call a run finished, and how much a curve swings.

Each looks at what is known so far and at nothing later.

Book: convergence/meaning
"""

import math
from collections.abc import Callable, Sequence

from dlnotes.core.arguments import function, non_negative, whole

Series = Sequence[float]


def is_converged(losses: Series, window: int, tol: float) -> bool:
    """Whether the value has settled: the last losses are all alike.

    max - min <= tol * |mean|, over the last `window` losses

    Args:
        losses: of the steps so far, the newest last.
        window: how many of the last must be alike, at least 2.
        tol: how far they may be apart, as a part of their mean, at least 0.

    Returns:
        False too where there are fewer than `window`, or one of them is inf or NaN.

    Example:
        >>> is_converged([4.8, 0.96, 0.5, 0.43], window=2, tol=0.01)
        False
        >>> is_converged([0.305, 0.304, 0.303], window=3, tol=0.01)
        True
    """
    whole("window", window, least=2)
    non_negative("tol", tol)
    last = losses[-window:]
    if len(last) < window or not all(math.isfinite(loss) for loss in last):
        return False
    return max(last) - min(last) <= tol * abs(sum(last) / window)


def has_stopped_improving(losses: Series, patience: int) -> bool:
    """Whether the best loss so far is `patience` steps old, or older.

    Goodfellow, Bengio & Courville (2016), algorithm 7.1.

    Args:
        losses: on data that the training does not see, the newest last.
        patience: steps without a new best that are enough, at least 1. A NaN is never a best.

    Example:
        >>> has_stopped_improving([3.8, 0.4, 0.1, 0.2], patience=2)
        False
        >>> has_stopped_improving([3.8, 0.4, 0.1, 0.2, 0.2], patience=2)
        True
    """
    whole("patience", patience)
    known = [math.inf if math.isnan(loss) else loss for loss in losses]
    return bool(known) and len(known) - 1 - known.index(min(known)) >= patience


def first_step(holds: Callable[[Series], bool], values: Series) -> float:
    """The first step after which a check holds of all values so far; inf for none.

    Args:
        holds: such as `lambda losses: is_converged(losses, 10, 0.01)`.
        values: of steps 0, 1, 2, …

    Example:
        >>> first_step(lambda norms: norms[-1] <= 0.1, [3.0, 0.5, 0.08, 0.2])
        2
    """
    function("holds", holds)
    counts = range(1, len(values) + 1)
    return next((count - 1 for count in counts if holds(values[:count])), math.inf)


def oscillation_score(losses: Series) -> float:
    """The part of the inner losses at which the curve turns, from 0 to 1.

    0 for a curve that only falls or only rises, 1 for one that goes up and down in turn; for
    losses drawn independently 2/3 on average (Bienaymé 1874), since of three the middle one is the
    largest or the smallest twice in three.

    Args:
        losses: at least 3.

    Example:
        >>> oscillation_score([3, 2, 1, 0]), oscillation_score([1, 2, 1, 2])
        (0.0, 1.0)
    """
    whole("len(losses)", len(losses), least=3)
    neighbors = zip(losses, losses[1:], losses[2:], strict=False)
    turns = sum((b - a) * (c - b) < 0 for a, b, c in neighbors)
    return turns / (len(losses) - 2)

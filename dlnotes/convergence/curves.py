"""Reading a loss curve: slide, plateau, bounce, runaway, each with its evidence.

Every detector looks at the losses so far and at nothing later, and hands back the step and the
numbers on which it rests, or None where it does not see what it looks for.

Book: convergence/loss_curves
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from dlnotes.core.arguments import non_negative, one_of, positive, whole

Series = Sequence[float]
SHAPES = ("slide", "plateau", "bounce", "runaway")
SHORTEST = 10  # losses in a window; a shorter one says nothing
TOL = 0.05  # a change or a swing up to this part of the level is none
ROUNDING = 1e-9  # a smaller swing is none
PATIENCE = 20  # losses that make a rise more than a spike


class Reading(NamedTuple):
    """What the last losses say: the newest quarter of them beside the quarter before.

    Attributes:
        level: mean of the newer window.
        change: from the older window's mean to the newer's, as a part of the older; below 0 where
            the curve falls.
        swing: standard deviation of the newer window, as a part of its mean.
        doubt: standard error of `change` if the losses were drawn independently.
        echo: how much each deviation in the newer window repeats the one before, from -1 (up and
            down in turn) over 0 (drawn anew) to 1 (slow waves); 0 where nothing deviates.
    """

    level: float
    change: float
    swing: float
    doubt: float
    echo: float

    def falls(self, tol: float = TOL) -> bool:
        """Whether it falls by more than `tol`, and by more than twice the doubt."""
        return self.change < -max(tol, 2 * self.doubt)


class Divergence(NamedTuple):
    """The evidence of a runaway.

    Attributes:
        step: from which on most of the last losses were above the bar; or the first loss that
            is inf or NaN.
        low: the lowest mean of a few losses in a row, or the first loss if that is lower.
        bar: half of what had been gained is given back, and half of `low` added to it.
    """

    step: int
    low: float
    bar: float


class Plateau(NamedTuple):
    """The evidence of a plateau: from `Reading`, and `step`, where the two windows begin."""

    step: int
    level: float
    change: float
    swing: float


class Oscillation(NamedTuple):
    """The evidence of a bounce: from `Reading`, and `step`, where the two windows begin."""

    step: int
    level: float
    swing: float
    echo: float


def make_curve(
    kind: str = "slide", start: float = 1.8, end: float = 1.0, *, steps: int = 100
) -> list[float]:
    """The four shapes drawn with a ruler, `steps + 1` losses; to practice on, not to judge by.

    Args:
        kind: "slide" halves the distance to `end` every quarter of the way; "plateau" gets stuck
            in the middle; "bounce" goes up and down by a fifth about `end` once it is near;
            "runaway" turns half-way and flies off.
        start: the first loss, above `end`.
        end: where a slide leads, greater than 0.
        steps: at least 10.

    Example:
        >>> [round(loss, 3) for loss in make_curve("slide", 1.8, 1.0, steps=100)[::25]]
        [1.8, 1.4, 1.2, 1.1, 1.05]
    """
    one_of("kind", kind, SHAPES)
    whole("steps", steps, least=10)
    if not positive("end", end) < start:
        raise ValueError(f"`start` must be greater than `end`, got {start} and {end}.")

    def at(part: float, t: int) -> float:
        if kind == "slide":
            return end + (start - end) * 2 ** (-4 * part)
        if kind == "plateau":
            return (start + end) / 2 + (start - end) / 2 * 2 ** (-10 * part)
        if kind == "bounce":
            near = 2 ** (-10 * part)
            return (end + (start - end) * near) * (1 + 0.2 * (-1) ** t * (1 - near))
        return end + (start - end) * 2 ** (-10 * min(part, 0.5) + 20 * max(part - 0.5, 0))

    return [at(t / steps, t) for t in range(steps + 1)]


def moving_average(losses: Series, window: int) -> list[float]:
    """The mean of each loss and those before it, up to `window` of them.

    It divides the standard deviation of independent noise by sqrt(window), and comes
    (window - 1) / 2 steps late on a straight line.

    Args:
        losses: the newest last.
        window: how many, at least 1.

    Example:
        >>> moving_average([4.0, 2.0, 3.0, 1.0], window=2)
        [4.0, 3.0, 2.5, 2.0]
    """
    whole("window", window)
    parts = (losses[max(0, t - window + 1) : t + 1] for t in range(len(losses)))
    return [sum(part) / len(part) for part in parts]


def reading(losses: Series, window: int | None = None) -> Reading:
    """Level, change, swing and echo of the last losses.

    Args:
        losses: finite, at least two windows of them; the newest last.
        window: losses in each window, at least 3; None takes a quarter of all, and 10 or more.

    Example:
        >>> seen = reading([3.0, 3.0, 3.0, 2.0, 2.0, 2.0], window=3)
        >>> round(seen.change, 3), seen.swing
        (-0.333, 0.0)
    """
    window = _window(losses, window)
    whole("len(losses)", len(losses), least=2 * window)
    older, newer = losses[-2 * window : -window], losses[-window:]
    before, level = sum(older) / window, sum(newer) / window
    off = [loss - level for loss in newer]
    square = sum(each * each for each in off)
    swing = _part(math.sqrt(square / window), level)
    follow = sum(a * b for a, b in pairwise(off))
    echo = follow / square if swing > ROUNDING else 0.0
    doubt = swing * math.sqrt(2 / window)
    return Reading(level, _part(level - before, before), swing, doubt, echo)


def detect_divergence(losses: Series, patience: int = PATIENCE) -> Divergence | None:
    """A runaway: most of the last losses have given back half of what had been gained, or more.

    One that is inf or NaN is enough. A spike is none: it comes back within `patience` steps.

    Args:
        losses: the newest last.
        patience: how many losses in a row make the lowest mean, and how many of the last are
            asked; more than half of these must lie above the bar. At least 1.

    Example:
        >>> detect_divergence([2.0, 1.0, 1.0, 3.0, 1.0, 0.9], patience=3) is None
        True
        >>> detect_divergence([2.0, 1.0, 1.0, 3.0, 4.0, 9.0], patience=2)
        Divergence(step=4, low=1.0, bar=1.5)
    """
    whole("patience", patience)
    lost = next((t for t, loss in enumerate(losses) if not math.isfinite(loss)), None)
    if lost is not None:
        low = min(losses[:lost], default=losses[lost])
        return Divergence(lost, low, bar(losses[0], low))
    if len(losses) < patience:
        return None
    ends = range(patience, len(losses) + 1)
    means = (sum(losses[end - patience : end]) / patience for end in ends)
    low = min(losses[0], *means)
    limit = bar(losses[0], low)
    over = [sum(loss > limit for loss in losses[end - patience : end]) for end in ends]
    calm = max((i for i, count in enumerate(over) if count <= patience / 2), default=-1)
    return Divergence(calm + patience, low, limit) if calm < len(over) - 1 else None


def bar(first: float, low: float) -> float:
    """The height above which a rise gives back half of the gain, and half of `low` besides.

    Args:
        first: the first loss.
        low: the lowest one.
    """
    return max((first + low) / 2, low + abs(low) / 2)


def detect_plateau(losses: Series, window: int | None = None, tol: float = TOL) -> Plateau | None:
    """A plateau: the level does not fall, and the losses stay within a part `tol` of it.

    Args:
        losses: the newest last.
        window: as for `reading`.
        tol: as a part of the level, at least 0.

    Returns:
        None too where there are fewer than two windows, or the run has run away.

    Example:
        >>> detect_plateau([2.0, 1.5] + [1.0] * 6, window=3).level
        1.0
    """
    seen = _settled(losses, window, tol)
    if seen is None or seen.swing > tol:
        return None
    return Plateau(_start(losses, window), seen.level, seen.change, seen.swing)


def detect_oscillation(
    losses: Series, window: int | None = None, tol: float = TOL
) -> Oscillation | None:
    """A bounce: the level does not fall, and the losses swing about it by more than a part `tol`.

    Args:
        losses: the newest last.
        window: as for `reading`.
        tol: as a part of the level, at least 0.

    Returns:
        None too where there are fewer than two windows, or the run has run away.

    Example:
        >>> found = detect_oscillation([2.0] + [1.0, 2.0] * 4, window=4)
        >>> found.level, round(found.swing, 3), found.echo
        (1.5, 0.333, -0.75)
    """
    seen = _settled(losses, window, tol)
    if seen is None or seen.swing <= tol:
        return None
    return Oscillation(_start(losses, window), seen.level, seen.swing, seen.echo)


def looks_like(losses: Series, window: int | None = None, tol: float = TOL) -> str | None:
    """Which of `SHAPES` a curve looks like up to its last loss.

    A slide falls, however much it swings; the three others are what their detectors see.

    Args:
        losses: the newest last.
        window: as for `reading`.
        tol: as a part of the level, at least 0.

    Returns:
        None where it is too early: fewer than two windows, and no runaway.

    Example:
        >>> [looks_like(make_curve(kind)) for kind in SHAPES]
        ['slide', 'plateau', 'bounce', 'runaway']
    """
    detectors: dict[str, Callable[[], object]] = {
        "runaway": lambda: detect_divergence(losses),
        "plateau": lambda: detect_plateau(losses, window, tol),
        "bounce": lambda: detect_oscillation(losses, window, tol),
    }
    found = next((shape for shape, sees in detectors.items() if sees()), None)
    return found or ("slide" if _start(losses, window) >= 0 else None)


def _settled(losses: Series, window: int, tol: float) -> Reading | None:
    """The reading of a curve that neither falls nor runs away."""
    non_negative("tol", tol)
    if _start(losses, window) < 0 or detect_divergence(losses):
        return None
    seen = reading(losses, window)
    return None if seen.falls(tol) else seen


def _window(losses: Series, window: int | None) -> int:
    return max(SHORTEST, len(losses) // 4) if window is None else whole("window", window, least=3)


def _start(losses: Series, window: int | None) -> int:
    """Where the two windows begin; below 0 where there is not enough for them."""
    return len(losses) - 2 * _window(losses, window)


def _part(size: float, of: float) -> float:
    """A size as a part of another; 0 of anything is 0."""
    return size / abs(of) if size else 0.0

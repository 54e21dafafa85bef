"""The drop test: why a loss is flat, from what a lower learning rate does to it.

Book: learning_rates/four_curves
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from dlnotes.core.arguments import positive

HELPS = 0.85  # a ratio up to this one: the lower rate helps
STUCK = 0.95  # a kept loss from this part of the baseline on has learned nothing


class Drop(NamedTuple):
    """What the two runs say.

    Attributes:
        cause: "rate" where the lower rate helps; else "nothing learned" where the loss is that of
            guessing, and "floor" where it is below: too small a model, or labels that are wrong.
        ratio: mean loss of the lowered run over that of the kept one.
    """

    cause: str
    ratio: float


def drop_test(kept: Sequence[float], dropped: Sequence[float], *, baseline: float) -> Drop:
    """Reads two runs that go on from one state, one at the same rate and one at a tenth of it.

    The comparison is with the kept run and not with the loss before: a noisy loss moves by itself.
    Read the level too: a net that is too small and one that has not begun to learn both answer 1.

    Args:
        kept: losses of the last epoch at the rate as it was, finite and greater than 0.
        dropped: those at the lower rate, likewise.
        baseline: the loss of guessing, such as ln 10 for ten equal classes; greater than 0.

    Raises:
        ValueError: for no losses, or one that is not finite or not above 0.

    Example:
        >>> noisy = drop_test([1.10, 1.16, 1.14], [0.84, 0.80, 0.82], baseline=2.30)
        >>> noisy.cause, round(noisy.ratio, 2)
        ('rate', 0.72)
        >>> drop_test([2.30], [2.30], baseline=2.30).cause
        'nothing learned'
    """
    positive("baseline", baseline)
    level = _mean("kept", kept)
    ratio = _mean("dropped", dropped) / level
    if ratio <= HELPS:
        return Drop("rate", ratio)
    return Drop("nothing learned" if level >= STUCK * baseline else "floor", ratio)


def noise_share(ratio: float, factor: float = 10.0) -> float:
    """The part of the kept loss that is a noise floor, if that is proportional to the rate.

    loss = bottom + floor, and a rate divided by `factor` leaves bottom + floor / factor, so
    share = (1 - ratio) / (1 - 1 / factor). Where the lowered run has not settled yet, this is too
    small.

    Args:
        ratio: loss of the lowered run over that of the kept one, greater than 0.
        factor: by which the rate was divided, greater than 1.

    Example:
        >>> round(noise_share(0.73), 2)
        0.3
    """
    positive("ratio", ratio)
    if not 1 < factor < math.inf:
        raise ValueError(f"`factor` must be finite and greater than 1, got {factor}.")
    return (1 - ratio) / (1 - 1 / factor)


def _mean(name: str, losses: Sequence[float]) -> float:
    values = [float(loss) for loss in losses]
    if not values or not all(0 < value < math.inf for value in values):
        raise ValueError(
            f"`{name}` must hold losses that are finite and greater than 0, got {values}."
        )
    return sum(values) / len(values)

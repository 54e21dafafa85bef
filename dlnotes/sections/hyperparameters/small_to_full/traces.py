"""What the demo plays: the recorded runs of all programs, in the order of their numbers.

Book: hyperparameters/small_to_full
"""

from functools import cache
from typing import NamedTuple

from torch import Tensor

from dlnotes.sections.hyperparameters.small_to_full.experiments import BLOCK, recorded_programs
from dlnotes.sections.hyperparameters.small_to_full.programs import EVERY, FIT, STEPS

ORDER = (
    "shuffled", "blank", "sound", "turned", "twice", "linear", "slow", "thrown", "gentle",
    "single", "axis", "frozen", "told", "zero", "fast", "plain", "noisy", "heavy", "mixed",
    "sign", "piled",
)  # fmt: skip
SOUND = ("sound", "gentle", "plain")
LAST = FIT + STEPS


class Trace(NamedTuple):
    """One program on one data set.

    Attributes:
        small: loss of the small run at every step, `FIT + 1` of them.
        full: loss of the full run, means of `BLOCK` steps.
        fresh: accuracy in use, every `EVERY` steps of the full run.
        share: what the small run leaves of the label entropy.
        floor: that entropy.
    """

    small: list[float]
    full: list[float]
    fresh: list[float]
    share: float
    floor: float

    def loss(self, now: int) -> float:
        """The loss shown at a step of both runs."""
        if now <= FIT:
            return self.small[now]
        return self.full[(now - FIT - 1) // BLOCK]

    def accuracy(self, now: int) -> float:
        """In use, at the last look; before the full run, that of the first weights."""
        return self.fresh[max(0, now - FIT) // EVERY]


def passes(share: Tensor, bar: Tensor) -> Tensor:
    """1 where the small run ends within the bar around 0, `(N,)`."""
    return (share.abs() < bar).to(share.dtype)


@cache
def traces() -> tuple[Trace, ...]:
    """The first data set of every program."""
    found = recorded_programs()
    return tuple(
        Trace(
            found[name].small.tolist(),
            found[name].full.tolist(),
            found[name].fresh_curve.tolist(),
            found[name].share[0].item(),
            found[name].floor.item(),
        )
        for name in ORDER
    )

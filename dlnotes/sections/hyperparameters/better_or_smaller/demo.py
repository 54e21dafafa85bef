"""Fifteen samples for a net that knows another task: when is it better to start from scratch?

Every error was recorded from training (`experiments.py`).

Book: hyperparameters/better_or_smaller
"""

import json
import random
from functools import cache
from typing import Any, ClassVar

from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.hyperparameters.transfer import frozen_floor
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.better_or_smaller.experiments import SEEDS, recorded
from dlnotes.sections.hyperparameters.better_or_smaller.tasks import ARMS, FEATURES, SAMPLES
from dlnotes.sections.hyperparameters.better_or_smaller.words import TEXT

GUESSES = {"never": -1, "none": 0, "two": 2, "four": 4}
_ALL = (len(SEEDS),)


def middle(errors: Tensor) -> Tensor:
    """The mean over the seeds."""
    return errors.mean()


def lowest(errors: Tensor) -> Tensor:
    """The smallest of them."""
    return errors.amin()


def highest(errors: Tensor) -> Tensor:
    """The largest of them."""
    return errors.amax()


def floor(shared: Tensor) -> Tensor:
    """What a head on the shared features alone leaves."""
    return 1 - shared / FEATURES


@cache
def errors() -> dict[str, Tensor]:
    """Arm -> errors on the target, `(samples, shared, seeds)`."""
    found = recorded("transfer")
    flat = found["scratch"][:, None].expand_as(found["tuned"])
    return found | {"scratch": flat}


class BetterOrSmallerDemo(Demo):
    """Errors of three ways to train, over what the tasks share and over the samples."""

    words = TEXT
    start: ClassVar = {"samples": SAMPLES[0], "now": 0}
    sliders: ClassVar = {"samples": Slider(stops=SAMPLES)}
    handles: ClassVar = {
        "time": Drag(193, 0, ("now",)),
        "setting": Drag(110, 0, ("samples",)),
    }
    presets = ("sixty", "many")
    guesses = tuple(GUESSES)
    formula = ("shared",)

    @staticmethod
    def emitted() -> str:
        functions = (middle, lowest, highest)
        program = emit(
            **{each.__name__: each for each in functions}, floor=floor,
            shapes={each.__name__: {"errors": _ALL} for each in functions},
        )  # fmt: skip
        numbers = {
            "FEATURES": FEATURES, "SAMPLES": SAMPLES, "GUESSES": GUESSES,
            "ERRORS": {arm: errors()[arm].tolist() for arm in ARMS},
        }  # fmt: skip
        lines = (
            f"export const {name} = {json.dumps(each, separators=(',', ':'))};\n"
            for name, each in numbers.items()
        )
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(*, samples: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            samples: one of `SAMPLES`.
            now: hidden features that the tasks do not share.
        """
        shared = FEATURES - now
        found = {arm: _mean(arm, samples, shared) for arm in ARMS}
        return {
            "shared": shared,
            **found,
            "gain": found["scratch"] - found["tuned"],
            "floor": frozen_floor(shared / FEATURES),
        }

    @staticmethod
    def answer() -> str:
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - harmful(SAMPLES[0])))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, FEATURES)}


def harmful(samples: int) -> int:
    """The most shared features with which a fine-tuned net does worse; -1 where it never does."""
    worse = [
        shared
        for shared in range(FEATURES + 1)
        if _mean("tuned", samples, shared) > _mean("scratch", samples, shared)
    ]
    return max(worse, default=-1)


def _mean(arm: str, samples: int, shared: int) -> float:
    return errors()[arm][SAMPLES.index(samples), shared].mean().item()

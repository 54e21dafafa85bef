"""Eleven remedies on ten illnesses: which of them help whatever the cause?

Book: hyperparameters/remedies
"""

import json
import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.remedies import experiments, tally
from dlnotes.sections.hyperparameters.remedies.bench import ILL, REMEDIES
from dlnotes.sections.hyperparameters.remedies.words import TEXT

GUESSES = {"none": 0, "one": 1, "three": 3, "eight": 8}
ILLS, UNDERFIT = tuple(ILL), 3  # the first three
PARTS = ("test", "train")
NEAR = 1e-9  # the end of an interval closer to 0 than this is 0


class RemediesDemo(Demo):
    """A table of paired differences, uncovered column by column, and one of its cells."""

    words = TEXT
    start: ClassVar = {"level": 95, "asked": "test", "ill": 0, "pick": 3, "now": 0}
    sliders: ClassVar = {"level": Slider(stops=tally.LEVELS)}
    choices: ClassVar = {"asked": PARTS}
    handles: ClassVar = {"pointer": Drag(144, 105, ("ill", "pick")), "time": Drag(144, 0, ("now",))}
    presets = ("wrong_more", "penalized_more", "start_norm", "moved_shift")
    guesses = tuple(GUESSES)
    apart = ("ill", "pick")
    formula = ("gain",)
    rounding = 1e-12
    draws_with = ("sqrt",)

    @staticmethod
    def emitted() -> str:
        eight = (tally.SEEDS,)
        shapes = {
            "gains": {"treated": eight, "none": eight},
            "mean": {"values": eight},
            "reach": {"values": eight},
        }
        numbers = {
            "ILLS": ILLS, "REMEDIES": REMEDIES, "UNDERFIT": UNDERFIT, "GUESSES": GUESSES,
            "NEAR": NEAR, "LEVELS": tally.LEVELS, "TS": tally.TS,
            "NONE": {p: {ill: _none(ill, p).tolist() for ill in ILLS} for p in PARTS},
            "TREATED": {
                p: {ill: {r: _treated(ill, r, p).tolist() for r in REMEDIES} for ill in ILLS}
                for p in PARTS
            },
        }  # fmt: skip
        program = emit(gains=tally.gains, mean=tally.mean, reach=tally.reach, shapes=shapes)
        return program + "".join(
            f"export const {n} = {json.dumps(v)};\n" for n, v in numbers.items()
        )

    @staticmethod
    def readouts(*, level: float, asked: str, ill: int, pick: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            level: how often an interval holds the true mean, in percent.
            asked: accuracy on which images.
            ill: number of the illness looked at.
            pick: number of the remedy.
            now: how many columns are uncovered.
        """
        name = ILLS[ill]
        value, low, high = _gain(name, REMEDIES[pick], asked, level)
        return {
            "now": now,
            "gain": value,
            "low": low,
            "high": high,
            "without": _none(name, asked).mean().item(),
            "helped": len(helped(name, asked, level)),
            "common": len(common(asked, level)),
        }

    @staticmethod
    def answer() -> str:
        found = len(common("test"))
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - found))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {
            "now": draw.randint(0, len(ILLS)),
            "ill": draw.randrange(len(ILLS)),
            "pick": draw.randrange(len(REMEDIES)),
        }
        return super().random_setting(draw) | own


def helped(ill: str, asked: str, level: float = 95) -> set[str]:
    """The remedies whose whole interval lies above 0."""
    return {remedy for remedy in REMEDIES if _gain(ill, remedy, asked, level)[1] > NEAR}


def common(asked: str, level: float = 95) -> set[str]:
    """Those that help with all causes of underfitting."""
    return set.intersection(*(helped(ill, asked, level) for ill in ILLS[:UNDERFIT]))


def _none(ill: str, asked: str) -> torch.Tensor:
    return experiments.recorded_none(ill)[asked]


def _treated(ill: str, remedy: str, asked: str) -> torch.Tensor:
    return getattr(experiments.recorded(ill, remedy), asked)


def _gain(ill: str, remedy: str, asked: str, level: float) -> tuple[float, float, float]:
    found = tally.gains(_treated(ill, remedy, asked), _none(ill, asked))
    t = torch.tensor(tally.TS[tally.LEVELS.index(level)], dtype=torch.float64)
    value, wide = tally.mean(found).item(), tally.reach(found, t).item()
    return value, value - wide, value + wide

"""Loss over rate, one curve a width: where is the wide net's best rate, given the narrow one's?

Every number was recorded from training (`experiments.py`); the page compares them.

Book: hyperparameters/across_widths
"""

import json
import math
import random
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.across_widths.experiments import (
    LRS,
    WIDTHS,
    best,
    curves,
    recorded,
)
from dlnotes.sections.hyperparameters.across_widths.words import TEXT

RATES = tuple(float(f"{lr:.3g}") for lr in LRS)  # as they are shown
GUESSES = {"sixteenth": RATES[2], "quarter": RATES[4], "same": RATES[6], "four": RATES[8]}
ARMS = ("plain", "mup")


def lost(reached: Tensor, score: Tensor) -> Tensor:
    """Accuracy given away at a rate."""
    return reached - score


def inverse(rate: Tensor, base: Tensor, width: Tensor) -> Tensor:
    """A rate that shrinks as the width grows."""
    return rate * base / width


class AcrossWidthsDemo(Demo):
    """Widths come one after the other, from the narrow net to the wide one."""

    words = TEXT
    start: ClassVar = {"arm": "plain", "rate": RATES[5], "now": 1}
    sliders: ClassVar = {"rate": Slider(stops=RATES)}
    choices: ClassVar = {"arm": ARMS}
    handles: ClassVar = {"rate": Drag(-90, 0, ("rate",)), "time": Drag(105, 0, ("now",))}
    presets = ("keep", "rules", "turned")
    guesses = tuple(GUESSES)

    @staticmethod
    def emitted() -> str:
        numbers = {"RATES": RATES, "WIDTHS": WIDTHS, "GUESSES": GUESSES, "FOUND": _found()}
        return emit(lost=lost, inverse=inverse) + "".join(
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in numbers.items()
        )

    @staticmethod
    def readouts(*, arm: str, rate: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            arm: `"plain"` or `"mup"`.
            rate: one of `RATES`.
            now: how many widths are shown, 1 to 6; the last of them is spoken of.
        """
        found = _found()[arm][now - 1]
        place = RATES.index(rate)
        reached, score = found["accuracy"][found["place"]], found["accuracy"][place]
        given = [torch.tensor(value, dtype=torch.float64) for value in (reached, score)]
        return {
            "width": WIDTHS[now - 1],
            "best": found["best"],
            "loss": found["loss"][place],
            "accuracy": score,
            "lost": lost(*given).item(),
        }

    @staticmethod
    def answer() -> str:
        wide = _found()["plain"][-1]["best"]
        return min(GUESSES, key=lambda name: abs(math.log(GUESSES[name] / wide)))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(1, len(WIDTHS))}


@cache
def _found() -> dict[str, list[dict[str, Any]]]:
    """A row for every width: losses and accuracies over the rates, and the best rate."""
    return {arm: [_row(f"{arm}{width}") for width in WIDTHS] for arm in ARMS}


def _row(name: str) -> dict[str, Any]:
    own = best(name)
    return {
        "loss": curves(name).mean(1).exp().round(decimals=4).tolist(),
        "accuracy": recorded(name).accuracy.mean(1).round(decimals=4).tolist(),
        "best": round(own.lr, 6),
        "place": own.place,
    }

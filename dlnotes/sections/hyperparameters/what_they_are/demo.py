"""Ten knobs of one net, turned one after the other: how many can ruin it alone?

Every accuracy was recorded from training (`experiments.py`); the page compares them.

Book: hyperparameters/what_they_are
"""

import json
import random
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.what_they_are.experiments import NOTCHES, recorded
from dlnotes.sections.hyperparameters.what_they_are.screen import KNOBS, LOOKS, TASKS
from dlnotes.sections.hyperparameters.what_they_are.words import TEXT

GUESSES = {"single": 1, "three": 3, "six": 6, "nine": 9}
RUIN = 0.3  # an accuracy below it is a ruin


def lost(best: Tensor, score: Tensor) -> Tensor:
    """What a turn costs."""
    return best - score


def worst(best: Tensor, scores: Tensor) -> Tensor:
    """What the worst notch of a knob costs."""
    return best - scores.amin()


_SHAPES = {"worst": {"scores": (NOTCHES,)}}


class WhatTheyAreDemo(Demo):
    """A board of ten knobs around a good setting, and how the net learns at each notch."""

    words = TEXT
    start: ClassVar = {"task": "digits", "notch": 5, "now": 1}
    sliders: ClassVar = {"notch": Slider(1, NOTCHES, steps=NOTCHES - 1)}
    choices: ClassVar = {"task": TASKS}
    handles: ClassVar = {"time": Drag(0, 125, ("now",))}
    presets = ("late", "free", "short")
    guesses = tuple(GUESSES)
    formula = ("accuracy", "cost")

    @staticmethod
    def emitted() -> str:
        numbers = {
            "KNOBS": {name: list(map(_written, notches)) for name, notches in KNOBS.items()},
            "LOOKS": LOOKS, "RUIN": RUIN, "GUESSES": GUESSES, "BOARD": _board(),
        }  # fmt: skip
        return emit(lost=lost, worst=worst, shapes=_SHAPES) + "".join(
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in numbers.items()
        )

    @staticmethod
    def readouts(*, task: str, notch: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            task: one of `TASKS`.
            notch: of the knob that is shown, 1 to 5.
            now: how many knobs have been turned, 1 to 10; the last of them is shown.
        """
        board = _board()[task]
        best = torch.tensor(board["score"], dtype=torch.float64)
        scores = torch.tensor(board["turned"], dtype=torch.float64)
        row = scores[now - 1]
        return {
            "now": now,
            "score": row[notch - 1].item(),
            "lost": lost(best, row[notch - 1]).item(),
            "worst": worst(best, row).item(),
            "ruined": int((scores[:now].amin(1) < RUIN).sum()),
        }

    @staticmethod
    def answer() -> str:
        end = WhatTheyAreDemo.start | {"now": len(KNOBS)}
        ruined = WhatTheyAreDemo.readouts(**end)["ruined"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - ruined))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(1, len(KNOBS))}


@cache
def _board() -> dict[str, dict[str, Any]]:
    """Means over the seeds: the good setting, every notch around it, and the way there."""
    found = {}
    for task in TASKS:
        screen = recorded(task)
        mean = screen.turned.mean(-1)
        found[task] = {
            "best": screen.best,
            "score": round(mean[0, screen.best[0]].item(), 4),
            "turned": mean.round(decimals=4).tolist(),
            "course": screen.course.round(decimals=3).tolist(),
        }
    return found


def _written(notch: float | str) -> str:
    return notch if isinstance(notch, str) else f"{notch:g}"

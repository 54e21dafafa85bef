"""A line pulled down: by a penalty in the loss, by the same in Adam, and by the decay of AdamW.

Book: regularization/weight_decay
"""

import random
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.regularization.weight_decay import pull
from dlnotes.sections.regularization.weight_decay.words import TEXT

GUESSES = {"hundred": 100, "ninety": 91, "half": 50, "ten": 10}
HIGHEST = 130  # that the points can be dragged to


class WeightDecayDemo(Demo):
    """Twenty points and three lines: how high they arrive, and how steep."""

    words = TEXT
    start: ClassVar = {
        "alpha": pull.DECAY, "lr": pull.LR, "level": pull.LEVEL, "spared": False, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "alpha": Slider(0.005, 0.3, log=True, steps=200),
        "lr": Slider(0.1, 1.5, log=True, steps=200),
    }
    handles: ClassVar = {"level": Drag(0, 60, ("level",)), "time": Drag(90, 0, ("now",))}
    presets = ("spare", "weak", "low", "slow")
    guesses = tuple(GUESSES)
    formula = ("level",)

    @staticmethod
    def emitted() -> str:
        x, shapes, functions = torch.zeros((), dtype=torch.float64), {}, {}
        for name, rule in pull.ROUTES.items():
            state = rule.init(x)
            functions[name] = pull.stepping(name)
            functions[f"{name}_init"] = rule.init
            shapes[name] = {"state": type(state)(*((),) * len(state))}
        whole = {"heights": pull.heights, "shrunk": pull.shrunk, "fenced": pull.fenced}
        program = emit(shapes=shapes, **functions, **whole)
        numbers = {
            "STEPS": pull.STEPS, "TILT": pull.TILT, "BEND": pull.BEND, "HIGHEST": HIGHEST,
            "PLACES": pull.PLACES.tolist(), "HEIGHTS": list(GUESSES.values()),
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, alpha: float, lr: float, level: float, spared: bool, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            alpha: α of all three.
            lr: learning rate of all three.
            level: the height around which the points lie.
            spared: whether the intercept is not decayed.
            now: steps made, from 0 to `STEPS`.
        """
        found: dict[str, float] = {"now": now}
        for name in pull.ROUTES:
            slope, intercept = _walk(name, level, alpha, lr, spared)[now].tolist()
            found |= {name: intercept, f"{name}_slope": slope}
        return found

    @staticmethod
    def answer() -> str:
        end = WeightDecayDemo.readouts(**(WeightDecayDemo.start | {"now": pull.STEPS}))["adamw"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - end))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"level": draw.randint(0, HIGHEST), "now": draw.randint(1, pull.STEPS)}
        return super().random_setting(draw) | own


@cache
def _walk(name: str, level: float, alpha: float, lr: float, spared: bool) -> Tensor:
    return pull.walked(name, level, alpha, lr, spared=spared)

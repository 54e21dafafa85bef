"""The throttle: nets train in the page, and the reader pulls their learning rate in mid-run.

Book: learning_rates/four_curves
"""

import functools
import json
import math
import random
from typing import Any, ClassVar

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.learning_rates.four_curves import nets
from dlnotes.sections.learning_rates.four_curves.words import TEXT

PULL = 60  # the step at which the lever is pulled in the question
LEVERS = {"yellow": 0.5, "purple": 0.15, "red": 0.3, "green": 0.3}  # where it is pulled to
MOST = max(map(len, nets.COLORS.values()))  # lines at once
COUNTED = ("none", "one", "two", "three", "four")


class FourCurvesDemo(Demo):
    """Four colors, ten small nets, and one lever."""

    words = TEXT
    start: ClassVar = {"color": "yellow", "lr": LEVERS["yellow"], "pull": PULL, "now": PULL}
    choices: ClassVar = {"color": tuple(nets.COLORS)}
    sliders: ClassVar = {"lr": Slider(1e-4, 10, log=True)}
    handles: ClassVar = {
        "lever": Drag(40, 20, ("lr", "pull")), "time": Drag(60, 0, ("now",)),
    }  # fmt: skip
    presets = ("raise_more", "drop", "too_hot")
    guesses = ("four", "two", "one", "none")
    chaotic: ClassVar = {f"line{i + 1}": 1e-3 for i in range(MOST)}  # inputs far from 0

    @staticmethod
    def emitted() -> str:
        shapes = {name: _shapes(name) for name in nets.BODIES}
        steps = {name: nets.step_of(name) for name in nets.BODIES}
        program = emit(
            **steps, moved=nets.moved, shapes=shapes | {"moved": {"X": (nets.POINTS, 2)}},
            inplace=dict.fromkeys(steps, ("params",)),
        )  # fmt: skip
        X, y = nets.points()
        numbers = {
            "STEPS": nets.STEPS, "PULL": PULL, "SHUFFLE": nets.SHUFFLE, "CURED": nets.CURED,
            "POINTS": X.flatten().tolist(), "CLASSES": y.tolist(), "GUESSING": math.log(3),
            "COLORS": nets.COLORS, "BASES": nets.BASES, "LEVERS": LEVERS, "COUNTED": COUNTED,
            "NETS": {name: vars(net) for name, net in nets.NETS.items()},
            "BEGIN": {name: _flat(nets.begun(name)) for name in nets.BODIES},
        }  # fmt: skip
        lines = (f"export const {name} = {json.dumps(value)};\n" for name, value in numbers.items())
        return program + "".join(lines)

    @staticmethod
    def readouts(*, color: str, lr: float, pull: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, by autograd.

        Args:
            color: which nets, a name in `nets.COLORS`.
            lr: learning rate from the pull on, greater than 0.
            pull: the first step at that rate.
            now: the step that is shown.
        """
        lines = _lines(color, lr, pull, now)
        seen = [line[-1] for line in lines] + [math.inf] * (MOST - len(lines))
        return {
            "now": now,
            "rate": nets.BASES[color] if now <= pull else lr,
            "cured": sum(loss < nets.CURED for loss in seen),
            **{f"line{i + 1}": loss for i, loss in enumerate(seen)},
        }

    @staticmethod
    def answer() -> str:
        shown = FourCurvesDemo.readouts(**FourCurvesDemo.start | {"now": nets.STEPS})
        return COUNTED[shown["cured"]]

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        more = {"pull": draw.randint(0, nets.STEPS), "now": draw.randint(0, nets.STEPS)}
        return super().random_setting(draw) | more


@functools.lru_cache(maxsize=64)
def _lines(color: str, lr: float, pull: int, now: int) -> list[list[float]]:
    return [nets.losses(name, nets.BASES[color], lr, pull, now) for name in nets.COLORS[color]]


def _shapes(name: str) -> dict[str, Any]:
    params = {key: tuple(param.shape) for key, param in nets.begun(name).items()}
    data = {"X": (nets.POINTS, 2), "y": (nets.POINTS,), "weight": (nets.POINTS,)}
    return {"params": params} | data


def _flat(params: nets.Params) -> dict[str, list[float]]:
    return {key: param.flatten().tolist() for key, param in params.items()}

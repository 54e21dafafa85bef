"""Three nets of sigmoid layers, as many passes over the data each: at random, pretrained, rescued.

Book: gradients/layerwise_pretraining
"""

import json
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.gradients.layerwise_pretraining.experiments import (
    ARMS,
    LONG,
    TIMES,
    chosen,
    recorded,
)
from dlnotes.sections.gradients.layerwise_pretraining.nets import LAYERS
from dlnotes.sections.gradients.layerwise_pretraining.training import CODING, TUNING, WHOLE
from dlnotes.sections.gradients.layerwise_pretraining.words import TEXT

TASKS, RIVALS = ("plain", "few"), ("times", "batch", "relu", "both")
STEPS = {0.1: -2, 0.3: -1, 1.0: 0, 3.0: 1, 10.0: 2}  # places in the grid beside each best
LOOKS = len(TIMES[True])
NEVER = 10 * WHOLE  # when a look is missing


def passes(now: Tensor, learns: Tensor, free: Tensor) -> Tensor:
    """Passes with labels that a net has made; negative while it has not begun.

    Args:
        now: passes in all.
        learns: 1 for a net that is pretrained first, else 0.
        free: 1 where pretraining is not counted, else 0.
    """
    return torch.minimum(now - learns * (1 - free) * LAYERS * CODING, longest(learns))


def longest(learns: Tensor) -> Tensor:
    """With how many passes it ends."""
    return learns * TUNING + (1 - learns) * WHOLE


def accuracy(curve: Tensor, times: Tensor, made: Tensor) -> Tensor:
    """The accuracy at the last look; infinity before the first.

    Args:
        curve: at every look, `(36,)`.
        times: passes with labels before each look.
        made: passes with labels.
    """
    place = (times <= made).to(torch.float64).sum() - 1
    last = torch.arange(len(curve), dtype=torch.float64) == place
    return torch.where(made < 0, math.inf, (curve * last).sum())


def coding(now: Tensor, free: Tensor) -> Tensor:
    """Which hidden layer is being pretrained, from 1; 0 where none is."""
    layer = (now / CODING).floor() + 1
    return torch.where((layer <= LAYERS) & (free < 1), layer, 0.0)


def lead(random: Tensor, learned: Tensor, rival: Tensor) -> Tensor:
    """Which is ahead: 0, 1 or 2 in this order; 3 where two are within a percentage point."""
    three = torch.stack([random, learned, rival])
    best = three.amax()
    close = (three > best - 0.01).to(three.dtype).sum()
    place = ((three == best).to(three.dtype) * torch.arange(3, dtype=three.dtype)).sum()
    return torch.where(close > 1, torch.full_like(place, 3.0), place)


EMITTED = (passes, accuracy, coding, lead)
_SHAPES = {"accuracy": {"curve": (LOOKS,), "times": (LOOKS,)}}


class LayerwisePretrainingDemo(Demo):
    """A race over as many passes: what is random, what is pretrained, and what needs neither."""

    words = TEXT
    start: ClassVar = {"task": "plain", "rival": "times", "rate": 1.0, "free": False, "now": 0}
    sliders: ClassVar = {"rate": Slider(stops=tuple(STEPS))}
    choices: ClassVar = {"task": TASKS, "rival": RIVALS}
    handles: ClassVar = {"time": Drag(150, 0, ("now",))}
    at_once = ("task", "rival")
    presets = ("history", "normalized", "flip", "together")
    guesses = ("random", "learned", "times", "level")
    formula = ("curve", "times")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        looks = {name: _looks(name) for name in ("random", "learned")}
        curves = {
            task: {name: _curves(task, name) for name in ARMS[task] if name != "mixed"}
            for task in TASKS
        }
        numbers = {
            "WHOLE": WHOLE, "TUNING": TUNING, "CODING": CODING, "LAYERS": LAYERS, "LONG": LONG,
            "RATES": list(STEPS),
            "LOOKS": {"long": looks["random"], "short": looks["learned"]}, "CURVES": curves,
        }  # fmt: skip
        return program + "".join(f"export const {n} = {_told(v)};\n" for n, v in numbers.items())

    @staticmethod
    def readouts(*, task: str, rival: str, rate: float, free: bool, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, from the record.

        Args:
            task: "plain", or "few" for few labels and inputs of noise.
            rival: the third net.
            rate: learning rate as a part of each one's best, within the grid.
            free: whether pretraining is not counted.
            now: passes made.
        """
        at, free = torch.tensor(float(now)), torch.tensor(float(free))
        found = {"now": now, "coding": coding(at, free).item()}
        for role, name in {"random": "random", "learned": "learned", "rival": rival}.items():
            curve = torch.tensor(_curves(task, name)[list(STEPS).index(rate)], dtype=torch.float64)
            times = torch.tensor(_looks(name), dtype=torch.float64)
            made = passes(at, torch.tensor(float(name not in LONG)), free)
            found[role] = accuracy(curve, times, made).item()
        return found

    @staticmethod
    def answer() -> str:
        end = LayerwisePretrainingDemo.readouts(**LayerwisePretrainingDemo.start | {"now": WHOLE})
        three = [
            torch.tensor(end[role], dtype=torch.float64) for role in ("random", "learned", "rival")
        ]
        return LayerwisePretrainingDemo.guesses[int(lead(*three))]

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, WHOLE)}


def _looks(name: str) -> list[int]:
    times = list(TIMES[name in LONG])
    return times + [NEVER] * (LOOKS - len(times))


def _curves(task: str, name: str) -> list[list[float]]:
    """Accuracies at each of `STEPS` beside the best rate, filled up to as many looks."""
    curves = recorded("races", task, name, "curves")
    best = chosen(recorded("races", task, name, "ends")[:, :, -1])
    places = [min(max(best + step, 0), len(curves) - 1) for step in STEPS.values()]
    kept = [curves[place].tolist() for place in places]
    return [row + row[-1:] * (LOOKS - len(row)) for row in kept]


def _told(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))

"""One net, seven batches, eight rates: sixteen times the batch, and how many steps?

Every loss was recorded from training (`experiments.py`).

Book: hyperparameters/batch_size
"""

import json
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.hyperparameters.noise_scale import linear_scaling, sqrt_scaling
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.batch_size.curves import (
    BASE,
    BATCHES,
    HIGHEST,
    LAST,
    LEVEL,
    RATES,
    losses,
)
from dlnotes.sections.hyperparameters.batch_size.words import TEXT

GUESSES = {"sixteenth": 1 / 16, "quarter": 1 / 4, "same": 1.0, "double": 2.0}
AXES = ("by_steps", "by_examples")


def first(losses: Tensor) -> Tensor:
    """The step at which a run is down at the level; one more than the last if never."""
    step = torch.arange(LAST + 1, dtype=torch.float64)
    return torch.where(losses <= LEVEL, step, LAST + 1.0).amin()


def read(step: Tensor, batch: Tensor) -> Tensor:
    """Examples seen after so many steps."""
    return step * batch


def linear(rate: Tensor, batch: Tensor, new: Tensor) -> Tensor:
    """A rate that grows as the batch."""
    return rate * new / batch


def root(rate: Tensor, batch: Tensor, new: Tensor) -> Tensor:
    """A rate that grows as the root of the batch."""
    return rate * (new / batch).sqrt()


class BatchSizeDemo(Demo):
    """A batch and a rate on a plane; the loss over steps or over examples."""

    words = TEXT
    start: ClassVar = {"batch": 512, "rate": BASE[1], "axis": "by_steps", "now": 0}
    sliders: ClassVar = {"batch": Slider(stops=BATCHES), "rate": Slider(stops=RATES, digits=5)}
    choices: ClassVar = {"axis": AXES}
    handles: ClassVar = {
        "setting": Drag(-120, -60, ("batch", "rate")),
        "time": Drag(90, 0, ("now",)),
    }
    presets = ("times4", "times8", "times16", "little")
    guesses = tuple(GUESSES)

    @staticmethod
    def emitted() -> str:
        program = emit(
            first=first, read=read, linear=linear, root=root,
            shapes={"first": {"losses": (LAST + 1,)}},
        )  # fmt: skip
        numbers = {
            "LAST": LAST, "LEVEL": LEVEL, "BATCHES": BATCHES, "RATES": RATES, "BASE": BASE,
            "LOSSES": losses().tolist(), "HIGHEST": HIGHEST, "GUESSES": GUESSES,
        }  # fmt: skip
        lines = (
            f"export const {name} = {json.dumps(each, separators=(',', ':'))};\n"
            for name, each in numbers.items()
        )
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(*, batch: int, rate: float, axis: str, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            batch: one of `BATCHES`.
            rate: one of `RATES`.
            axis: over what the losses are drawn; of no effect on the numbers.
            now: steps made, 0 to `LAST`.
        """
        run = losses()[BATCHES.index(batch), RATES.index(rate)]
        reached = _reached(batch, rate)
        return {
            "now": now,
            "loss": run[now].item(),
            "seen": now * batch,
            "reached": reached,
            "cost": reached * batch,
            "linear": linear_scaling(BASE[1], BASE[0], batch),
            "root": sqrt_scaling(BASE[1], BASE[0], batch),
        }

    @staticmethod
    def answer() -> str:
        start = BatchSizeDemo.start
        ratio = _reached(start["batch"], start["rate"]) / _reached(*BASE)
        return min(GUESSES, key=lambda name: abs(math.log(GUESSES[name] / ratio)))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, LAST)}


def _reached(batch: int, rate: float) -> float:
    run = losses()[BATCHES.index(batch), RATES.index(rate)]
    step = int(first(run))
    return step if step <= LAST else math.inf

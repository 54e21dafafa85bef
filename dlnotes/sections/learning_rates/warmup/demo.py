"""Twelve peaks after a climb that the reader makes shorter or longer: which nets live?

Every loss and sharpness was recorded from training (`experiments.py`).

Book: learning_rates/warmup
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
from dlnotes.sections.learning_rates.warmup import nets
from dlnotes.sections.learning_rates.warmup.experiments import (
    CASES,
    LENGTHS,
    LOOK,
    PEAKS,
    SEEDS,
    highest,
    lives,
    recorded,
    sharpness,
)
from dlnotes.sections.learning_rates.warmup.words import TEXT

LOOKS = nets.STEPS // LOOK  # how often one looks in a run
FINE = 10  # steps between two points of a drawn schedule
TOP = 1e3  # what is larger is drawn no higher
ROUNDED = tuple(float(f"{peak:.3g}") for peak in PEAKS)  # as the slider has them
TWICE, MANY = 1.3, 3.0  # how many times as high a peak is called twice, and six times


def rates(warm: Tensor, peak: Tensor, falls: Tensor) -> Tensor:
    """The rate every `FINE` steps, `(101,)`: a climb, then a cosine, or no fall."""
    step = torch.arange(0, nets.STEPS + 1, FINE, dtype=torch.float64)
    done = torch.clamp((step - warm) / (nets.STEPS - warm), min=0.0)
    after = torch.where(falls > 0, 0.5 * (1 + torch.cos(math.pi * done)), 1.0)
    return peak * torch.where(step < warm, (step + 1) / torch.clamp(warm, min=1.0), after)


def limit(sharp: Tensor) -> Tensor:
    """The rate above which a parabola so curved throws its steps out: 2 / sharpness."""
    return 2 / sharp


def times(peak: Tensor, other: Tensor) -> Tensor:
    """How many times as high a peak is as another."""
    return peak / other


EMITTED = (rates, limit, times)
_SHAPES = {"rates": {}}


class WarmupDemo(Demo):
    """Make the climb longer: the largest peak that lives, and the limit along one run."""

    words = TEXT
    start: ClassVar = {"init": "he", "warm": 200, "peak": ROUNDED[8], "now": 0}
    sliders: ClassVar = {"warm": Slider(stops=LENGTHS), "peak": Slider(stops=ROUNDED)}
    choices: ClassVar = {"init": tuple(CASES)}
    handles: ClassVar = {
        "climb": Drag(-50, 40, ("warm", "peak")), "time": Drag(150, 0, ("now",)),
    }  # fmt: skip
    presets = ("none", "short", "idle")
    guesses = ("same", "double", "six")
    apart = ("peak",)
    formula = ("loss", "sharp")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {
            "LOOKS": LOOKS, "LOOK": LOOK, "STEPS": nets.STEPS, "FINE": FINE, "TOP": TOP,
            "SEEDS": len(SEEDS), "LENGTHS": LENGTHS, "PEAKS": ROUNDED,
            "FALLS": {init: int(after == "cosine") for init, after in CASES.items()},
            "LOSSES": {init: _capped(_losses(init)).tolist() for init in CASES},
            "SHARP": {init: _capped(sharpness(init)).tolist() for init in CASES},
            "ALIVE": {init: [_alive(init, length) for length in LENGTHS] for init in CASES},
            "HIGHEST": {init: [_highest(init, length) for length in LENGTHS] for init in CASES},
            "TWICE": TWICE, "MANY": MANY,
        }  # fmt: skip
        return program + "".join(
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in numbers.items()
        )

    @staticmethod
    def readouts(*, init: str, warm: int, peak: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            init: the start, a name in `CASES`.
            warm: steps of warmup, one of `LENGTHS`.
            peak: the peak of the run that is followed, one of `ROUNDED`.
            now: looks so far, 0 to 20.
        """
        row, place = LENGTHS.index(warm), ROUNDED.index(peak)
        sharp = _capped(sharpness(init)[row, place, now])
        numbers = (float(warm), peak, float(CASES[init] == "cosine"))
        rate = rates(*(torch.tensor(number, dtype=torch.float64) for number in numbers))
        done = now == LOOKS
        return {
            "now": now * LOOK,
            "rate": rate[now * LOOK // FINE].item(),
            "sharp": sharp.item(),
            "limit": limit(sharp).item(),
            "loss": _capped(_losses(init)[row, place, now]).item(),
            "highest": _highest(init, warm) if done else math.inf,
        }

    @staticmethod
    def answer() -> str:
        setting = WarmupDemo.start
        ratio = _highest(setting["init"], setting["warm"]) / _highest(setting["init"], 0)
        return "same" if ratio < TWICE else "double" if ratio < MANY else "six"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, LOOKS)}


@cache
def _losses(init: str) -> Tensor:
    """Median loss at the start and of every `LOOK` steps from there, `(lengths, R, LOOKS + 1)`."""
    found = torch.stack([recorded(f"{init} {length}").curves for length in LENGTHS])
    means = found.unflatten(-1, (LOOKS, -1)).mean(-1)
    first = torch.full_like(means[..., :1], nets.begun(init, SEEDS))
    return torch.cat([first, means], -1)


def _alive(init: str, length: int) -> list[int]:
    return lives(recorded(f"{init} {length}")).sum(-1).tolist()


def _highest(init: str, length: int) -> float:
    return highest(recorded(f"{init} {length}"), ROUNDED)


def _capped(values: Tensor) -> Tensor:
    """`TOP` for what is larger or no number: a run that has died."""
    return values.nan_to_num(TOP, posinf=TOP).clamp(max=TOP)

"""Signals sent back, stored in few bits: what becomes 0, what overflows, and a scale to drag.

Book: gradients/mixed_precision
"""

import math
import random
from functools import cache, partial
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.gradients.precision import BF16, FP16, FP32, Format
from dlnotes.live import emit
from dlnotes.sections.gradients.mixed_precision.experiments import messages
from dlnotes.sections.gradients.mixed_precision.words import TEXT

PARTS = 20  # in which the numbers are stored, the largest first
LEFT, RIGHT = -46, 18  # powers of 2 that the picture shows
FORMATS = {"fp16": FP16, "bf16": BF16, "fp32": FP32}


@cache
def values() -> Tensor:
    """Sizes of what comes back to the first layer for single losses, the largest first."""
    rounded = [float(f"{value:.4g}") for value in messages().tolist()]
    return torch.tensor(rounded, dtype=torch.float64)


def sizes(count: Tensor, power: Tensor) -> Tensor:
    """The numbers to be stored: a mean over 2^count losses, times 2^power."""
    return values() * torch.exp2(power - count)


def _stored(x: Tensor, form: Format) -> Tensor:
    # as `rounded`, but without the bits of a number, which a page cannot see
    exponent = torch.floor(torch.log2(x)).clamp(min=form.lowest)
    step = torch.exp2(exponent - form.fraction)
    near = torch.round(x / step) * step
    return torch.where(near > form.largest, math.inf, near)


def error(stored: Tensor, x: Tensor) -> Tensor:
    """Length of what is lost over the length of what was there, in percent."""
    return 100 * ((stored - x).square().sum() / x.square().sum()).sqrt()


def places(x: Tensor) -> Tensor:
    """Between which powers of 2 each number lies: the lower one."""
    return torch.floor(torch.log2(x))


def middle(x: Tensor) -> Tensor:
    """The middle one, as a power of 2."""
    return torch.log2(x[len(values()) // 2])


def stored(name: str) -> Any:
    """The function that stores numbers in a format."""
    function = partial(_stored, form=FORMATS[name])
    function.__name__ = f"stored_{name}"
    return function


STORED = {f"stored_{name}": stored(name) for name in FORMATS}


class MixedPrecisionDemo(Demo):
    """A histogram over the range of a format: store it, scale it, change the format."""

    words = TEXT
    start: ClassVar = {"form": "fp16", "power": 0, "count": 22, "now": 0}
    sliders: ClassVar = {
        "power": Slider(0, 44, steps=44),
        "count": Slider(stops=(7, 10, 14, 18, 20, 22, 24)),
    }
    choices: ClassVar = {"form": tuple(FORMATS)}
    handles: ClassVar = {"scale": Drag(120, 0, ("power",))}
    presets = ("scaled", "far", "brain", "alone")
    guesses = ("none", "tenth", "fifths", "all")
    formula = ("stored", "places")

    @staticmethod
    def emitted() -> str:
        long = (len(values()),)
        program = emit(
            sizes=sizes, error=error, places=places, middle=middle, **STORED,
            shapes={"error": {"stored": long, "x": long}}
            | {name: {"x": long} for name in ("places", "middle", *STORED)},
        )  # fmt: skip
        lowest = {name: form.lowest for name, form in FORMATS.items()}
        numbers = {
            "PARTS": PARTS, "LEFT": LEFT, "RIGHT": RIGHT, "COUNT": len(values()), "LOWEST": lowest,
            "FLOOR": {name: form.lowest - form.fraction for name, form in FORMATS.items()},
            "CEILING": {name: 2 - form.lowest for name, form in FORMATS.items()},
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, form: str, power: int, count: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            form: one of `FORMATS`.
            power: the loss is multiplied by 2 to this power.
            count: it is a mean over 2 to this power.
            now: how many of the 20 parts are stored.
        """
        x = sizes(torch.tensor(float(count)).double(), torch.tensor(float(power)).double())
        whole = STORED[f"stored_{form}"](x)
        part = whole[: len(x) * now // PARTS]
        few = (part > 0) & (part < 2.0 ** FORMATS[form].lowest)
        shares = {"zero": part == 0, "few": few, "over": part.isinf()}
        return {
            "now": now,
            **{name: 100 * flags.sum().item() / len(x) for name, flags in shares.items()},
            "error": error(whole, x).item(),
        }

    @staticmethod
    def answer() -> str:
        end = MixedPrecisionDemo.readouts(**MixedPrecisionDemo.start | {"now": PARTS})
        return verdict(end["zero"])

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, PARTS)}


def verdict(zero: float) -> str:
    """The guess that a percentage falls under."""
    bounds = {"none": 3, "tenth": 20, "fifths": 70}
    return next((name for name, bound in bounds.items() if zero < bound), "all")

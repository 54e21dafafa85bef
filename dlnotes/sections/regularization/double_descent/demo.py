"""Random waves through 15 points: with how many of them is the error on new points largest?

Book: regularization/double_descent
"""

import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.regularization.double_descent import curve
from dlnotes.sections.regularization.double_descent.curve import (
    DRAWS,
    GRID,
    MOST,
    PLACES,
    POINTS,
    THERE,
    WIDTHS,
    drawn,
    errors,
    fitted,
    heights,
    truth,
)  # fmt: skip
from dlnotes.sections.regularization.double_descent.words import TEXT

GUESSES = {"one": 1, "fifteen": 15, "fifty": 50, "most": 200}
STRENGTHS = (0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10)
_WIDENED = (curve.widen, curve.size, curve.widen_paid, curve.size_paid)
EMITTED = (*_WIDENED, curve.curve, curve.train, curve.test, heights, truth)
_FIT, _WEIGHTS, _PAIRS, _Y = (POINTS + GRID, POINTS), (MOST, POINTS), (POINTS, POINTS), (POINTS,)
_SHAPES = {
    "widen": {"weights": _WEIGHTS, "fit": _FIT},
    "curve": {"fit": _FIT, "y": _Y},
    "size": {"weights": _WEIGHTS, "y": _Y},
    "widen_paid": {"pairs": _PAIRS, "fit": _FIT},
    "size_paid": {"pairs": _PAIRS, "y": _Y},
    "train": {"fit": _FIT, "y": _Y},
    "test": {"fit": _FIT, "y": _Y},
    "heights": {"draws": _Y},
}


class DoubleDescentDemo(Demo):
    """Fifteen points, a number of waves, a penalty: the error there and on new points."""

    words = TEXT
    start: ClassVar = {"noise": 0.3, "alpha": 0, "draw": 0, "length": False, "now": 0}
    sliders: ClassVar = {"noise": Slider(0, 1, steps=100), "alpha": Slider(stops=STRENGTHS)}
    handles: ClassVar = {"time": Drag(153, 0, ("now",))}
    buttons: ClassVar = {"again": ("draw",)}
    presets = ("quiet", "long", "paid", "dear")
    guesses = tuple(GUESSES)
    apart = ("length",)
    chaotic: ClassVar = {"test": 1e-6, "size": 1e-6}
    rounding = 1e-9

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        frequencies, phases, noises = (
            [each.tolist() for each in column] for column in zip(*map(drawn, DRAWS), strict=True)
        )
        numbers = {
            "POINTS": POINTS, "WIDTHS": list(WIDTHS), "PLACES": PLACES.tolist(),
            "THERE": THERE.tolist(), "FREQUENCIES": frequencies, "PHASES": phases,
            "NOISES": noises,
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, noise: float, alpha: float, draw: int, length: bool, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            noise: standard deviation of the heights, at least 0.
            alpha: α, what a squared coefficient costs.
            draw: which waves and which noise.
            length: whether the length of the coefficients is drawn.
            now: the place in `WIDTHS` of the number of waves.
        """
        seed, width = DRAWS[draw % len(DRAWS)], WIDTHS[now]
        weights, here, there = fitted(seed, width, alpha, noise)
        y = heights(drawn(seed)[2], torch.tensor(noise, dtype=torch.float64))
        tests = errors(seed, noise, alpha)
        return {
            "width": width,
            "train": (here - y).square().mean().item(),
            "test": ((there - truth(THERE)).square().mean() + noise**2).item(),
            "worst": WIDTHS[tests.index(max(tests))],
            "size": weights.norm().item(),
        }

    @staticmethod
    def answer() -> str:
        worst = DoubleDescentDemo.readouts(**DoubleDescentDemo.start)["worst"]
        return next(name for name, width in GUESSES.items() if width == worst)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"now": draw.randint(0, len(WIDTHS) - 1), "draw": draw.randint(0, 20)}
        return super().random_setting(draw) | own

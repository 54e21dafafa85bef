"""Polynomials through 15 points: at which degree is the error on new points lowest?

Book: regularization/the_gap
"""

import random
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.regularization.smoothers import parts as taken_apart
from dlnotes.regularization.smoothers import ridge_matrix
from dlnotes.sections.regularization.the_gap import polynomial
from dlnotes.sections.regularization.the_gap.polynomial import (
    DRAWS,
    GRID,
    PLACES,
    POINTS,
    TERMS,
    THERE,
    heights,
    matrices,
    powers,
    truth,
)  # fmt: skip
from dlnotes.sections.regularization.the_gap.words import TEXT

GUESSES = {"three": 3, "five": 5, "eight": 8, "fourteen": 14}
STRENGTHS = (0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1)
EMITTED = (
    polynomial.columns, polynomial.fits, polynomial.curve, polynomial.size, polynomial.train,
    polynomial.test, polynomial.variance, heights, truth,
)  # fmt: skip
_Z, _FITS, _Y = (POINTS + TERMS + GRID, TERMS), (TERMS, POINTS + TERMS + GRID), (POINTS,)
_SHAPES = {
    "fits": {"z": _Z, "y": _Y},
    "curve": {"found": _FITS},
    "size": {"found": _FITS},
    "train": {"found": _FITS, "y": _Y},
    "test": {"found": _FITS},
    "variance": {"z": _Z},
    "heights": {"draws": _Y},
}


class TheGapDemo(Demo):
    """Fifteen points, a degree, a penalty: the error there and the error on new points."""

    words = TEXT
    start: ClassVar = {"noise": 0.3, "alpha": 0, "draw": 0, "parts": False, "now": 0}
    sliders: ClassVar = {"noise": Slider(0.05, 1, steps=95), "alpha": Slider(stops=STRENGTHS)}
    handles: ClassVar = {"time": Drag(105, 0, ("now",))}
    buttons: ClassVar = {"again": ("draw",)}
    presets = ("quiet", "loud", "cheap", "dear", "split")
    guesses = tuple(GUESSES)
    apart = ("parts",)
    rounding = 1e-9

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {
            "TERMS": TERMS, "GRID": GRID, "PLACES": PLACES.tolist(), "THERE": THERE.tolist(),
            "DRAWS": DRAWS.tolist(),
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, noise: float, alpha: float, draw: int, parts: bool, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            noise: standard deviation of the heights, greater than 0.
            alpha: α, what a squared coefficient costs.
            draw: which noise.
            parts: whether bias and variance are shown.
            now: the degree that is shown.
        """
        y = heights(DRAWS[draw % len(DRAWS)], torch.tensor(noise, dtype=torch.float64))
        there = [_fit(degree, alpha)[1] @ y for degree in range(TERMS)]
        tests = torch.stack([(curve - truth(THERE)).square().mean() for curve in there]) + noise**2
        here, on_grid, coefficients = _fit(now, alpha)
        apart = taken_apart(on_grid, truth(PLACES), truth(THERE), noise)
        return {
            "now": now,
            "train": (here @ y - y).square().mean().item(),
            "test": tests[now].item(),
            "best": int(tests.argmin()),
            "size": (coefficients @ y)[1:].norm().item(),
            "bias": apart.bias.item(),
            "variance": apart.variance.item(),
        }

    @staticmethod
    def answer() -> str:
        best = TheGapDemo.readouts(**TheGapDemo.start)["best"]
        return next(name for name, degree in GUESSES.items() if degree == best)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"now": draw.randint(0, TERMS - 1), "draw": draw.randint(0, 30)}
        return super().random_setting(draw) | own


@cache
def _fit(degree: int, alpha: float) -> tuple[Tensor, Tensor, Tensor]:
    """What makes of heights a polynomial: at the points, on the grid, and its coefficients."""
    X, itself = powers(PLACES)[:, : degree + 1], torch.eye(degree + 1, dtype=torch.float64)
    return *matrices(degree, alpha), ridge_matrix(X, alpha, at=itself)

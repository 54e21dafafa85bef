"""A grid against chance: which comes nearer to a peak that nobody knows, over many redraws?

Book: hyperparameters/grid_or_random
"""

import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.grid_or_random import duel
from dlnotes.sections.hyperparameters.grid_or_random.words import TEXT

GUESSES = {"few": 20, "half": 50, "most": 80, "all": 100}
_POINTS = (duel.TRIALS, 2)
_SHAPES = {
    "away": {"points": _POINTS, "peak": (2,)},
    "shifted": {"points": _POINTS, "shift": (2,)},
}


class GridOrRandomDemo(Demo):
    """Redraw after redraw: the peak jumps, both designs try, the nearer one gets a point."""

    words = TEXT
    start: ClassVar = {"weight": 0.0, "rival": "random", "draw": 5, "now": 1}
    sliders: ClassVar = {"weight": Slider(0, 1, steps=20)}
    choices: ClassVar = {"rival": duel.RIVALS}
    handles: ClassVar = {"time": Drag(105, 0, ("now",))}
    buttons: ClassVar = {"again": ("draw",)}
    presets = ("both", "third", "even", "same", "finer")
    guesses = tuple(GUESSES)

    @staticmethod
    def emitted() -> str:
        functions = (duel.away, duel.shifted, duel.reach)
        program = emit(**{each.__name__: each for each in functions}, shapes=_SHAPES)
        numbers = {
            "REDRAWS": duel.REDRAWS, "GRID": duel.GRID.tolist(), "FINE": duel.FINE.tolist(),
            "SOBOL": duel.SOBOL.tolist(),
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, weight: float, rival: str, draw: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            weight: how much a way along the second axis counts, from 0 to 1.
            rival: what plays against the grid, one of `duel.RIVALS`.
            draw: which redraws.
            now: how many of them.
        """
        counts = torch.tensor(weight, dtype=torch.float64)
        nearest = []
        for redraw in range(now):
            peak, points = duel.drawn(rival, draw, redraw)
            nearest.append([duel.away(each, peak, counts).min() for each in (duel.GRID, points)])
        grid, other = torch.tensor(nearest, dtype=torch.float64).T
        return {
            "now": now,
            "wins": int((other < grid).sum()),
            "ties": int((other == grid).sum()),
            "grid_mean": grid.mean().item(),
            "rival_mean": other.mean().item(),
            "grid_now": grid[-1].item(),
            "rival_now": other[-1].item(),
            "distinct": len(set(points[:, 0].tolist())),
        }

    @staticmethod
    def answer() -> str:
        end = GridOrRandomDemo.start | {"now": duel.REDRAWS}
        wins = GridOrRandomDemo.readouts(**end)["wins"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - wins))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"now": draw.randint(1, duel.REDRAWS), "draw": draw.randint(0, 30)}
        return super().random_setting(draw) | own

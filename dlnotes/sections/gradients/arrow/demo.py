"""An arrow turned all around at one place of a valley, and what a step its way changes.

Book: gradients/arrow
"""

import random
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.gradients.arrow.words import TEXT
from dlnotes.training.surfaces.landscapes import ravine_value

ALL_AROUND = 360  # directions, a degree apart
TURNS = torch.arange(ALL_AROUND + 1, dtype=torch.float64) * torch.pi / 180
BALLS = {"euclidean": (1.0, 0.0, 0.0), "max": (0.0, 1.0, 0.0), "sum": (0.0, 0.0, 1.0)}
NEAR = 0.05  # the arrow stands at least so far from the bottom


def valley(x: Tensor, y: Tensor, kappa: Tensor) -> Tensor:
    """A long, narrow bowl: curvature 1 along the floor, kappa across it."""
    return ravine_value(x, y, kappa)


def crease(x: Tensor, y: Tensor, kappa: Tensor) -> Tensor:
    """The same along the floor, but across it two straight walls that meet in a crease."""
    return x * x / 2 + kappa * y.abs() / 10


SURFACES = {"valley": valley, "crease": crease}


def arrows(place: Tensor, turns: Tensor, ball: Tensor) -> Tensor:
    """Steps of length 1, turned from the way to the bottom; `ball` says in which norm."""
    ahead = -place / place.square().sum().sqrt()
    aside = torch.stack([-ahead[1], ahead[0]])
    way = turns.cos()[:, None] * ahead + turns.sin()[:, None] * aside
    size = way.abs()
    lengths = [way.square().sum(1).sqrt(), size.amax(1), size.sum(1)]
    return way / (ball[0] * lengths[0] + ball[1] * lengths[1] + ball[2] * lengths[2])[:, None]


def landed(place: Tensor, way: Tensor, size: Tensor) -> Tensor:
    """Where a step ends."""
    return place + size * way


def on(surface: Callable[..., Tensor]) -> dict[str, Callable[..., Tensor]]:
    """What is asked of a surface, all around one place."""
    name = surface.__name__

    def height(place: Tensor, kappa: Tensor) -> Tensor:
        return surface(place[..., 0], place[..., 1], kappa)

    def gradient(place: Tensor, kappa: Tensor) -> Tensor:
        return torch.func.grad(height)(place, kappa)

    def changes(place: Tensor, turns: Tensor, ball: Tensor, size: Tensor, kappa: Tensor) -> Tensor:
        ends = place + size * arrows(place, turns, ball)
        return (height(ends, kappa) - height(place, kappa)) / size

    def slopes(place: Tensor, turns: Tensor, ball: Tensor, kappa: Tensor) -> Tensor:
        return (arrows(place, turns, ball) * gradient(place, kappa)).sum(1)

    def length(place: Tensor, kappa: Tensor) -> Tensor:
        return gradient(place, kappa).square().sum().sqrt()

    return {
        f"gradient_{name}": gradient, f"changes_{name}": changes, f"slopes_{name}": slopes,
        f"length_{name}": length,
    }  # fmt: skip


ASKED = {name: of for surface in SURFACES.values() for name, of in on(surface).items()}
_ALL = {"place": (2,), "turns": (ALL_AROUND + 1,), "ball": (3,)}
_SHAPES = {"arrows": _ALL, "landed": {"place": (2,), "way": (2,)}} | {
    name: _ALL if name.startswith(("changes", "slopes")) else {"place": (2,)} for name in ASKED
}


class ArrowDemo(Demo):
    """Turn the arrow, see what a step its way changes, find the steepest way down."""

    words = TEXT
    start: ClassVar = {
        "terrain": "valley", "norm": "euclidean", "x": 1.0, "y": 0.1, "size": 0.001,
        "kappa": 100.0, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "size": Slider(stops=(0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1)),
        "kappa": Slider(1, 100, log=True, steps=200),
    }
    choices: ClassVar = {"norm": tuple(BALLS), "terrain": tuple(SURFACES)}
    handles: ClassVar = {
        "start": Drag(-40, -30, ("x", "y")),
        "arrow": Drag(0, 20, ("now",)),
        "time": Drag(150, 0, ("now",)),
    }
    presets = ("worst", "middling", "round", "long", "square", "fold")
    at_once = ("size", "kappa", "norm")
    guesses = ("straight", "twenty", "half", "eighty")
    rounding = 1e-9

    @staticmethod
    def emitted() -> str:
        known = {each.__name__: each for each in (*SURFACES.values(), arrows, landed)}
        numbers = {
            "ALL_AROUND": ALL_AROUND, "NEAR": NEAR, "TURNS": TURNS.tolist(),
            "BALLS": {name: [*ball] for name, ball in BALLS.items()},
        }  # fmt: skip
        program = emit(**known, **ASKED, shapes=_SHAPES)
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, terrain: str, norm: str, x: float, y: float, size: float, kappa: float, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            terrain: one of `SURFACES`.
            norm: how a step is measured, one of `BALLS`.
            x: where the arrow stands, along the floor.
            y: the same across the floor; not both 0, where the bottom is.
            size: length of a step, greater than 0.
            kappa: curvature across the floor over curvature along it, at least 1.
            now: by how many degrees the arrow is turned from the way to the bottom.
        """
        given = (x, y), BALLS[norm], size, kappa
        at, ball, step, of = (torch.tensor(each, dtype=torch.float64) for each in given)
        changes = ASKED[f"changes_{terrain}"](at, TURNS, ball, step, of)
        lowest = int(changes[:ALL_AROUND].argmin())
        return {
            "now": now,
            "change": changes[now].item(),
            "slope": ASKED[f"slopes_{terrain}"](at, TURNS, ball, of)[now].item(),
            "length": ASKED[f"length_{terrain}"](at, of).item(),
            "lowest": changes[lowest].item(),
            "off": min(lowest, ALL_AROUND - lowest),
        }

    @staticmethod
    def answer() -> str:
        off = ArrowDemo.readouts(**ArrowDemo.start)["off"]
        return next(name for name, most in NEAREST.items() if off <= most)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {
            "x": round(draw.uniform(0.1, 1.4), 2),
            "y": round(draw.uniform(-0.3, 0.3), 2),
            "now": draw.randint(0, ALL_AROUND),
        }


NEAREST = {"straight": 10, "twenty": 32, "half": 62, "eighty": 180}  # up to so many degrees

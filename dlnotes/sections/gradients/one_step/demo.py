"""One step down: along the arrow the real loss parts from the straight line that it promises.

Book: gradients/one_step
"""

import math
import random
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.sections.gradients.one_step.experiments import POINTS, TILT
from dlnotes.sections.gradients.one_step.words import TEXT
from dlnotes.training.surfaces.landscapes import double_well_value

PARTS = 20  # of which the picture makes a step
STEPS = 30
LOST = 1000.0  # above this loss a run is over
DOUBLE = 29 / 194  # twice the learning rate that gains most from (0, 0): 2 · 116 / 1552
XS, YS = (torch.tensor(row, dtype=torch.float64) for row in zip(*POINTS, strict=True))
HOME = {"line": (0.0, 0.0), "wells": (1.7, 0.6)}


def line(b: Tensor, w: Tensor) -> Tensor:
    """Mean squared miss of the line b + w · x at five points."""
    return (b + w * XS - YS).square().mean()


def wells(x: Tensor, y: Tensor) -> Tensor:
    """Two hollows, the left one deeper."""
    return double_well_value(x, y, TILT)


SURFACES = {"line": line, "wells": wells}


def level(place: Tensor, x: Tensor) -> Tensor:
    """The height of the line at x."""
    return place[0] + place[1] * x


def walked(rate: Tensor, done: Tensor) -> Tensor:
    """How far along the arrow one is, as a learning rate, after `done` parts of a step."""
    return rate * done / PARTS


def on(surface: Callable[..., Tensor]) -> dict[str, Callable[..., Tensor]]:
    """What is asked of a surface at a place: where a step leads, its loss, what was promised."""
    name = surface.__name__

    def height(place: Tensor) -> Tensor:
        return surface(place[0], place[1])

    slope = torch.func.grad(height)

    def moved(place: Tensor, rate: Tensor) -> Tensor:
        return place + sgd.update(slope(place), sgd.init(place), place, lr=rate)[0]

    def cut(place: Tensor, rate: Tensor) -> Tensor:
        return height(moved(place, rate))

    def bend(place: Tensor) -> Tensor:
        g = slope(place)
        return (g * (torch.func.jacfwd(slope)(place) @ g)).sum() / (g.square().sum() + 1e-300)

    def measures(place: Tensor, rate: Tensor) -> Tensor:
        square, curvature = slope(place).square().sum(), bend(place)
        promised, real = rate * square, height(place) - cut(place, rate)
        kept = torch.where(promised > 1e-4, real / promised.clamp(min=1e-4), 1.0)
        best = torch.where(curvature > 1e-9, 1 / curvature.clamp(min=1e-9), math.inf)
        return torch.stack([promised, real, kept, square.sqrt(), best])

    def promise(place: Tensor, rate: Tensor) -> Tensor:
        return height(place) - rate * slope(place).square().sum()

    def span(place: Tensor, rate: Tensor) -> Tensor:
        top = (2.25 / bend(place).clamp(min=1e-9)).clamp(0.1, 0.45)
        top = torch.maximum(top, 1.05 * rate)
        drop = (top * slope(place).square().sum()).clamp(min=0.01)
        return torch.stack([top, height(place) - 1.02 * drop, height(place) + 0.22 * drop])

    asked = {"moved": moved, "cut": cut, "promise": promise, "measures": measures, "span": span}
    return {f"{each}_{name}": function for each, function in asked.items()}


ASKED = {name: of for surface in SURFACES.values() for name, of in on(surface).items()}


class OneStepDemo(Demo):
    """Choose where and how far: the fall that the gradient promises, and the fall that comes."""

    words = TEXT
    start: ClassVar = {"terrain": "line", "rate": DOUBLE, "x": 0.0, "y": 0.0, "now": PARTS // 2}
    sliders: ClassVar = {"rate": Slider(0.005, 0.4, log=True)}
    choices: ClassVar = {"terrain": tuple(SURFACES)}
    handles: ClassVar = {
        "start": Drag(40, -30, ("x", "y")),
        "rate": Drag(-40, 0, ("rate",)),
    }
    presets = ("hand", "doubled", "zigzag", "right_well", "jump")
    guesses = ("same", "half", "nothing", "higher")

    @staticmethod
    def emitted() -> str:
        known = {each.__name__: each for each in (*SURFACES.values(), level, walked)}
        shapes = {name: {"place": (2,)} for name in (*ASKED, "level")}
        numbers = {
            "STEPS": STEPS, "PARTS": PARTS, "LOST": LOST, "POINTS": [list(p) for p in POINTS],
            "HOME": {name: list(place) for name, place in HOME.items()},
        }  # fmt: skip
        program = emit(**known, **ASKED, shapes=shapes)
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, terrain: str, rate: float, x: float, y: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            terrain: one of `SURFACES`.
            rate: learning rate, greater than 0.
            x: the first parameter at the start: the intercept of the line.
            y: the second one: its slope.
            now: parts of steps that are walked, `PARTS` a step.
        """
        step, done = split(now)
        at = walk(terrain, (x, y), rate)[step]
        far = walked(*(torch.tensor(number, dtype=torch.float64) for number in (rate, done)))
        promised, real, kept, length, best = ASKED[f"measures_{terrain}"](at, far).tolist()
        loss = ASKED[f"cut_{terrain}"](at, far).item()
        return {
            "far": far.item(), "loss": loss, "promised": promised, "real": real, "kept": kept,
            "length": length, "best": best,
        }  # fmt: skip

    @staticmethod
    def answer() -> str:
        settings = [OneStepDemo.start | {"now": parts} for parts in (PARTS // 2, PARTS)]
        half, whole = (OneStepDemo.readouts(**setting)["real"] for setting in settings)
        if abs(whole) < 1e-9:
            return "nothing"
        return "higher" if whole < 0 else "half" if whole < 0.75 * half else "same"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw)
        x, y = round(draw.uniform(-1.5, 1.8), 2), round(draw.uniform(-1, 1), 2)
        if setting["terrain"] == "wells":
            setting["rate"] = min(setting["rate"], 0.15)
        steps = len(walk(setting["terrain"], (x, y), setting["rate"])) - 1
        return setting | {"x": x, "y": y, "now": draw.randint(0, PARTS * min(steps, 8))}


def split(now: int) -> tuple[int, int]:
    """The step one is on, from 0, and how many of its parts are walked."""
    step = max(0, math.ceil(now / PARTS) - 1)
    return step, now - step * PARTS


def walk(terrain: str, begin: tuple[float, float], rate: float) -> list[Tensor]:
    """The places of the walker after each step, until the loss is above `LOST`."""
    path, lr = [torch.tensor(begin, dtype=torch.float64)], torch.tensor(rate, dtype=torch.float64)
    height = SURFACES[terrain]
    while len(path) <= STEPS and height(*path[-1]).item() < LOST:
        path.append(ASKED[f"moved_{terrain}"](path[-1], lr))
    return path

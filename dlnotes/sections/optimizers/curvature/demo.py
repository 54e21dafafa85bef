"""Newton's step and the quadratic model it believes in, on terrains one can start from anywhere.

Book: optimizers/curvature
"""

import json
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.func import grad

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.optimizers.curvature import saddle_free_step
from dlnotes.optimizers.newton import newton_step
from dlnotes.sections.optimizers.curvature.words import TEXT
from dlnotes.training.surfaces import landscapes
from dlnotes.training.surfaces.landscapes import Landscape

FLAT = 1e-6  # a gradient this short counts as none
FAR = 1e6  # as far out counts as lost
LIMIT = 1000  # steps after which the demo stops looking
CONDITION = 100.0  # of the ravine
DAMPINGS = (0, 0.1, 0.2, 0.5, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 30, 50, 100)
KINDS = ("going", "minimum", "saddle_point", "maximum", "lost")


def ravine_value(x: Tensor, y: Tensor) -> Tensor:
    """The ravine of the demo."""
    return landscapes.ravine_value(x, y, CONDITION)


VALUES = {
    "saddle": landscapes.saddle_value,
    "ravine": ravine_value,
    "rosenbrock": landscapes.rosenbrock_value,
    "himmelblau": landscapes.himmelblau_value,
}


HOLLOWS = {
    "saddle": landscapes.saddle().minima,
    "ravine": landscapes.ravine(CONDITION).minima,
    "rosenbrock": landscapes.rosenbrock().minima,
    "himmelblau": landscapes.himmelblau().minima,
}


def _bend(value):
    def bend(x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Height, gradient and Hessian at a point."""
        gx, gy = grad(value, (0, 1))(x, y)
        xx, xy = grad(grad(value, 0), (0, 1))(x, y)
        yy = grad(grad(value, 1), 1)(x, y)
        return {"value": value(x, y), "gx": gx, "gy": gy, "xx": xx, "xy": xy, "yy": yy}

    return bend


def curvatures(xx: Tensor, xy: Tensor, yy: Tensor) -> dict[str, Tensor]:
    """The two eigenvalues of a Hessian."""
    middle, half = (xx + yy) / 2, (xx - yy) / 2
    reach = (half * half + xy * xy).sqrt()
    return {"low": middle - reach, "high": middle + reach}


def signed(xx, xy, yy, damping) -> dict[str, Tensor]:
    """The matrix of Newton's model: the Hessian, damped."""
    return {"xx": xx + damping, "xy": xy, "yy": yy + damping}


def absolute(xx, xy, yy, damping) -> dict[str, Tensor]:
    """The same with the absolute values of the eigenvalues."""
    of = curvatures(xx, xy, yy)
    low, high = of["low"], of["high"]
    gap = torch.where(high > low, high - low, torch.ones_like(low))
    one = torch.ones_like(low)
    mixed = low * high < 0
    times = torch.where(mixed, (high + low) / gap, torch.where(low < 0, -one, one))
    plus = torch.where(mixed, -2 * low * high / gap, 0 * one) + damping
    return {"xx": times * xx + plus, "xy": times * xy, "yy": times * yy + plus}


def newton(gx, gy, xx, xy, yy) -> dict[str, Tensor]:
    """The step to where a model with this matrix is flat."""
    area = xx * yy - xy * xy
    return {"dx": (xy * gy - yy * gx) / area, "dy": (xy * gx - xx * gy) / area}


def descent(gx, gy, lr) -> dict[str, Tensor]:
    """The step of gradient descent."""
    fresh = sgd.init(gx)
    return {f"d{axis}": sgd.update(g, fresh, g, lr=lr)[0] for axis, g in (("x", gx), ("y", gy))}


def height(value, gx, gy, xx, xy, yy, dx, dy) -> Tensor:
    """What a model says of a point some way off."""
    return value + gx * dx + gy * dy + (xx * dx * dx + 2 * xy * dx * dy + yy * dy * dy) / 2


def verdict(x, y, gx, gy, xx, xy, yy) -> Tensor:
    """The place in `KINDS` of a point: what it is where the ground is flat, else 0."""
    of, one = curvatures(xx, xy, yy), torch.ones_like(x)
    kind = torch.where(of["low"] > 0, one, torch.where(of["high"] < 0, 3 * one, 2 * one))
    flat = gx * gx + gy * gy <= FLAT * FLAT
    return torch.where(x.abs() + y.abs() < FAR, torch.where(flat, kind, 0 * one), 4 * one)


EMITTED = {f"{name}_bend": _bend(value) for name, value in VALUES.items()} | {
    of.__name__: of for of in (curvatures, signed, absolute, newton, descent, height, verdict)
}


class CurvatureDemo(Demo):
    """Newton's method beside gradient descent: drag the start, damp it, look at its model."""

    words = TEXT
    start: ClassVar = {
        "terrain": "saddle",
        "rule": "signed",
        "damping": 0,
        "lr": 0.1,
        "also_plain": True,
        "x": 0.2,
        "y": 0.4,
        "now": 0,
    }
    sliders: ClassVar = {"damping": Slider(stops=DAMPINGS), "lr": Slider(1e-4, 1, log=True)}
    choices: ClassVar = {"terrain": tuple(VALUES), "rule": ("signed", "absolute")}
    handles: ClassVar = {"start": Drag(60, -70, ("x", "y"))}
    at_once = ("damping", "rule", "also_plain")
    guesses = ("upper", "middle", "lower")
    presets = ("to_saddle", "too_little", "enough", "flipped", "one_step", "bend", "hills")
    rounding = 1e-15
    formula = ("gx", "gy", "xx", "xy", "yy")

    @staticmethod
    def emitted() -> str:
        program = emit(**EMITTED)
        numbers = {"LIMIT": LIMIT, "KINDS": KINDS, "HOLLOWS": HOLLOWS}
        lines = [f"export const {name} = {json.dumps(value)};" for name, value in numbers.items()]
        return "\n".join([program, *lines, ""])

    @staticmethod
    def readouts(
        *,
        terrain: str,
        rule: str,
        damping: float,
        lr: float,
        x: float,
        y: float,
        now: int,
        **_: bool,
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            terrain: a key of `VALUES`.
            rule: `"signed"` for Newton's step, `"absolute"` for the saddle-free one.
            damping: at least 0.
            lr: gradient descent's learning rate.
            x, y: the start.
            now: the step at which the model is shown.
            **_: what is drawn beside it changes no number.

        Returns:
            A number per readout; inf where a run has not settled in `LIMIT` steps.
        """
        land = Landscape(VALUES[terrain], (0.0, 0.0))
        step = newton_step if rule == "signed" else saddle_free_step
        start = torch.tensor([x, y], dtype=torch.float64)

        def move(point: Tensor) -> Tensor:
            return step(land.gradient(point), land.hessian(point), damping=damping)

        steps, path = _walk(land, start, move)
        here = path[min(now, len(path) - 1)]
        slope, hessian, delta = land.gradient(here), land.hessian(here), move(here)
        low, high = torch.linalg.eigvalsh(hessian).tolist()
        return {
            "steps": steps,
            "plain_steps": _walk(land, start, lambda point: -lr * land.gradient(point))[0],
            "now": now,
            "low": low,
            "high": high,
            # at its flat point a quadratic model has half of what the slope alone promises
            "promised": -(slope @ delta).item() / 2,
            "got": (land(here) - land(here + delta)).item(),
        }

    @staticmethod
    def answer() -> str:
        at = CurvatureDemo.start
        land = Landscape(VALUES[at["terrain"]], (0.0, 0.0))
        start = torch.tensor([at["x"], at["y"]], dtype=torch.float64)
        end = _walk(land, start, lambda p: newton_step(land.gradient(p), land.hessian(p)))[1][-1]
        if torch.linalg.eigvalsh(land.hessian(end))[0] < 0:
            return "middle"
        return "upper" if end[1] > 0 else "lower"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        # from an absolute rule no start is chaotic, and descent must not run for thousands of steps
        calm = {"rule": "absolute", "damping": draw.choice((0.2, 1, 4)), "lr": 0.001}
        place = {"x": draw.uniform(-1.5, 1.5), "y": draw.uniform(-0.5, 1.5)}
        return super().random_setting(draw) | calm | place


def _walk(land: Landscape, point: Tensor, move) -> tuple[float, list[Tensor]]:
    """Steps until the ground is flat or far away, and all points."""
    path = [point]
    while len(path) <= LIMIT:
        if not point.abs().sum() < FAR or land.gradient(point).norm() <= FLAT:
            return len(path) - 1, path
        point = point + move(point)
        path.append(point)
    return math.inf, path

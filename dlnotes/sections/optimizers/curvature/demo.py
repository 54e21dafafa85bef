"""Newton's step and the quadratic model it believes in, on terrains one can start from anywhere.

Book: optimizers/curvature
"""

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
from dlnotes.training.surfaces import landscapes
from dlnotes.training.surfaces.landscapes import Landscape

FLAT = 1e-6  # a gradient this short counts as none
FAR = 1e6  # as far out counts as lost
LIMIT = 1000  # steps after which the demo stops looking
CONDITION = 100.0  # of the ravine
DAMPINGS = (0, 0.1, 0.2, 0.5, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 30, 50, 100)
KINDS = ("going", "minimum", "saddle_point", "maximum", "lost")

TEXT = {
    "zh": {
        "title": "牛顿法：它信的抛物面，和脚下的地形",
        "picture": "地形上牛顿法和梯度下降的路，叠着抛物面的等高线；旁边沿这一步切开：地形和抛物面",
        "try": "按“走一步”，看它往哪里跳。再把起点拖出斜线区，或者加阻尼：斜线从哪一刻起消失？",
        "start": "起点",
        "damping": "阻尼",
        "lr": "梯度下降的学习率",
        "terrain": "地形",
        "saddle": "山口",
        "ravine": "窄谷",
        "rosenbrock": "弯谷",
        "himmelblau": "四个洼地",
        "rule": "曲率",
        "signed": "原样",
        "absolute": "取绝对值",
        "also_plain": "梯度下降",
        "to_saddle": "走进鞍点",
        "too_little": "阻尼不够",
        "enough": "阻尼够了",
        "flipped": "取绝对值",
        "one_step": "一步到底",
        "bend": "弯谷",
        "hills": "山顶也去",
        "steps": "牛顿法的步数",
        "plain_steps": "梯度下降的步数",
        "now": "第几步",
        "low": "脚下最小的曲率",
        "high": "最大的曲率",
        "promised": "模型许诺降",
        "got": "实际降",
        "newton": "牛顿法",
        "plain": "梯度下降",
        "flat_here": "模型在这里平",
        "ground": "地形",
        "model": "模型",
        "along": "沿这一步：0 是脚下，1 是落点",
        "loss": "损失",
        "hatched": "斜线：从这里出发，到不了洼地",
        "told_minimum": "{name}，{steps} 步到洼地",
        "told_saddle_point": "{name}，{steps} 步到鞍点",
        "told_maximum": "{name}，{steps} 步到山顶",
        "told_lost": "{name}，第 {steps} 步跑远了",
        "told_going": "{name}，{limit} 步还没停",
        "say_minimum": "牛顿法 {steps} 步到洼地。{then}",
        "say_saddle_point": "牛顿法 {steps} 步停在鞍点：平了，却不低。{then}",
        "say_maximum": "牛顿法 {steps} 步停在山顶：平了，却最高。{then}",
        "say_lost": "牛顿法第 {steps} 步跑远了。{then}",
        "say_going": "牛顿法 {limit} 步还没停。{then}",
        "up": "这一步往上：顺着它，曲率是负的，抛物面上平的地方在高处。",
        "down": "模型许诺降 {promised}，实际降 {got}。",
        "worse": "模型许诺降 {promised}，实际反而升了：它只在脚下附近像地形。",
        "arrived": "再走也不动。",
        "point": "横 {x}，纵 {y}",
    },
    "en": {
        "title": "Newton's method: the parabola it believes in and the ground underfoot",
        "picture": "The paths of Newton's method and of gradient descent over a terrain, and the "
        "contours of Newton's model; beside it a cut along the step: terrain and model",
        "try": "Press Step and see where it jumps. Then drag the start out of the hatched part, or "
        "add damping: from which value on is the hatching gone?",
        "start": "start",
        "damping": "damping",
        "lr": "gradient descent's rate",
        "terrain": "terrain",
        "saddle": "pass",
        "ravine": "ravine",
        "rosenbrock": "bent valley",
        "himmelblau": "four hollows",
        "rule": "curvature",
        "signed": "as it is",
        "absolute": "absolute value",
        "also_plain": "gradient descent",
        "to_saddle": "into the saddle",
        "too_little": "too little damping",
        "enough": "enough damping",
        "flipped": "absolute value",
        "one_step": "one step",
        "bend": "bent valley",
        "hills": "hilltops too",
        "steps": "Newton's steps",
        "plain_steps": "gradient descent's steps",
        "now": "step",
        "low": "lowest curvature here",
        "high": "highest",
        "promised": "model promises a fall of",
        "got": "it falls by",
        "newton": "Newton",
        "plain": "gradient descent",
        "flat_here": "the model is flat here",
        "ground": "terrain",
        "model": "model",
        "along": "along the step: 0 underfoot, 1 where it lands",
        "loss": "loss",
        "hatched": "hatched: from here it reaches no hollow",
        "told_minimum": "{name}, a hollow in {steps} steps",
        "told_saddle_point": "{name}, a saddle in {steps} steps",
        "told_maximum": "{name}, a hilltop in {steps} steps",
        "told_lost": "{name}, far away at step {steps}",
        "told_going": "{name}, more than {limit} steps",
        "say_minimum": "Newton reaches a hollow, steps: {steps}. {then}",
        "say_saddle_point": "Newton stops at a saddle, steps: {steps}; flat, and not low. {then}",
        "say_maximum": "Newton stops on a hilltop, steps: {steps}; flat, and the highest. {then}",
        "say_lost": "Newton is far away at step {steps}. {then}",
        "say_going": "Newton has not settled after {limit} steps. {then}",
        "up": "This step leads up: along it the curvature is negative, and the model is flat at "
        "the top.",
        "down": "The model promises a fall of {promised}; the loss falls by {got}.",
        "worse": "The model promises a fall of {promised}; the loss rises: it fits only nearby.",
        "arrived": "No step moves it any more.",
        "point": "x {x}, y {y}",
    },
}


def ravine_value(x: Tensor, y: Tensor) -> Tensor:
    """The ravine of the demo."""
    return landscapes.ravine_value(x, y, CONDITION)


VALUES = {
    "saddle": landscapes.saddle_value,
    "ravine": ravine_value,
    "rosenbrock": landscapes.rosenbrock_value,
    "himmelblau": landscapes.himmelblau_value,
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
    presets = ("to_saddle", "too_little", "enough", "flipped", "one_step", "bend", "hills")
    rounding = 1e-15
    formula = ("gx", "gy", "xx", "xy", "yy")

    @staticmethod
    def emitted() -> str:
        program = emit(**EMITTED)
        kinds = ", ".join(f'"{kind}"' for kind in KINDS)
        return f"{program}\nexport const LIMIT = {LIMIT};\nexport const KINDS = [{kinds}];\n"

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

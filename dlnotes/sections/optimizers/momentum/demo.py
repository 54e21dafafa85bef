"""The ravine, the map of rates and the measured curve: momentum to try by hand.

Book: optimizers/momentum
"""

import functools
import math
import random
from types import ModuleType
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import momentum as momentum_rule
from dlnotes.optimizers import nesterov as nesterov_rule
from dlnotes.optimizers import rates, sgd
from dlnotes.training.race import steps_to, trajectory
from dlnotes.training.surfaces.landscapes import ravine, ravine_value

WITHIN = 1e-6  # this fraction of the first distance counts as the bottom, its inverse as lost
LIMIT = 10_000  # steps after which the demo stops looking
FIRST = rates.best_momentum(1.0, 100.0)  # what the picture shows before it is touched

TEXT = {
    "zh": {
        "title": "动量法：山谷、收敛率地图和实测曲线",
        "picture": "小球在山谷里走过的路；学习率与动量系数上的收敛率地图；到谷底的距离随步数的变化",
        "try": "在地图上拖动圆点：哪里步数最少？再往右一点，会怎样？山谷里的起点也可以拖。",
        "start": "起点",
        "setting": "学习率与动量系数",
        "time": "第几步",
        "lr": "学习率",
        "momentum": "动量系数",
        "condition": "条件数",
        "method": "方法",
        "heavy_ball": "重球法",
        "nesterov": "Nesterov",
        "beside": "对照，各取最优设置",
        "also_plain": "梯度下降",
        "also_other": "另一种方法",
        "no_momentum": "无动量",
        "habit": "习惯的 0.9",
        "best": "理论最优",
        "too_much": "动量过头",
        "same_nesterov": "同一设置换 Nesterov",
        "steps": "步数",
        "diverged": "第几步发散",
        "best_steps": "理论最优设置的步数",
        "plain_steps": "梯度下降最少的步数",
        "rate": "收敛率",
        "best_rate": "最优收敛率",
        "now": "第几步",
        "distance": "到谷底的距离",
        "plain": "梯度下降",
        "velocity": "动量",
        "look_ahead": "先看前面",
        "gradient": "梯度",
        "along": "沿着山谷，曲率 1",
        "across": "横过山谷，曲率 {condition}",
        "lr_axis": "学习率",
        "momentum_axis": "动量系数",
        "step_axis": "步",
        "distance_axis": "到谷底的距离：出发时 1，10⁻⁶ 算到",
        "optimum": "◆ 理论最优，收敛率 {rate}",
        "diverges": "发散",
        "predicted": "理论：每步 × {rate}",
        "needs": "{name}，{steps} 步",
        "leaves": "{name}，发散",
        "stays": "{name}，超过 {limit} 步",
        "arrived": "{steps} 步到谷底；理论最优（{name}）要 {best_steps} 步，"
        "梯度下降最快也要 {plain_steps} 步。",
        "optimal": "{steps} 步到谷底，这就是理论最优（{name}）；"
        "梯度下降最快也要 {plain_steps} 步。",
        "ahead": "{steps} 步到谷底，比理论最优设置的 {best_steps} 步还少：理论比的是长跑。",
        "lost": "第 {diverged} 步发散：离谷底已是出发时的一百万倍；"
        "理论最优（{name}）{best_steps} 步就到。",
        "slow": "{limit} 步还没到谷底：每步还剩 {rate}，太慢。",
        "leaving": "越走越远：长远看，每走一步，距离都要乘以 {rate}。",
        "point": "横 {x}，纵 {y}",
    },
    "en": {
        "title": "Momentum: the valley, the map of rates, the measured curve",
        "picture": "The path of a ball through a valley; a map of the rate of convergence over "
        "learning rate and momentum; the distance to the bottom against the step",
        "try": "Drag the dot on the map. Where does it take the fewest steps, and what happens a "
        "little to the right? You can drag the start in the valley too.",
        "start": "start",
        "setting": "learning rate and momentum",
        "time": "step",
        "lr": "learning rate",
        "momentum": "momentum",
        "condition": "condition number",
        "method": "method",
        "heavy_ball": "heavy ball",
        "nesterov": "Nesterov",
        "beside": "for comparison, each at its best",
        "also_plain": "gradient descent",
        "also_other": "the other method",
        "no_momentum": "no momentum",
        "habit": "0.9 out of habit",
        "best": "theory's best",
        "too_much": "too much momentum",
        "same_nesterov": "same setting, Nesterov",
        "steps": "steps",
        "diverged": "diverged at step",
        "best_steps": "steps at theory's best",
        "plain_steps": "gradient descent's fewest steps",
        "rate": "rate",
        "best_rate": "best rate",
        "now": "step",
        "distance": "distance to the bottom",
        "plain": "gradient descent",
        "velocity": "momentum",
        "look_ahead": "look ahead",
        "gradient": "gradient",
        "along": "along the valley, curvature 1",
        "across": "across the valley, curvature {condition}",
        "lr_axis": "learning rate",
        "momentum_axis": "momentum",
        "step_axis": "step",
        "distance_axis": "distance to the bottom: starts at 1, arrives at 10⁻⁶",
        "optimum": "◆ theory's best, rate {rate}",
        "diverges": "diverges",
        "predicted": "theory: × {rate} a step",
        "needs": "{name}, {steps} steps",
        "leaves": "{name}, diverges",
        "stays": "{name}, more than {limit} steps",
        "arrived": "{steps} steps to the bottom; theory's best ({name}) needs {best_steps}, "
        "gradient descent at its best {plain_steps}.",
        "optimal": "{steps} steps to the bottom, theory's best ({name}); gradient descent at its "
        "best needs {plain_steps}.",
        "ahead": "{steps} steps to the bottom, fewer than the {best_steps} of theory's best "
        "setting: theory compares long runs.",
        "lost": "Diverged at step {diverged}, a million times farther out than at the start; "
        "theory's best ({name}) needs {best_steps}.",
        "slow": "Not at the bottom after {limit} steps: × {rate} a step is too slow.",
        "leaving": "Moving away: in the long run every step multiplies the distance by {rate}.",
        "point": "x {x}, y {y}",
    },
}


def plain(x: Tensor, y: Tensor, lr: Tensor, condition: Tensor) -> dict[str, Tensor]:
    """One step of gradient descent on the ravine."""
    fresh = sgd.init(x)
    along, across = _slope(x, y, condition)
    return {
        "x": x + sgd.update(along, fresh, x, lr=lr)[0],
        "y": y + sgd.update(across, fresh, y, lr=lr)[0],
    }


def heavy_ball(x, y, vx, vy, lr, momentum, condition) -> dict[str, Tensor]:
    """One step of the heavy ball on the ravine, with its velocity."""
    return _moved(momentum_rule, x, y, vx, vy, lr, momentum, condition)


def nesterov(x, y, vx, vy, lr, momentum, condition) -> dict[str, Tensor]:
    """One step of Nesterov's method on the ravine, with its velocity."""
    return _moved(nesterov_rule, x, y, vx, vy, lr, momentum, condition)


def arrows(x, y, vx, vy, lr, momentum, condition) -> dict[str, Tensor]:
    """What the velocity alone (`carry`) and the gradient alone (`push`) do in a step."""
    flat, still = torch.zeros_like(x), momentum_rule.init(x)
    along, across = _slope(x, y, condition)

    def delta(grad: Tensor, velocity: Tensor) -> Tensor:
        state = still._replace(velocity=velocity)
        return momentum_rule.update(grad, state, x, lr=lr, momentum=momentum)[0]

    return {
        "carry_x": delta(flat, vx),
        "carry_y": delta(flat, vy),
        "push_x": delta(along, flat),
        "push_y": delta(across, flat),
    }


def distance(x: Tensor, y: Tensor) -> Tensor:
    """Distance to the bottom of the ravine, which lies at the origin."""
    return (x * x + y * y).sqrt()


def outcome(x: Tensor, y: Tensor, first: Tensor) -> Tensor:
    """1 at the bottom, -1 when lost, 0 in between; `first` is the distance at the start."""
    now = distance(x, y)
    one = torch.ones_like(now)
    unsettled = torch.where(now * WITHIN >= first, -one, 0 * one)
    return torch.where(now <= WITHIN * first, one, unsettled)


def predicted(rate: Tensor, step: Tensor) -> Tensor:
    """What a rate leaves of the distance after some steps."""
    return rate**step


def heavy_ball_rate(lr: Tensor, momentum: Tensor, condition: Tensor) -> Tensor:
    """The heavy ball's rate; the slower of the ravine's two directions decides."""
    along = rates.momentum_rate(lr, momentum, torch.ones_like(lr))
    return torch.maximum(along, rates.momentum_rate(lr, momentum, condition))


def nesterov_rate(lr: Tensor, momentum: Tensor, condition: Tensor) -> Tensor:
    """Nesterov's rate; the slower of the ravine's two directions decides."""
    along = rates.nesterov_rate(lr, momentum, torch.ones_like(lr))
    return torch.maximum(along, rates.nesterov_rate(lr, momentum, condition))


def best_plain(condition: Tensor) -> rates.Best:
    """Gradient descent's best setting on the ravine."""
    return rates.best_gradient_descent(torch.ones_like(condition), condition)


def best_heavy_ball(condition: Tensor) -> rates.Best:
    """The heavy ball's best setting on the ravine."""
    return rates.best_momentum(torch.ones_like(condition), condition)


def best_nesterov(condition: Tensor) -> rates.Best:
    """Nesterov's best setting on the ravine."""
    return rates.best_nesterov(torch.ones_like(condition), condition)


def widest_lr(condition: Tensor) -> Tensor:
    """Where the map ends: a little beyond 4 / condition, the last stable learning rate."""
    return 4.2 / condition


EMITTED = (
    ravine_value, plain, heavy_ball, nesterov, arrows, distance, outcome, predicted,
    heavy_ball_rate, nesterov_rate, best_plain, best_heavy_ball, best_nesterov,
    widest_lr,
)  # fmt: skip


def _slope(x: Tensor, y: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
    return torch.func.grad(ravine_value, argnums=(0, 1))(x, y, condition)


def _moved(rule: ModuleType, x, y, vx, vy, lr, momentum, condition) -> dict[str, Tensor]:
    """Both coordinates after one step of a rule with a velocity."""
    fresh = rule.init(x)
    moved = {}
    for name, place, velocity, grad in zip(
        "xy", (x, y), (vx, vy), _slope(x, y, condition), strict=True
    ):
        state = fresh._replace(velocity=velocity)
        delta, state = rule.update(grad, state, place, lr=lr, momentum=momentum)
        moved |= {name: place + delta, f"v{name}": state.velocity}
    return moved


class MomentumDemo(Demo):
    """Momentum on the ravine: drag the start, or the setting on the map of rates."""

    words = TEXT
    start: ClassVar = {
        "lr": FIRST.lr,
        "momentum": FIRST.momentum,
        "condition": 100.0,
        "method": "heavy_ball",
        "also_plain": True,
        "also_other": False,
        "x": -1.0,
        "y": 0.06,
        "now": 15,
    }
    sliders: ClassVar = {
        "lr": Slider(1e-4, 4, log=True, steps=1000),
        "momentum": Slider(0, 0.999, steps=999),
        "condition": Slider(2, 1000, log=True, steps=300),
    }
    choices: ClassVar = {"method": ("heavy_ball", "nesterov")}
    handles: ClassVar = {
        "start": Drag(90, 40, ("x", "y")),
        "setting": Drag(-60, 30, ("lr", "momentum")),
        "time": Drag(50, 0, ("now",)),
    }
    at_once = ("lr", "momentum", "condition", "method")
    presets = ("no_momentum", "habit", "best", "too_much", "same_nesterov")
    formula = ("vx", "vy")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED})
        return f"{program}\nexport const LIMIT = {LIMIT};\n"

    @staticmethod
    def readouts(
        *,
        lr: float,
        momentum: float,
        condition: float,
        method: str,
        x: float,
        y: float,
        now: int,
        **_: bool,
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            lr: learning rate, greater than 0.
            momentum: coefficient in [0, 1).
            condition: condition number of the ravine, at least 1.
            method: `"heavy_ball"` or `"nesterov"`.
            x: start, along the valley.
            y: start, across it.
            now: the step at which the ball is shown.
            **_: what is drawn beside it changes no number.

        Returns:
            A number per readout; inf where a run does not arrive, or not diverge, in `LIMIT` steps.
        """
        rule, rate, best = {
            "heavy_ball": (momentum_rule, heavy_ball_rate, rates.best_momentum),
            "nesterov": (nesterov_rule, nesterov_rate, rates.best_nesterov),
        }[method]
        top, plain_top = best(1.0, condition), rates.best_gradient_descent(1.0, condition)
        here, setting = (condition, (x, y)), {"lr": lr, "momentum": momentum}
        path = trajectory(rule, ravine(condition), (x, y), steps=max(now, 1), **setting)
        steps = _steps(rule, *here, **setting)
        return {
            "steps": steps,
            "diverged": math.inf if steps < math.inf else _lost(rule, *here, **setting),
            "best_steps": _steps(rule, *here, lr=top.lr, momentum=top.momentum),
            "plain_steps": _steps(sgd, *here, lr=plain_top.lr),
            "rate": rate(*map(_tensor, (lr, momentum, condition))).item(),
            "best_rate": top.rate,
            "now": now,
            "distance": (path[now].norm() / path[0].norm()).item(),
        }

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw)
        # beyond 4 / condition a run is soon lost, at momentum 1 it does not end
        setting["lr"] = draw.uniform(0.2, 4.5) / setting["condition"]
        place = {"x": draw.uniform(-1.1, -0.2), "y": draw.uniform(-0.2, 0.2), "now": 3}
        return setting | place | {"momentum": draw.uniform(0, 0.97)}


def _tensor(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


@functools.cache
def _steps(rule: ModuleType, condition: float, start: tuple[float, float], **setting) -> float:
    land = ravine(condition)
    return steps_to(rule, land, start, within=WITHIN, max_steps=LIMIT, **setting) or math.inf


@functools.cache
def _lost(rule: ModuleType, condition: float, start: tuple[float, float], **setting) -> float:
    """The first step a million times farther out than the start, inf when there is none."""
    lengths = trajectory(rule, ravine(condition), start, steps=LIMIT, **setting).norm(dim=-1)
    lost = (lengths * WITHIN >= lengths[0]).nonzero()
    return lost[0].item() if len(lost) else math.inf

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
from dlnotes.sections.optimizers.momentum.words import TEXT
from dlnotes.training.race import steps_to, trajectory
from dlnotes.training.surfaces.landscapes import ravine, ravine_value

WITHIN = 1e-6  # this fraction of the first distance counts as the bottom, its inverse as lost
LIMIT = 10_000  # steps after which the demo stops looking
FIRST = rates.best_gradient_descent(1.0, 100.0)  # the question: no momentum, at its best
GUESSES = {"half": 350, "quarter": 170, "eighth": 85}  # steps at the best setting


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


def swing(momentum: Tensor, condition: Tensor) -> dict[str, Tensor]:
    """Where the heavy ball begins to swing along the ravine, and where it ends across it."""
    begins, _ = rates.swing(momentum, torch.ones_like(momentum))
    _, ends = rates.swing(momentum, condition)
    return {"begins": begins, "ends": ends}


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
    heavy_ball_rate, nesterov_rate, swing, best_plain, best_heavy_ball, best_nesterov,
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
        "momentum": 0.0,
        "condition": 100.0,
        "method": "heavy_ball",
        "also_best": True,
        "also_plain": False,
        "also_other": False,
        "x": -1.0,
        "y": 0.06,
        "now": 0,
    }
    sliders: ClassVar = {
        "lr": Slider(1e-4, 4, log=True, steps=1000),
        "momentum": Slider(0, 0.999, steps=999),
        "condition": Slider(2, 1000, log=True, steps=300),
    }
    choices: ClassVar = {"method": ("heavy_ball", "nesterov")}
    handles: ClassVar = {
        "start": Drag(90, 40, ("x", "y")),
        "setting": Drag(-60, -30, ("lr", "momentum")),
        "time": Drag(50, 0, ("now",)),
    }
    at_once = ("lr", "momentum", "condition", "method")
    presets = ("no_momentum", "habit", "best", "too_much", "same_nesterov")
    guesses = tuple(GUESSES)
    formula = ("vx", "vy")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED})
        return f"{program}\nexport const LIMIT = {LIMIT};\nexport const GUESSES = {GUESSES};\n"

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
        steps, diverged = _end(rule, *here, **setting)
        return {
            "steps": steps,
            "diverged": diverged,
            "best_steps": _steps(rule, *here, lr=top.lr, momentum=top.momentum),
            "plain_steps": _steps(sgd, *here, lr=plain_top.lr),
            "rate": rate(*map(_tensor, (lr, momentum, condition))).item(),
            "best_rate": top.rate,
            "now": now,
            "distance": (path[now].norm() / path[0].norm()).item(),
        }

    @staticmethod
    def answer() -> str:
        steps = MomentumDemo.readouts(**MomentumDemo.start)["best_steps"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - steps))

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
def _end(rule: ModuleType, *here, **setting) -> tuple[float, float]:
    """The step at which a run arrives, and that at which it is lost; inf where it does not."""
    soon = _lost(rule, *here, steps=LIMIT // 100, **setting)  # most are lost soon
    steps = math.inf if soon < math.inf else _steps(rule, *here, **setting)
    late = min(soon, steps) == math.inf
    return steps, _lost(rule, *here, steps=LIMIT, **setting) if late else soon


def _lost(
    rule: ModuleType, condition: float, start: tuple[float, float], *, steps: int, **setting
) -> float:
    """The first step a million times farther out than the start, inf when there is none."""
    lengths = trajectory(rule, ravine(condition), start, steps=steps, **setting).norm(dim=-1)
    lost = (lengths * WITHIN >= lengths[0]).nonzero()
    return lost[0].item() if len(lost) else math.inf

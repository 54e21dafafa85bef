"""What the race runs in the page: the surfaces, the rules, and a look inside each of them.

Book: optimizers/race_pictures
"""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.live import emit
from dlnotes.optimizers import (
    adadelta,
    adagrad,
    adam,
    adamax,
    amsgrad,
    lion,
    momentum,
    nadam,
    nesterov,
    rmsprop,
    sgd,
)
from dlnotes.sections.optimizers.race_pictures.experiments import GRID, LIMIT
from dlnotes.training.race.arrivals import HOLD, WITHIN
from dlnotes.training.surfaces import landscapes
from dlnotes.training.surfaces.landscapes import Landscape

LOST = 1e6  # times the first distance: a run that far out is over
ZERO = torch.zeros((), dtype=torch.float64)
RULES: dict[str, ModuleType] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "adadelta": adadelta,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamax": adamax,
    "nadam": nadam,
    "amsgrad": amsgrad,
    "lion": lion,
}


class Surface(NamedTuple):
    """A landscape, what of it is shown (center and reach), and where a race on it begins."""

    land: Landscape
    center: tuple[float, float]
    reach: float
    start: tuple[float, float]


SURFACES = {
    "saddle": Surface(landscapes.saddle(), (0.0, 0.0), 1.5, (1.0, 0.001)),
    "beale": Surface(landscapes.beale(), (1.9, 0.5), 1.9, (1.0, 1.0)),
    "ravine": Surface(landscapes.ravine(100), (0.0, 0.0), 1.15, (-0.83, 0.37)),
    "rosenbrock": Surface(landscapes.rosenbrock(), (0.0, 0.6), 1.6, (-1.2, 1.0)),
    "himmelblau": Surface(landscapes.himmelblau(), (0.0, 0.0), 6.0, (0.0, 0.0)),
}


# ---- the terrain, turned by an angle -------------------------------------------------------------
def compass(degrees: Tensor) -> dict[str, Tensor]:
    """Cosine and sine of an angle."""
    radians = degrees * (torch.pi / 180)
    return {"cos": radians.cos(), "sin": radians.sin()}


def turned(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> dict[str, Tensor]:
    """Where a point of the terrain lies once the terrain is turned."""
    return {"x": cos * x - sin * y, "y": sin * x + cos * y}


def back(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> dict[str, Tensor]:
    """The point of the terrain at a place of the turned one."""
    return {"x": cos * x + sin * y, "y": cos * y - sin * x}


def height_of(land: Landscape) -> Callable[..., Tensor]:
    """The height of the terrain."""

    def height(x: Tensor, y: Tensor) -> Tensor:
        return land.function(x, y)

    return height


def slope_of(land: Landscape) -> Callable[..., dict[str, Tensor]]:
    """The gradient on the turned terrain."""

    def at(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        return land.function(cos * x + sin * y, cos * y - sin * x)

    def slope(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> dict[str, Tensor]:
        along, across = torch.func.grad(at, argnums=(0, 1))(x, y, cos, sin)
        return {"x": along, "y": across}

    return slope


def far_of(land: Landscape) -> Callable[..., Tensor]:
    """The distance to the nearest minimum on the turned terrain."""

    def far(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        place = back(x, y, cos, sin)
        squares = [(place["x"] - a) ** 2 + (place["y"] - b) ** 2 for a, b in land.minima]
        nearest = squares[0]
        for square in squares[1:]:
            nearest = torch.minimum(nearest, square)
        return nearest.sqrt()

    return far


def outcome(distance: Tensor, first: Tensor) -> Tensor:
    """1 close to a minimum, -1 lost, 0 in between; `first` is the distance at the start."""
    one = torch.ones_like(distance)
    away = torch.where(distance < LOST * first, 0 * one, -one)  # NaN is lost
    return torch.where(distance <= WITHIN * first, one, away)


def swerve(x: Tensor, y: Tensor, grad_x: Tensor, grad_y: Tensor) -> Tensor:
    """The angle in degrees between a step and the steepest way down; 0 for no step at all."""
    across = x * grad_y - y * grad_x
    along = -(x * grad_x + y * grad_y)
    angle = torch.atan2(across.abs(), along) * (180 / torch.pi)
    return torch.where(across.abs() + along.abs() > 0, angle, 0 * angle)


# ---- the rules, one coordinate at a time ---------------------------------------------------------
def move_of(rule: ModuleType) -> Callable[..., dict[str, Any]]:
    """One update of one coordinate by a rule."""

    def move(grad: Tensor, state: Any, lr: Tensor) -> dict[str, Any]:
        delta, after = rule.update(grad, state, torch.zeros_like(grad), lr=lr)
        return {"delta": delta, "state": after}

    return move


def _root(size: Tensor, lr: Tensor, eps: float) -> Tensor:
    return lr / (size.sqrt() + eps)


def _corrected(mean: Tensor, t: Tensor, beta: float) -> Tensor:
    return mean / (1 - beta**t)


def _seen_adam(size: Tensor, after: Any, lr: Tensor) -> dict[str, Tensor]:
    v_hat = _corrected(size, after.t, 0.999)
    m_hat = _corrected(after.m, after.t, 0.9)
    return {"m_hat": m_hat, "v_hat": v_hat, "rate": _root(v_hat, lr, 1e-8)}


def _seen_adadelta(before: Any, after: Any, lr: Tensor) -> dict[str, Tensor]:
    rate = lr * (before.d + 1e-6).sqrt() / (after.v + 1e-6).sqrt()
    return {"v": after.v, "d": after.d, "rate": rate}


SEEN: dict[str, Callable[..., dict[str, Tensor]]] = {
    "sgd": lambda before, after, lr: {"rate": 1 * lr},
    "momentum": lambda before, after, lr: {"velocity": after.velocity, "rate": 1 * lr},
    "nesterov": lambda before, after, lr: {"velocity": after.velocity, "rate": 1 * lr},
    "adagrad": lambda before, after, lr: {
        "total": after.total,
        "rate": _root(after.total, lr, 1e-10),
    },
    "adadelta": _seen_adadelta,
    "rmsprop": lambda before, after, lr: {"v": after.v, "rate": _root(after.v, lr, 1e-8)},
    "adam": lambda before, after, lr: {
        "m": after.m,
        "v": after.v,
        **_seen_adam(after.v, after, lr),
    },
    "adamax": lambda before, after, lr: {
        "m": after.m,
        "n": after.n,
        "m_hat": _corrected(after.m, after.t, 0.9),
        "rate": lr / after.n,
    },
    "nadam": lambda before, after, lr: {
        "m": after.m,
        "v": after.v,
        "v_hat": _corrected(after.v, after.t, 0.999),
        "rate": _root(_corrected(after.v, after.t, 0.999), lr, 1e-8),
    },
    "amsgrad": lambda before, after, lr: {
        "m": after.m,
        "v": after.v,
        "v_max": after.v_max,
        **_seen_adam(after.v_max, after, lr),
    },
    "lion": lambda before, after, lr: {"m": after.m},
}
ROWS = (
    "grad", "velocity", "m", "total", "v", "d", "n", "v_max", "m_hat", "v_hat", "rate", "delta",
)  # fmt: skip


def look_of(name: str) -> Callable[..., dict[str, Tensor]]:
    """What a rule holds after taking in a gradient, and the step it makes of it."""
    rule, seen = RULES[name], SEEN[name]

    def look(grad: Tensor, state: Any, lr: Tensor) -> dict[str, Tensor]:
        delta, after = rule.update(grad, state, torch.zeros_like(grad), lr=lr)
        return {"grad": 1 * grad, **seen(state, after, lr), "delta": delta}

    return look


# ---- the program ---------------------------------------------------------------------------------
def program() -> str:
    """Everything the page computes, as one ES module."""
    functions: dict[str, Callable] = {
        f.__name__: f for f in (compass, turned, back, outcome, swerve)
    }
    for name, surface in SURFACES.items():
        functions[f"height_{name}"] = height_of(surface.land)
        functions[f"slope_{name}"] = slope_of(surface.land)
        functions[f"far_{name}"] = far_of(surface.land)
    shapes = {}
    for name, rule in RULES.items():
        functions |= {f"move_{name}": move_of(rule), f"look_{name}": look_of(name)}
        shapes |= {f"{verb}_{name}": {"state": rule.init(ZERO)} for verb in ("move", "look")}
    rest = {name: _numbers(rule.init(ZERO)) for name, rule in RULES.items()}
    shown = {
        name: {"center": at.center, "reach": at.reach, "start": at.start, "minima": at.land.minima}
        for name, at in SURFACES.items()
    }
    constants = {"GRID": GRID.tolist(), "HOLD": HOLD, "LIMIT": LIMIT, "ROWS": ROWS}
    constants |= {"RULES": rest, "SURFACES": shown}
    lines = [f"export const {name} = {json.dumps(value)};" for name, value in constants.items()]
    moves = dict.fromkeys((f"move_{name}" for name in RULES), ("state",))
    return "\n".join([emit(**functions, shapes=shapes, inplace=moves), *lines, ""])


def _numbers(state: Any) -> dict[str, float]:
    return {name: value.item() for name, value in state._asdict().items()}

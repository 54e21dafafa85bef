"""What the race on the cover runs in the page: a step of every method on the turned valley."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from dlnotes.live import emit
from dlnotes.sections.index.experiments import ANGLES, LIMIT, LRS, METHODS, START, VALLEY, Best
from dlnotes.training.race.arrivals import HOLD, WITHIN

ZERO = torch.zeros((), dtype=torch.float64)


def compass(degrees: Tensor) -> dict[str, Tensor]:
    """Cosine and sine of an angle."""
    radians = degrees * (torch.pi / 180)
    return {"cos": radians.cos(), "sin": radians.sin()}


def turned(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> dict[str, Tensor]:
    """Where a point of the valley lies once the valley is turned."""
    return {"x": cos * x - sin * y, "y": sin * x + cos * y}


def near(x: Tensor, y: Tensor, first_x: Tensor, first_y: Tensor) -> Tensor:
    """1 where a point is as close to the bottom as the eye can tell, else 0."""
    one = torch.ones_like(x)
    distance, first = torch.hypot(x, y), torch.hypot(first_x, first_y)
    return torch.where(distance <= WITHIN * first, one, 0 * one)


def height(x: Tensor, y: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """The height of the turned valley."""
    return VALLEY.function(cos * x + sin * y, cos * y - sin * x)


def step_of(method: ModuleType) -> Callable[..., dict[str, Any]]:
    """One step of a method; `a` and `b` are what it remembers of the two coordinates."""

    def step(
        x: Tensor, y: Tensor, a: Any, b: Any, cos: Tensor, sin: Tensor, lr: Tensor
    ) -> dict[str, Any]:
        slope = torch.func.grad(height, argnums=(0, 1))(x, y, cos, sin)
        (dx, a), (dy, b) = (
            method.update(grad, state, at, lr=lr)
            for grad, state, at in zip(slope, (a, b), (x, y), strict=True)
        )
        return {"x": x + dx, "y": y + dy, "a": a, "b": b}

    return step


def program(found: dict[str, Best]) -> str:
    """All that the page computes, as `const program = {…}`.

    Args:
        found: every method's best learning rates, at `ANGLES`.
    """
    functions = {each.__name__: each for each in (compass, turned, near)}
    functions |= {f"step_{name}": step_of(method) for name, method in METHODS.items()}
    states = {name: method.init(ZERO) for name, method in METHODS.items()}
    shapes = {f"step_{name}": {"a": state, "b": state} for name, state in states.items()}
    constants = {
        "START": START, "HOLD": HOLD, "LIMIT": LIMIT, "LAST": ANGLES[-1],
        "LRS": LRS.tolist(),
        "RATES": {name: at.place.tolist() for name, at in found.items()},
        "REST": {
            name: {key: value.item() for key, value in state._asdict().items()}
            for name, state in states.items()
        },
    }  # fmt: skip
    text = emit(**functions, shapes=shapes).replace("export function", "function")
    given = ", ".join([*functions, *(f"{key}: {json.dumps(of)}" for key, of in constants.items())])
    return f"{text}const program = {{ {given} }};\n"

"""Effective learning rates over time: shape the gradients of two coordinates and watch three rules.

Book: optimizers/adaptive
"""

import math
import random
from types import ModuleType
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import adadelta as adadelta_rule
from dlnotes.optimizers import adagrad as adagrad_rule
from dlnotes.optimizers import rmsprop as rmsprop_rule
from dlnotes.sections.optimizers.adaptive.experiments import PROBE, effective_rates
from dlnotes.sections.optimizers.adaptive.words import TEXT

STEPS = 400
HALF = 170  # steps between two handles of a coordinate
AT = {"a": 0, "b": 60}  # step of the first handle: apart, so that a finger grips one of them
SIZES = tuple(f"{which}_{part}" for which in AT for part in ("start", "middle", "end"))
RULES = {"adagrad": adagrad_rule, "rmsprop": rmsprop_rule, "adadelta": adadelta_rule}


def gradient(
    step: Tensor, at: Tensor, start: Tensor, middle: Tensor, end: Tensor, every: Tensor
) -> Tensor:
    """Size of a gradient: straight on a log axis between three handles, 0 between its turns."""
    place = ((step - at) / HALF).clamp(0, 2)
    first, second, third = start.log(), middle.log(), end.log()
    rising, falling = place.clamp(max=1), place.clamp(min=1) - 1
    size = (first + rising * (second - first) + falling * (third - second)).exp()
    return torch.where(torch.remainder(step, every) == 0, size, torch.zeros_like(size))


def adagrad(grad: Tensor, v: Tensor, d: Tensor, lr: Tensor, decay: Tensor) -> dict[str, Tensor]:
    """One step of Adagrad: memories, effective learning rate, step size."""
    given = _given(grad)
    state = adagrad_rule.init(v)._replace(total=v)
    delta, state = adagrad_rule.update(given, state, v, lr=lr)
    return _seen(grad, given, delta, state.total, d)


def rmsprop(grad: Tensor, v: Tensor, d: Tensor, lr: Tensor, decay: Tensor) -> dict[str, Tensor]:
    """One step of RMSprop: memories, effective learning rate, step size."""
    given = _given(grad)
    state = rmsprop_rule.init(v)._replace(v=v)
    delta, state = rmsprop_rule.update(given, state, v, lr=lr, decay=decay)
    return _seen(grad, given, delta, state.v, d)


def adadelta(grad: Tensor, v: Tensor, d: Tensor, lr: Tensor, decay: Tensor) -> dict[str, Tensor]:
    """One step of Adadelta, which has no learning rate: memories, effective rate, step size."""
    given = _given(grad)
    state = adadelta_rule.init(v)._replace(v=v, d=d)
    delta, state = adadelta_rule.update(given, state, v, decay=decay)
    return _seen(grad, given, delta, state.v, state.d)


def _given(grad: Tensor) -> Tensor:
    """The gradient, or one too small to be remembered, which shows the rate between two turns."""
    return torch.where(grad == 0, torch.full_like(grad, PROBE), grad)


def _seen(grad: Tensor, given: Tensor, delta: Tensor, v: Tensor, d: Tensor) -> dict[str, Tensor]:
    moved = torch.where(grad == 0, torch.zeros_like(delta), -delta)
    return {"v": v, "d": d, "rate": -delta / given, "length": moved}


EMITTED = (gradient, adagrad, rmsprop, adadelta)


class AdaptiveDemo(Demo):
    """Two coordinates, three rules: what becomes of the learning rate as time passes."""

    words = TEXT
    start: ClassVar = {
        **dict.fromkeys(SIZES, 1.0),
        "every": 100,
        "lr": 0.1,
        "decay": 0.9,
        "view": "rate",
        "now": 1,
    }
    sliders: ClassVar = {
        "every": Slider(stops=(1, 2, 5, 10, 25, 50, 100)),
        "lr": Slider(1e-3, 1, log=True, steps=300),
        "decay": Slider(0.5, 0.999, steps=499),
    }
    choices: ClassVar = {"view": ("rate", "step_length", "distance")}
    handles: ClassVar = {name: Drag(0, 30, (name,)) for name in SIZES} | {
        "time": Drag(200, 0, ("now",))
    }
    at_once = ("every", "view")
    guesses = ("times_1", "times_10", "times_100")
    presets = ("rare", "apart", "wall", "fading")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED})
        constants = f"export const STEPS = {STEPS}, HALF = {HALF};\n"
        return f"{program}\n{constants}export const AT = {{ a: {AT['a']}, b: {AT['b']} }};\n"

    @staticmethod
    def readouts(
        *, every: float, lr: float, decay: float, view: str, now: int, **sizes: float
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            every: steps from one gradient of B to the next.
            lr: learning rate of Adagrad and RMSprop, greater than 0.
            decay: what RMSprop and Adadelta keep of their memories in a step.
            view: `"rate"`, `"step_length"` or `"distance"`: which number of a coordinate is shown.
            now: the step that is read, from 1 to `STEPS`.
            **sizes: of the gradients at the handles, `a_start` to `b_end`.

        Returns:
            A number per readout; inf for the rate of a coordinate that has met no gradient yet.
        """
        grads = gradients(every=every, **sizes)
        hyper = {
            "adagrad": {"lr": lr},
            "rmsprop": {"lr": lr, "decay": decay},
            "adadelta": {"decay": decay},
        }
        found: dict[str, float] = {"now": now}
        for name, rule in RULES.items():
            a, b = _viewed(rule, grads, hyper[name], view)[now - 1].tolist()
            found |= {f"{name}_a": a, f"{name}_b": b, f"{name}_ratio": b / a}
        return found

    @staticmethod
    def answer() -> str:
        end = AdaptiveDemo.readouts(**AdaptiveDemo.start | {"now": STEPS})
        return f"times_{end['adagrad_ratio']:.0f}"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        sizes = {name: 10 ** draw.uniform(-3, 2) for name in SIZES}
        return super().random_setting(draw) | sizes | {"now": draw.randint(100, STEPS)}


def gradients(*, every: float, **sizes: float) -> Tensor:
    """The gradients of both coordinates at steps 1 to `STEPS`, shape `(STEPS, 2)`."""
    steps = torch.arange(1, STEPS + 1, dtype=torch.float64)
    columns = []
    for name, gap in (("a", 1.0), ("b", every)):
        handles = [_tensor(sizes[f"{name}_{part}"]) for part in ("start", "middle", "end")]
        columns.append(gradient(steps, _tensor(AT[name]), *handles, _tensor(gap)))
    return torch.stack(columns, dim=1)


def _viewed(rule: ModuleType, grads: Tensor, hyper: dict[str, float], view: str) -> Tensor:
    """What is shown of a rule, of the gradients' shape."""
    rates = effective_rates(rule, grads, **hyper).nan_to_num(nan=math.inf)
    lengths = torch.where(grads == 0, 0.0, rates * grads)
    return {"rate": rates, "step_length": lengths, "distance": lengths.cumsum(0)}[view]


def _tensor(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)

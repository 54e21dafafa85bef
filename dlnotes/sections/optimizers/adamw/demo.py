"""Weight decay inside Adam and beside it: what is left of weights with small and large gradients.

Book: optimizers/adamw
"""

import functools
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import adam, adamw
from dlnotes.regularization.weight_decay import coupled
from dlnotes.sections.optimizers.adamw.experiments import decay_step, penalty_step
from dlnotes.sections.optimizers.adamw.words import TEXT

RULES = {"l2": coupled(adam), "adamw": adamw}
STEPS = 300
BETA2 = 0.999  # Adam's default, for the divisor that is shown
KINDS = ("quiet", "loud")
SIZES = (5e-4, 2e3)  # of the noise


@functools.cache
def noise() -> tuple[float, ...]:
    """Standard normal numbers, one a step; a second weight of each kind gets their opposites."""
    drawn = torch.randn(STEPS, generator=torch.Generator().manual_seed(1))
    return tuple(round(number, 3) for number in drawn.tolist())


def gradient(noise: Tensor, size: Tensor) -> Tensor:
    """A gradient that is noise and nothing else."""
    return size * noise


def stepping(name: str):
    """One step of a rule: the weight, what the rule keeps, and what the decay is divided by."""

    def step(weight, state, grad, lr, weight_decay):
        delta, state = RULES[name].update(grad, state, weight, lr=lr, weight_decay=weight_decay)
        root = (state.v / (1 - BETA2**state.t)).sqrt()
        by = root if name == "l2" else torch.ones_like(root)
        return {"weight": weight + delta, "state": state, "by": by}

    return step


def average(one: Tensor, other: Tensor) -> Tensor:
    """The mean of two weights."""
    return (one + other) / 2


class DecayDemo(Demo):
    """Two kinds of weight under the same decay: choose where it goes in, how strong, how fast."""

    words = TEXT
    start: ClassVar = {
        "rule": "l2",
        "weight_decay": 0.1,
        "lr": 0.01,
        "quiet": 0.1,
        "loud": 10,
        "now": 0,
    }
    sliders: ClassVar = {
        "weight_decay": Slider(0.01, 1, log=True, steps=200),
        "lr": Slider(1e-3, 0.1, log=True, steps=200),
    }
    choices: ClassVar = {"rule": tuple(RULES)}
    handles: ClassVar = {
        "time": Drag(80, 0, ("now",)),
        "quiet": Drag(-30, 0, ("quiet",)),
        "loud": Drag(30, 0, ("loud",)),
    }
    guesses = ("alike", "quiet_more", "loud_more")
    presets = ("same_penalty", "decoupled", "meeting", "silent", "slower")

    @staticmethod
    def emitted() -> str:
        x, shapes, functions = torch.zeros((), dtype=torch.float64), {}, {}
        for name, rule in RULES.items():
            functions[name] = stepping(name)
            functions[f"{name}_init"] = rule.init
            shapes[name] = {"state": type(rule.init(x))(*((),) * len(rule.init(x)))}
        whole = {"gradient": gradient, "average": average}
        kept = {"l2_left": penalty_step, "adamw_left": decay_step}
        program = emit(shapes=shapes, **functions, **whole, **kept)
        constants = f"export const STEPS = {STEPS}, SIZES = {list(SIZES)};\n"
        return f"{program}\n{constants}export const NOISE = {list(noise())};\n"

    @staticmethod
    def readouts(
        *, rule: str, weight_decay: float, lr: float, quiet: float, loud: float, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            rule: a name in `RULES`.
            weight_decay: α.
            lr: learning rate.
            quiet, loud: standard deviations of the noise.
            now: steps made, from 0 to `STEPS`.

        Returns:
            A number per readout; before the first step nothing is divided.
        """
        found: dict[str, float] = {"now": now}
        for name, size in zip(KINDS, (quiet, loud), strict=True):
            left, by = _walk(rule, weight_decay, lr, size)
            found |= {f"{name}_left": left[now].item(), f"{name}_by": by[now].item()}
        return found

    @staticmethod
    def answer() -> str:
        end = DecayDemo.readouts(**DecayDemo.start | {"now": STEPS})
        quiet, loud = end["quiet_left"], end["loud_left"]
        if abs(quiet - loud) < 0.02:
            return "alike"
        return "quiet_more" if quiet < loud else "loud_more"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        sizes = {name: 10 ** draw.uniform(-2, 2) for name in KINDS}
        return super().random_setting(draw) | sizes | {"now": draw.randint(1, STEPS)}


@functools.cache
def _walk(name: str, weight_decay: float, lr: float, size: float) -> tuple[Tensor, Tensor]:
    """The mean of both weights and what their decay is divided by, each `(STEPS + 1,)`."""
    both = torch.tensor([1.0, -1.0], dtype=torch.float64)  # the same noise, and its opposite
    weights = torch.ones(2, dtype=torch.float64)
    state, step = RULES[name].init(weights), stepping(name)
    left, by = [weights], [torch.ones(2, dtype=torch.float64)]
    for number in noise():
        made = step(weights, state, both * number * size, lr, weight_decay)
        weights, state = made["weight"], made["state"]
        left.append(weights)
        by.append(made["by"])
    return torch.stack(left).mean(1), torch.stack(by).mean(1)

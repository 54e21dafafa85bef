"""A small net that trains in the page, broken in one place at a time.

Book: convergence/nothing_moves
"""

import functools
import json
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.func import functional_call

from dlnotes.convergence.baselines import baseline_loss
from dlnotes.core.seeds import seeded
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.live.training import training_step
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.nothing_moves.words import TEXT
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

COUNTS = (30, 20, 10)  # points of the three classes
EXAMPLES, UNITS, STEPS = sum(COUNTS), 8, 120
LR = 0.3
SPREAD = 0.45  # standard deviation of a class about its place on the unit circle
RIDDLES = ("raw", "equal", "slow", "shuffled")  # what is broken in the riddles, in turn
SLOWED = 1000  # by which a riddle divides the learning rate
ALMOST = 0.05  # a loss nearer to the first than this part of it has hardly moved


def undivided(X: Tensor) -> Tensor:
    """The points in another unit: means of 30 and standard deviations of 10."""
    return 30 + 10 * X


def slowed(lr: Tensor) -> Tensor:
    """The learning rate of a riddle in which it is too small."""
    return lr / SLOWED


def active(params: dict[str, Tensor], X: Tensor) -> Tensor:
    """On how many points each hidden unit is on, shape `(UNITS,)`."""
    sums = X @ params["layers.0.weight"].T + params["layers.0.bias"]
    return (sums > 0).to(X.dtype).sum(0)


def hits(params: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
    """1 where the right class has the largest score, alone, else 0; shape `(EXAMPLES,)`."""
    scores = functional_call(net(), params, (X,))
    right = y.unsqueeze(1) == torch.arange(len(COUNTS), dtype=y.dtype)
    own = torch.where(right, scores, -math.inf).amax(1)
    best = torch.where(right, -math.inf, scores).amax(1)
    return (own > best).to(X.dtype)


@functools.cache
def net() -> MLP:
    """The net with nothing broken."""
    return MLP((2, UNITS, len(COUNTS)), seed=0, dtype=torch.float64)


@functools.cache
def points() -> tuple[Tensor, Tensor]:
    """The points, standardized, shape `(EXAMPLES, 2)`, and their classes."""
    y = torch.repeat_interleave(torch.arange(len(COUNTS)), torch.tensor(COUNTS))
    angles = math.pi / 2 + 2 * math.pi * y / len(COUNTS)
    middle = torch.stack([angles.cos(), angles.sin()], 1).double()
    noise = torch.randn(EXAMPLES, 2, generator=seeded(3), dtype=torch.float64)
    X = middle + SPREAD * noise
    return (X - X.mean(0)) / X.std(0, correction=0), y


@functools.cache
def shuffled() -> Tensor:
    """The classes, dealt anew."""
    return points()[1][Random(5).order(EXAMPLES)]


def begun(equal: bool, dead: bool) -> dict[str, Tensor]:
    """The parameters before the first step."""
    params = {name: param.detach().clone() for name, param in net().named_parameters()}
    for name in params:
        if equal and name.endswith("weight"):
            params[name] = torch.full_like(params[name], 0.5)
    if dead:
        params["layers.0.bias"] -= 10
    return params


BASELINES = {
    kind: baseline_loss("cross_entropy", points()[1], kind=kind) for kind in ("uniform", "prior")
}


class NothingMovesDemo(Demo):
    """60 points, 8 hidden units: break one thing and see where the loss stops."""

    words = TEXT
    start: ClassVar = {
        "lr": LR, "shuffled": False, "raw": False, "equal": False, "dead": False,
        "riddle": 1, "now": 60,
    }  # fmt: skip
    sliders: ClassVar = {"lr": Slider(1e-5, 10, log=True, steps=600)}
    handles: ClassVar = {"time": Drag(150, 0, ("now",))}
    buttons: ClassVar = {"riddle": ("riddle",)}
    presets = (
        "sound", "try_shuffled", "try_raw", "try_equal", "try_dead", "try_slow", "try_fast",
    )  # fmt: skip
    guesses = ("shuffled", "slow", "raw", "equal")
    apart = ("riddle",)  # each is a question of its own
    chaotic: ClassVar = {"loss": 1e-3}  # raw inputs at rates that just do not kill

    @staticmethod
    def emitted() -> str:
        step = training_step(net(), sgd, batch_size=EXAMPLES)
        params, data = step.shapes["params"], {name: step.shapes[name] for name in ("X", "y")}
        program = emit(
            step=step.function, undivided=undivided, slowed=slowed, active=active, hits=hits,
            shapes={
                "step": step.shapes, "undivided": {"X": data["X"]},
                "active": {"params": params, "X": data["X"]},
                "hits": {"params": params} | data,
            },
        )  # fmt: skip
        X, y = points()
        begin = {
            name: {key: param.flatten().tolist() for key, param in begun(*broken).items()}
            for name, broken in {"usual": (False, False), "equal": (True, False)}.items()
        }
        numbers = {
            "STEPS": STEPS, "UNITS": UNITS, "RIDDLES": RIDDLES, "BASELINES": BASELINES,
            "ALMOST": ALMOST, "POINTS": X.flatten().tolist(), "CLASSES": y.tolist(),
            "DEALT": shuffled().tolist(), "BEGIN": begin,
            "ASLEEP": begun(False, True)["layers.0.bias"].tolist(),
        }  # fmt: skip
        lines = (f"export const {name} = {json.dumps(value)};\n" for name, value in numbers.items())
        return program + "".join(lines)

    @staticmethod
    def readouts(
        *, lr: float, shuffled: bool, raw: bool, equal: bool, dead: bool, riddle: int, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, by autograd.

        Args:
            lr: learning rate, greater than 0.
            shuffled: whether the classes are dealt anew.
            raw: whether the points come in another unit.
            equal: whether all weights are equal at the start.
            dead: whether the hidden units begin with biases that keep them at 0.
            riddle: number of the riddle, whose fault comes on top; 0 for none.
            now: the step that is shown.
        """
        given = {"shuffled": shuffled, "raw": raw, "equal": equal, "dead": dead}
        if riddle:
            given[RIDDLES[(riddle - 1) % len(RIDDLES)]] = True
        rate = lr / SLOWED if given.get("slow") else lr
        X, y = _examples(given["raw"], given["shuffled"])
        params = begun(given["equal"], given["dead"])
        for _ in range(now):
            slopes = _slopes(params, X, y)[1]
            params = {name: param - rate * slopes[name] for name, param in params.items()}
        return {
            "now": now,
            "loss": _slopes(params, X, y)[0],
            "alive": (active(params, X) > 0).sum().item(),
            "hits": hits(params, X, y).sum().item(),
        }

    @staticmethod
    def answer() -> str:
        return RIDDLES[NothingMovesDemo.start["riddle"] - 1]

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        more = {"riddle": draw.randint(0, 4), "now": draw.randint(0, STEPS)}
        return super().random_setting(draw) | more


def _examples(raw: bool, dealt: bool) -> tuple[Tensor, Tensor]:
    X, y = points()
    return undivided(X) if raw else X, shuffled() if dealt else y


def _slopes(params: dict[str, Tensor], X: Tensor, y: Tensor) -> tuple[float, dict[str, Tensor]]:
    leaves = {name: param.detach().requires_grad_() for name, param in params.items()}
    loss = cross_entropy(functional_call(net(), leaves, (X,)), y)
    grads = torch.autograd.grad(loss, list(leaves.values()))
    return loss.item(), dict(zip(leaves, grads, strict=True))

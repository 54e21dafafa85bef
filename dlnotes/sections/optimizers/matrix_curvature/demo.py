"""One step of SGD, Adam and Muon on a matrix that is to remember frequent and rare pairs.

Book: optimizers/matrix_curvature
"""

import functools
import json
import random
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.func import vmap

from dlnotes.demos.controls import Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import adam, muon, sgd
from dlnotes.optimizers.muon import newton_schulz
from dlnotes.sections.optimizers.matrix_curvature.memory import Memory, memory
from dlnotes.sections.optimizers.matrix_curvature.words import TEXT

PAIRS = 16
STEPS = 5
SEED = 0  # of the directions
SKEWS = (0, 0.5, 1, 1.5, 2, 3)
ROUNDS = (1, 2, 3, 5, 8)
RULES = {"sgd": sgd, "adam": adam, "muon": muon}
BARE = {"sgd": {}, "adam": {"beta1": 0.0}, "muon": {"momentum": 0.0}}  # the step's shape alone
TRIED = torch.logspace(-2, 2, 65, dtype=torch.float64)


def frequencies(exponent: Tensor) -> Tensor:
    """Zipf's, of `PAIRS` pairs."""
    chances = torch.arange(1, PAIRS + 1, dtype=torch.float64) ** -exponent
    return chances / chances.sum()


def gradient(W: Tensor, exponent: Tensor) -> Tensor:
    """Of the mean loss over all pairs."""
    return _memory()._replace(frequencies=frequencies(exponent)).gradient(W)


def known(W: Tensor) -> Tensor:
    """How much of each pair is learned; of a gradient, minus its singular values."""
    return _memory().known(W)


def rate(lr: Tensor, now: Tensor) -> Tensor:
    """A learning rate that falls linearly to 0 in `STEPS` steps."""
    return lr * (1 - now / STEPS)


class Moved(NamedTuple):
    """A memory, and what Adam remembers."""

    W: Tensor
    state: adam.State


def sgd_step(W: Tensor, exponent: Tensor, lr: Tensor) -> Tensor:
    """The memory after a step of SGD."""
    return W + sgd.update(gradient(W, exponent), sgd.init(W), W, lr=lr)[0]


def adam_step(W: Tensor, state: adam.State, exponent: Tensor, lr: Tensor) -> Moved:
    """The memory after a step of Adam."""
    delta, state = adam.update(gradient(W, exponent), state, W, lr=lr, **BARE["adam"])
    return Moved(W + delta, state)


def muon_start(W: Tensor, exponent: Tensor) -> Tensor:
    """The gradient over its norm, before the first of Muon's rounds."""
    grad = gradient(W, exponent)
    return muon.update(grad, muon.init(W), W, lr=-1.0, ns_steps=0, **BARE["muon"])[0]


def muon_step(W: Tensor, X: Tensor, lr: Tensor) -> Tensor:
    """The memory after a step along `X`."""
    return W - lr * X


SQUARE, ALONE = (PAIRS, PAIRS), ()
SHAPES = {
    "gradient": {"W": SQUARE},
    "known": {"W": SQUARE},
    "sgd_step": {"W": SQUARE},
    "adam_step": {"W": SQUARE, "state": adam.State(ALONE, SQUARE, SQUARE)},
    "muon_start": {"W": SQUARE},
    "newton_schulz": {"X": SQUARE},
    "muon_step": {"W": SQUARE, "X": SQUARE},
}
EMITTED = (
    frequencies, gradient, known, rate, sgd_step, adam_step, muon_start, newton_schulz, muon_step
)  # fmt: skip


class MatrixCurvatureDemo(Demo):
    """Sixteen pairs, Zipf's frequencies: what each of three rules has learned of every pair."""

    words = TEXT
    start: ClassVar = {"exponent": 1, "rounds": 5, "now": 0}
    sliders: ClassVar = {"exponent": Slider(stops=SKEWS), "rounds": Slider(stops=ROUNDS)}
    guesses = ("sgd", "adam", "muon")
    presets = ("zipf", "level", "steep", "one_round")
    rounding = 1e-12

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=SHAPES)
        best = {str(skew): {name: best_rate(name, skew) for name in RULES} for skew in SKEWS}
        numbers = {"PAIRS": PAIRS, "STEPS": STEPS, "BEST": best}
        lines = [f"export const {name} = {json.dumps(value)};" for name, value in numbers.items()]
        return "\n".join([program, *lines, ""])

    @staticmethod
    def readouts(*, exponent: float, rounds: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            exponent: one of `SKEWS`.
            rounds: of Newton–Schulz in a step of Muon.
            now: steps made, at most `STEPS`.

        Returns:
            What each rule has learned of the rarest pair; and what Muon's first step teaches of
            it, as a part of the most frequent.
        """
        of = memory(PAIRS, SEED, exponent)
        runs = {name: _walk(name, of, best_rate(name, exponent), rounds) for name in RULES}
        first = of.known(runs["muon"][1])
        rare = {f"rare_{name}": of.known(run[now])[-1].item() for name, run in runs.items()}
        return {"now": now, **rare, "even": (first[-1] / first[0]).item()}

    @staticmethod
    def answer() -> str:
        start = MatrixCurvatureDemo.start
        end = MatrixCurvatureDemo.readouts(**start | {"now": STEPS})
        return min(RULES, key=lambda name: abs(1 - end[f"rare_{name}"]))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(1, STEPS)}


@functools.cache
def _memory() -> Memory:
    return memory(PAIRS, SEED)


@functools.cache
def best_rate(name: str, exponent: float) -> float:
    """The learning rate with the lowest loss after all steps."""
    of = memory(PAIRS, SEED, exponent)
    ends = vmap(lambda lr: _walk(name, of, lr, 5)[-1])(TRIED)
    losses = vmap(of.errors)(ends) @ of.frequencies
    return float(f"{TRIED[losses.nan_to_num(torch.inf).argmin()]:.4g}")


def _walk(name: str, of: Memory, lr: Tensor | float, rounds: int) -> list[Tensor]:
    """The memory after 0, 1, … `STEPS` steps."""
    rule, path = RULES[name], [torch.zeros_like(of.keys)]
    hyper = BARE[name] | ({"ns_steps": rounds} if rule is muon else {})
    state = rule.init(of.keys)
    for step in range(STEPS):
        grad, W = of.gradient(path[-1]), path[-1]
        delta, state = rule.update(grad, state, W, lr=lr * (1 - step / STEPS), **hyper)
        path.append(W + delta)
    return path

"""A line through five points, and three referees who say when it has converged.

Book: convergence/meaning
"""

import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.convergence.stopping import first_step, has_stopped_improving, is_converged
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.meaning.experiments import FRESH_X, FRESH_Y, X, Y
from dlnotes.sections.convergence.meaning.words import TEXT

STEPS = 120
WINDOW = 10  # steps that the first and the third referee look back
NOISE = 0.6  # standard deviation about the line of other points
LAW = (0.6, 0.6)  # intercept and slope of the line about which other points lie
LOST = 10.0  # this many times the first loss counts as diverged
LONG = 1.0  # a gradient longer than this is not that of a bottom


def mean_loss(line: Tensor, X: Tensor, Y: Tensor) -> Tensor:
    """Mean squared miss of a line, `(intercept, slope)`."""
    return (line[0] + line[1] * X - Y).square().mean()


def gradient(line: Tensor, X: Tensor, Y: Tensor) -> Tensor:
    """How the loss changes with intercept and slope, shape `(2,)`."""
    miss = line[0] + line[1] * X - Y
    return torch.stack([2 * miss.mean(), 2 * (miss * X).mean()])


def step(line: Tensor, X: Tensor, Y: Tensor, lr: Tensor) -> Tensor:
    """The line after one step of gradient descent."""
    return line + sgd.update(gradient(line, X, Y), sgd.init(line), line, lr=lr)[0]


def loss(line: Tensor, X: Tensor, Y: Tensor) -> Tensor:
    """The loss on the training points."""
    return mean_loss(line, X, Y)


def fresh(line: Tensor, X: Tensor, Y: Tensor) -> Tensor:
    """The loss on the fresh points."""
    return mean_loss(line, X, Y)


def height(b: Tensor, w: Tensor, X: Tensor, Y: Tensor) -> Tensor:
    """The loss on the training points, at any place of the map."""
    return (b + w * X - Y).square().mean()


def norm(line: Tensor, X: Tensor, Y: Tensor) -> Tensor:
    """The length of the gradient."""
    return gradient(line, X, Y).square().sum().sqrt()


def level(line: Tensor, x: Tensor) -> Tensor:
    """The height of the line at x."""
    return line[0] + line[1] * x


def alike(losses: Tensor, tol: Tensor) -> Tensor:
    """1 where `WINDOW` losses lie within a part `tol` of their mean, else 0."""
    return (losses.amax() - losses.amin() <= tol * losses.mean().abs()).to(losses.dtype)


def targets(draws: Tensor, X: Tensor) -> Tensor:
    """Other training points: about the line of `LAW`, from draws between 0 and 1."""
    spread = NOISE * math.sqrt(12)  # of a uniform number with that standard deviation
    return LAW[0] + LAW[1] * X + spread * (draws - 0.5)


def limit(X: Tensor) -> Tensor:
    """The learning rate above which descent diverges: 2 / λ, from the 2 × 2 Hessian."""
    square = 2 * X.square().mean()
    root = ((square - 2).square() + 16 * X.mean().square()).sqrt()
    return 4 / (square + 2 + root)


EMITTED = (step, loss, fresh, height, norm, level, alike, targets, limit)
_FIVE, _FOUR = {"X": (len(X),), "Y": (len(X),)}, {"X": (len(FRESH_X),), "Y": (len(FRESH_X),)}
_SHAPES = {
    "step": {"line": (2,)} | _FIVE,
    "loss": {"line": (2,)} | _FIVE,
    "fresh": {"line": (2,)} | _FOUR,
    "height": _FIVE,
    "norm": {"line": (2,)} | _FIVE,
    "level": {"line": (2,)},
    "alike": {"losses": (WINDOW,)},
    "targets": {"draws": (len(X),), "X": (len(X),)},
    "limit": {"X": (len(X),)},
}


class MeaningDemo(Demo):
    """Five points: drag the start, set the learning rate, see who calls stop first."""

    words = TEXT
    start: ClassVar = {"lr": 0.1, "tol": 0.01, "b": 0.0, "w": 0.0, "sample": 0, "now": 0}
    sliders: ClassVar = {
        "tol": Slider(1e-5, 0.1, log=True, steps=80),
        "lr": Slider(0.002, 0.2, log=True, steps=600, digits=4),
    }
    handles: ClassVar = {"start": Drag(40, -40, ("b", "w")), "time": Drag(150, 0, ("now",))}
    buttons: ClassVar = {"sample": ("sample",)}
    presets = ("three", "bounce", "tiny", "redrawn")
    guesses = ("settled", "small", "stale")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {
            "STEPS": STEPS, "WINDOW": WINDOW, "LOST": LOST, "LONG": LONG, "POINTS": [[*X], [*Y]],
            "FRESH": [[*FRESH_X], [*FRESH_Y]],
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, lr: float, tol: float, b: float, w: float, sample: int, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            lr: learning rate, greater than 0.
            tol: tolerance: of the loss as a part of it, of the gradient as its length.
            b: intercept at the start.
            w: slope at the start.
            sample: 0 for the five points of the page, else the seed of five others.
            now: the step that is shown.
        """
        x, y = _points(sample)
        path = _walk(torch.tensor([b, w], dtype=torch.float64), x, y, lr)
        losses = [loss(line, x, y).item() for line in path]
        new = [fresh(line, _tensor(FRESH_X), _tensor(FRESH_Y)).item() for line in path]
        norms = [norm(line, x, y).item() for line in path]
        return {
            "now": now,
            "loss": losses[now],
            "fresh": new[now],
            "norm": norms[now],
            "settled": first_step(lambda seen: is_converged(seen, WINDOW, tol), losses),
            "small": first_step(lambda seen: seen[-1] <= tol, norms),
            "stale": first_step(lambda seen: has_stopped_improving(seen, WINDOW), new),
        }

    @staticmethod
    def answer() -> str:
        found = MeaningDemo.readouts(**MeaningDemo.start)
        return min(MeaningDemo.guesses, key=found.get)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        place = {"b": draw.uniform(-1, 2), "w": draw.uniform(-0.5, 1.5)}
        more = {"sample": draw.randint(0, 9), "now": draw.randint(0, STEPS)}
        return super().random_setting(draw) | place | more


def _tensor(values: tuple[float, ...]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def _points(sample: int) -> tuple[Tensor, Tensor]:
    if sample == 0:
        return _tensor(X), _tensor(Y)
    source = Random(sample)
    return _tensor(X), targets(_tensor(tuple(source.uniform() for _ in X)), _tensor(X))


def _walk(line: Tensor, x: Tensor, y: Tensor, lr: float) -> list[Tensor]:
    path = [line]
    for _ in range(STEPS):
        path.append(path[-1] - lr * gradient(path[-1], x, y))
    return path

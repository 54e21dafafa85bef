"""Full batch, one example or a few: the path, every example's wish, the loss by what was read.

Book: optimizers/gradient_descent
"""

import functools
import math
import random
from itertools import accumulate
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.sections.optimizers.gradient_descent.experiments import stability_limit
from dlnotes.sections.optimizers.gradient_descent.words import TEXT
from dlnotes.training.data import tasks
from dlnotes.training.surfaces.landscapes import ravine_value

EXAMPLES = 48
EPOCHS = 20  # passes over the data in a run
POINTS = EXAMPLES * EPOCHS + 1  # of the longest run, one example a step
BATCHES = (1, 2, 3, 4, 6, 8, 12, 16, 24, EXAMPLES)
NOISE = 0.5  # of the targets
SEED = 11  # of the data
LOST = 10.0  # this many times the first loss counts as diverged
CALM = 0.25  # a floor is noise where descent without noise would be below this part of it


class Data(NamedTuple):
    """Features, shape `(EXAMPLES, 2)`, and targets, shape `(EXAMPLES,)`."""

    X: Tensor
    y: Tensor


@functools.cache
def _round_task() -> tasks.LeastSquares:
    return tasks.least_squares(EXAMPLES, condition=1, noise=NOISE, seed=SEED)


def data(condition: Tensor) -> Data:
    """The data set of `least_squares` for any condition number: one feature stretched."""
    X, y, minimum, _ = _round_task()
    stretched = X * torch.stack([torch.ones_like(condition), condition.sqrt()])
    return Data(stretched, stretched @ minimum + (y - X @ minimum))


def step(param: Tensor, X: Tensor, y: Tensor, mask: Tensor, lr: Tensor) -> Tensor:
    """The weights after one step with the examples that `mask` lets count."""
    grad = tasks.gradient(param, X, y, mask)
    return param + sgd.update(grad, sgd.init(param), param, lr=lr)[0]


def alone(param: Tensor, X: Tensor, y: Tensor, lr: Tensor) -> Tensor:
    """Where a step with one example alone would lead, for each example: `(EXAMPLES, 2)`."""
    grads = tasks.gradient(param, X.unsqueeze(1), y.unsqueeze(1))
    return param + sgd.update(grads, sgd.init(param), param, lr=lr)[0]


def above(w1: Tensor, w2: Tensor, condition: Tensor) -> Tensor:
    """How far the loss lies above its minimum: exact also where both are nearly equal.

    The Hessian of `least_squares` is that of the ravine, and its minimum lies at `ANSWER`.
    """
    return ravine_value(w1 - tasks.ANSWER[0], w2 - tasks.ANSWER[1], condition)


def lost(above: Tensor, first: Tensor) -> Tensor:
    """1 where the loss is `LOST` times that of the start or no number, else 0."""
    least = NOISE**2 / 2  # the smallest loss
    return 1 - (above + least < LOST * (first + least)).to(above.dtype)


def floor(noisy: Tensor, calm: Tensor, mask: Tensor) -> Tensor:
    """The level of a run over its masked points; inf where descent is not yet done.

    Args:
        noisy: heights of the run, shape `(POINTS,)`.
        calm: heights of full-batch descent after as many steps, same shape.
        mask: 1 for the points that count.
    """
    level, without = (noisy * mask).sum() / mask.sum(), (calm * mask).sum() / mask.sum()
    return torch.where(without < CALM * level, level, math.inf)


def limit(condition: Tensor) -> Tensor:
    """The learning rate above which full-batch descent diverges: a curvature's share of 2."""
    return stability_limit(1.0) / condition


EMITTED = (data, step, alone, above, lost, floor, limit)
_SHAPES = {"param": (2,), "X": (EXAMPLES, 2), "y": (EXAMPLES,), "mask": (EXAMPLES,)}
_TAKES = {step: "param X y mask", alone: "param X y"}


class GradientDescentDemo(Demo):
    """Least squares with 48 examples: drag the start, choose how many a step reads."""

    words = TEXT
    start: ClassVar = {
        "lr": 0.05,
        "batch": 8,
        "condition": 10.0,
        "w1": -1.2,
        "w2": 1.9,
        "read": 0,
        "axis": "examples",
        "shuffle": 1,
    }
    sliders: ClassVar = {
        "lr": Slider(1e-3, 2.5, log=True, steps=600),
        "batch": Slider(stops=BATCHES),
        "condition": Slider(1, 100, log=True, steps=200),
    }
    choices: ClassVar = {"axis": ("examples", "updates")}
    handles: ClassVar = {
        "start": Drag(150, -40, ("w1", "w2")),
        "time": Drag(250, 60, ("read",)),
    }
    buttons: ClassVar = {"shuffle": ("shuffle",)}
    presets = ("full_batch", "one_example", "batch_of_8", "too_large", "narrow")
    guesses = ("one_example", "batch_of_8", "full_batch")
    time = "read"

    @staticmethod
    def emitted() -> str:
        shapes = {f.__name__: {n: _SHAPES[n] for n in names.split()} for f, names in _TAKES.items()}
        shapes["floor"] = dict.fromkeys(("noisy", "calm", "mask"), (POINTS,))
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=shapes)
        numbers = {"EXAMPLES": EXAMPLES, "EPOCHS": EPOCHS}
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *,
        lr: float,
        batch: int,
        condition: float,
        w1: float,
        w2: float,
        read: int,
        axis: str = "examples",
        shuffle: int = 1,
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            lr: learning rate, greater than 0.
            batch: examples a step, from 1 to `EXAMPLES`.
            condition: condition number of the data, at least 1.
            w1: first weight at the start.
            w2: second weight at the start.
            read: examples read so far; the run stands at the last step that fits.
            axis: `"examples"`: full batch has read as many; `"updates"`: it has made as many steps.
            shuffle: seed of the order in which examples are read.

        Returns:
            A number per readout; inf for a noise floor or a divergence that is not there.
        """
        task = tasks.least_squares(EXAMPLES, condition, NOISE, SEED)
        start = torch.tensor([w1, w2], dtype=torch.float64)
        rows = _rows(batch, shuffle)
        path = _walk(task, start, rows, lr)
        calm = _walk(task, start, [list(range(EXAMPLES))] * max(len(rows), EPOCHS), lr)
        counts = list(accumulate(map(len, rows), initial=0))
        now = max(k for k, count in enumerate(counts) if count <= read)
        full_steps = counts[now] // EXAMPLES if axis == "examples" else now
        heights, calm_heights = _heights(path, task), _heights(calm, task)
        away = (
            tasks.loss(path, task.X, task.y) < LOST * tasks.loss(start, task.X, task.y)
        ).logical_not()
        diverged = float(away.nonzero()[0]) if away.any() else math.inf
        return {
            "read": counts[now],
            "epochs": counts[now] / EXAMPLES,
            "steps": now,
            "above": heights[now].item(),
            "full": calm_heights[full_steps].item(),
            "limit": stability_limit(task.hessian.diagonal().max().item()),
            "floor": _level(heights, calm_heights) if diverged == math.inf else math.inf,
            "diverged": diverged,
        }

    @staticmethod
    def answer() -> str:
        setting = GradientDescentDemo.start
        task = tasks.least_squares(EXAMPLES, setting["condition"], NOISE, SEED)
        start = torch.tensor([setting["w1"], setting["w2"]], dtype=torch.float64)
        sizes = zip(GradientDescentDemo.guesses, (1, 8, EXAMPLES), strict=True)
        runs = {name: _rows(size, setting["shuffle"]) for name, size in sizes}
        walks = {name: _walk(task, start, rows, setting["lr"]) for name, rows in runs.items()}
        ends = {name: _lately(_heights(walk, task)) for name, walk in walks.items()}
        return min(ends, key=ends.get)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw)
        place = {"w1": draw.uniform(-2, 2), "w2": draw.uniform(-1, 3)}
        return setting | place | {"shuffle": draw.randint(1, 99), "read": 48 * draw.randint(1, 3)}


def _rows(batch: int, shuffle: int) -> list[list[int]]:
    """The examples of every step of a run."""
    source = Random(shuffle)
    orders = [source.order(EXAMPLES) for _ in range(EPOCHS)]
    return [order[i : i + batch] for order in orders for i in range(0, EXAMPLES, batch)]


def _walk(task: tasks.LeastSquares, param: Tensor, rows: list[list[int]], lr: float) -> Tensor:
    path, state = [param], sgd.init(param)
    for chosen in rows:
        grad = tasks.gradient(param, task.X[chosen], task.y[chosen])
        delta, state = sgd.update(grad, state, param, lr=lr)
        param = param + delta
        path.append(param)
    return torch.stack(path)


def _heights(path: Tensor, task: tasks.LeastSquares) -> Tensor:
    """The loss above its minimum, from the Hessian: (w - w*)ᵀ H (w - w*) / 2."""
    away = path - task.minimum
    return ((away @ task.hessian) * away).sum(-1) / 2


def _level(heights: Tensor, calm: Tensor) -> float:
    level = _lately(heights)
    return level if _lately(calm[: len(heights)]) < CALM * level else math.inf


def _lately(heights: Tensor) -> float:
    """The mean over the last quarter of a run: its last point alone is luck."""
    last = len(heights) - 1
    return heights[last - last // 4 + 1 :].mean().item()

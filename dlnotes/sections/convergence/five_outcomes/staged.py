"""Runs staged to end in one of the five ways, and what each of four knobs does to them.

Every run has two judges. The curves are what a reader sees: loss on the training set and on 200
held-out examples. The knobs are measured on 500 others: the same run four times as long, with a
net four times as wide, with four times the data, with a tenth of the learning rate for another
half of its steps. Which of them helps says what was wrong, whatever it was staged as.

Book: convergence/five_outcomes
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.protocols import Rule
from dlnotes.optimizers import adam, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP

HELD, FRESH = 200, 500  # examples that draw the curve, and that measure the knobs
PLENTY, FEW = 240, 24  # examples to learn from
LOOKS = 30  # evaluations after the one at the start
LAST = 5  # evaluations whose mean is the end of a run
SEEDS = tuple(range(5))


class Task(NamedTuple):
    """A data set with a net for it.

    Attributes:
        make: of the data, takes examples, noise, seed, test_examples.
        inputs: D.
        classes: C; 0 for regression.
        quiet: noise with which it can be learned well.
        loud: noise that is learned by heart.
        hidden: how many hidden layers.
        activation: of them.
        small: width that is too small; 0 for no hidden layer.
        rule: of the steps.
        lr: learning rate that suits.
        steps: T, in which a good run gets there.
    """

    make: Callable[..., Data]
    inputs: int
    classes: int
    quiet: float
    loud: float
    hidden: int
    activation: str
    small: int
    rule: Rule
    lr: float
    steps: int


TUNED = {  # the thresholds of `diagnose` come from these
    "circles": Task(datasets.circles, 2, 2, 0.08, 0.25, 2, "relu", 0, adam, 0.01, 300),
    "sine": Task(datasets.curve, 1, 0, 0.1, 0.5, 2, "tanh", 0, adam, 0.01, 300),
}
JUDGED = {  # and it is judged on these
    "moons": Task(datasets.moons, 2, 2, 0.15, 0.4, 2, "tanh", 0, adam, 0.02, 300),
    "spirals": Task(datasets.spirals, 2, 2, 0.02, 0.1, 2, "relu", 2, adam, 0.01, 400),
    "blobs": Task(
        partial(datasets.blobs, classes=5), 2, 5, 0.2, 0.6, 1, "relu", 1, sgd, 0.5, 400
    ),
    "xor": Task(datasets.xor, 2, 2, 0.4, 0.8, 1, "tanh", 0, sgd, 0.5, 500),
    "cubic": Task(
        partial(datasets.curve, shape="cubic"), 1, 0, 0.1, 0.5, 2, "relu", 0, adam, 0.01, 300
    ),
}  # fmt: skip


class Stage(NamedTuple):
    """One way to set a run up.

    Attributes:
        name: what it is staged as.
        lr: learning rate, in units of the task's.
        batch: examples a step.
    """

    name: str
    lr: float
    batch: int


FLEETS = {  # examples, loud?, width (0: the task's small one), and the runs
    "plenty": (PLENTY, False, 16, (
        Stage("good", 1.0, 24), Stage("good", 0.5, 48),
        Stage("undertrained", 1 / 50, 24), Stage("undertrained", 1 / 15, 24),
        Stage("unstable", 10.0, 4), Stage("unstable", 4.0, 2),
        Stage("stuck", 1e-4, 24), Stage("stuck", 100.0, 24),
    )),
    "small": (PLENTY, False, 0, (Stage("small", 1.0, 24), Stage("small", 0.5, 24))),
    "few": (FEW, True, 32, (Stage("overfit", 1.0, 12), Stage("overfit", 1.0, 24))),
}  # fmt: skip


class Runs(NamedTuple):
    """Curves and knobs of R runs, all losses in units of the baseline.

    Attributes:
        staged: what each is staged as.
        train: loss on the training set, `(R, LOOKS + 1)`.
        held: on the held-out examples.
        end: on the fresh ones, at the end of the run, `(R,)`.
        stop: the lowest there on the way.
        longer: at the end of a run four times as long.
        bigger: of a net four times as wide.
        more: with four times the data.
        lower: with a tenth of the learning rate for half as many steps again.
    """

    staged: list[str]
    train: Tensor
    held: Tensor
    end: Tensor
    stop: Tensor
    longer: Tensor
    bigger: Tensor
    more: Tensor
    lower: Tensor


def measured(task: Task, name: str, seeds: Sequence[int] = SEEDS, seed: int = 0) -> Runs:
    """All runs of a fleet, their curves and what the knobs do.

    Args:
        task: of `TUNED` or `JUDGED`.
        name: of `FLEETS`.
        seeds: of first weights and order.
        seed: of the data.
    """
    examples, loud, width, stages = FLEETS[name]
    noise = task.loud if loud else task.quiet
    held, fresh, more = parts(task, examples, noise, seed)
    width = width or task.small
    train = partial(trained, task, stages=stages, seeds=seeds)
    seen, long = train(held, width), train(fresh, width, times=4)
    end, unit = _end, baseline(task, held.y)
    quarter = long.test_loss[:, : LOOKS + 1]
    found = (
        seen.train_loss, seen.test_loss, end(quarter), quarter.amin(1), end(long.test_loss),
        end(train(fresh, 4 * width if width > 4 else 16).test_loss),
        end(train(more, width).test_loss),
        end(train(fresh, width, drop=True).test_loss),
    )  # fmt: skip
    staged = [stage.name for stage in stages for _ in seeds]
    return Runs(staged, *(value.to(torch.float64) / unit for value in found))


def curves(task: Task, name: str, seeds: Sequence[int] = SEEDS, seed: int = 0):
    """The `History` of the runs that `measured` draws the curves of."""
    examples, loud, width, stages = FLEETS[name]
    held, *_ = parts(task, examples, task.loud if loud else task.quiet, seed)
    return trained(task, held, width or task.small, stages, seeds)


def trained(
    task: Task, data: Data, width: int, stages, seeds, *, times: int = 1, drop: bool = False
):
    """A run for every stage and seed.

    Args:
        task: whose rule, learning rate and steps they take.
        data: to learn from and to be judged on.
        width: of the hidden layers; 0 for none.
        stages: what each seed is set up as.
        seeds: of first weights and order.
        times: so many times the steps.
        drop: half as many steps again, at a tenth of the learning rate.
    """
    hidden = [width] * task.hidden if width else []
    net = MLP((task.inputs, *hidden, task.classes or 1), activation=task.activation)
    rates = torch.tensor([task.lr * stage.lr for stage in stages for _ in seeds])
    sizes = [min(stage.batch, len(data.X)) for stage in stages for _ in seeds]
    steps = task.steps * times + (task.steps // 2 if drop else 0)
    looks = LOOKS * times + (LOOKS // 2 if drop else 0)
    marks = sorted({round(i * steps / looks) for i in range(looks + 1)})
    return fleet(
        net, data, task.rule, steps=steps, batch_size=sizes, every=marks,
        lr=lambda step: rates / 10 if drop and step >= task.steps else rates,
        seeds=[*seeds] * len(stages), loss=cross_entropy if task.classes else mean_squared_error,
    )  # fmt: skip


def parts(task: Task, examples: int, noise: float, seed: int) -> tuple[Data, Data, Data]:
    """The same examples with the held-out and with the fresh ones, and four times as many."""
    all_of = task.make(4 * examples, noise=noise, seed=seed, test_examples=HELD + FRESH)
    held, fresh = slice(0, HELD), slice(HELD, None)
    cuts = (examples, held), (examples, fresh), (4 * examples, fresh)
    return tuple(
        Data(all_of.X[:n], all_of.y[:n], all_of.X_test[part], all_of.y_test[part])
        for n, part in cuts
    )


def baseline(task: Task, y: Tensor) -> float:
    """The loss of who answers without looking: even chances, or the mean."""
    return math.log(task.classes) if task.classes else y.var(correction=0).item()


def _end(curve: Tensor) -> Tensor:
    """The mean of the last looks; inf where one is not finite."""
    last = curve[:, -LAST:].mean(1)
    return torch.where(last.isfinite(), last, torch.inf)

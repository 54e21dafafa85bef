"""Nets of a grid of settings, trained on data of several seeds: tables of learning curves.

Book: hyperparameters/halving
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import grid
from dlnotes.hyperparameters.spaces import Range, settings
from dlnotes.optimizers import sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP

SIZES, BATCH, UNIT = (64, 64, 10), 15, 10
UNITS = 27  # of budget that a full run has, each of `UNIT` steps
STEPS = UNIT * UNITS
RUNGS = (1, 3, 9, 27)
COUNTS = (12, 10)  # of the grid: learning rates, and values of the other hyperparameter
SEEDS = tuple(range(8))
DRAWN = 27  # settings that a halving begins with
PENALTY = 0.03  # L2, where the other hyperparameter is the warmup
RATES = Range(0.03, 3, "log")
TASKS = {
    "falling": {"lr": RATES, "weight_decay": Range(1e-3, 0.3, "log")},
    "steady": {"lr": RATES, "weight_decay": Range(1e-3, 0.3, "log")},
    "warmup": {"lr": RATES, "warmup": Range(0, 0.9)},
}


class Table(NamedTuple):
    """Shares of wrong answers of every setting of a grid.

    Attributes:
        choose: on the images that choose, after each of `RUNGS`, `(seeds, rungs, settings)`.
        report: on 600 others, at the end, `(seeds, settings)`.
    """

    choose: Tensor
    report: Tensor


def rate(task: str, lr: Tensor, warmup: Tensor, step: int) -> Tensor:
    """The learning rate of every run at a step, `(runs,)`."""
    fall = 1 - step / STEPS
    if task == "steady":
        return lr
    if task == "falling":
        return lr * fall
    climb = (step + 1) / (warmup * STEPS + 1)
    return lr * torch.minimum(climb, fall / (1 - warmup)).clamp(max=1)


def curves(task: str, seed: int, places: Sequence[int], units: Sequence[int]) -> tuple:
    """Errors of some settings on both parts of the images held out.

    Returns:
        after each of `units`, `(settings, units)`, on the images that choose; and at the end,
        `(settings,)`, on the others.
    """
    net, data = MLP(SIZES), few_digits(seed)
    seen = data._replace(X_test=data.X_test[:CHOOSE], y_test=data.y_test[:CHOOSE])
    drawn = settings(TASKS[task], grid(COUNTS)[list(places)])
    lr, warmup, decay = (
        torch.tensor([one.get(name, usual) for one in drawn], dtype=torch.float64)
        for name, usual in (("lr", 0), ("warmup", 0), ("weight_decay", PENALTY))
    )
    runs = fleet(
        net, seen, coupled(sgd), lr=lambda step: rate(task, lr, warmup, step),
        weight_decay=decay.tolist(), steps=STEPS, batch_size=BATCH, seeds=[seed] * len(drawn),
        every=[UNIT * unit for unit in units], progress=False,
    )  # fmt: skip

    def right(params: dict[str, Tensor]) -> Tensor:
        output = functional_call(net, params, (data.X_test[CHOOSE:],))
        return (output.argmax(-1) == data.y_test[CHOOSE:]).double().mean()

    return 1 - runs.test_accuracy.double(), 1 - vmap(right)(runs.params)


def table(task: str, seeds: Sequence[int] = SEEDS) -> Table:
    """The whole grid on data of several seeds."""
    places = range(COUNTS[0] * COUNTS[1])
    found = [curves(task, seed, places, RUNGS) for seed in seeds]
    parts = torch.stack([one.T for one, _ in found]), torch.stack([one for _, one in found])
    return Table(*(part.round(decimals=4) for part in parts))


def shown_places() -> list[int]:
    """Which settings of the grid the demo shows."""
    places = torch.randperm(COUNTS[0] * COUNTS[1], generator=seeded(3))[:DRAWN]
    return sorted(places.tolist())


def shown(task: str) -> Tensor:
    """The curves of the demo, `(27, 28)`: from the start to the end, a value each unit."""
    return curves(task, 0, shown_places(), range(UNITS + 1))[0]

"""Many nets for digits at many rates: budgets, momentum, and what a score depends on.

Book: learning_rates/two_limits
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import momentum, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP

BATCH, SEEDS = 32, tuple(range(5))
RATES = tuple(10 ** (-3.5 + step / 5) for step in range(21))
BUDGETS = (50, 200, 800, 3200)
LOW = 0.1  # the loss whose first step is looked for
LOOKS = tuple(sorted({round(3200 ** (k / 40)) for k in range(41)} | {*BUDGETS}))

RANDOM, RANDOM_RATES = 400, tuple(10 ** (-2 + step / 4) for step in range(9))

MOMENTA = (0.0, 0.5, 0.9, 0.99)
UNITS = tuple(10 ** (-1.4 + step / 8) for step in range(22))  # rate / (1 - momentum)
SETTINGS = (("he", 32), ("glorot", 32), ("he", 128))  # first weights, batch size
UNIT_STEPS = 400

FIVE_DECADES = tuple(10 ** (-4 + half / 2) for half in range(11))
WIDTHS, KEPT = (1, 4, 16, 64), (0.0, 0.5, 0.9, 0.95)
GRID_STEPS = 300


class Budgets(NamedTuple):
    """Runs of SGD at every rate and seed.

    Attributes:
        loss: on all training digits after each of `BUDGETS`, `(R, S, 4)`.
        first: the step at which it is down to `LOW`, `(R, S)`; infinite if it never is.
    """

    loss: Tensor
    first: Tensor


def _net(width: int = 64, init: str = "he") -> MLP:
    return MLP((64, width, width, 10), init=init)


@cache
def digits() -> Data:
    """1348 digits to train on, 449 to test on."""
    return datasets.digits(0)


@cache
def nonsense() -> Data:
    """400 digits with labels drawn at random: nothing to learn but by heart."""
    data = digits()
    y = torch.randint(0, 10, (RANDOM,), generator=seeded(0))
    return Data(data.X[:RANDOM], y, data.X[:RANDOM], y)


def _crossed(lrs: Sequence[float], seeds: Sequence[int]) -> dict[str, list]:
    return {"lr": [lr for lr in lrs for _ in seeds], "seeds": [*seeds] * len(lrs)}


def budgets(
    rates: Sequence[float] = RATES, seeds: Sequence[int] = SEEDS, looks: Sequence[int] = LOOKS
) -> Budgets:
    """What a rate reaches within a number of steps."""
    grid = _crossed(rates, seeds)
    last = max(looks)
    runs = fleet(
        MLP((64, 64, 10), init="he"), digits(), sgd, **grid, steps=last, batch_size=BATCH,
        every=looks,
    )  # fmt: skip
    losses = runs.train_loss.view(len(rates), len(seeds), -1)
    places = [list(looks).index(budget) for budget in BUDGETS if budget <= last]
    return Budgets(losses[..., places], first_below(losses, runs.updates, LOW))


def first_below(losses: Tensor, places: Tensor, level: float) -> Tensor:
    """Where a loss `(…, E)` first comes down to a level, between two places on log scales."""
    steps = places.double()
    under = losses <= level
    after = under.double().argmax(-1).clamp(min=1)
    before = after - 1
    high, low = (losses.gather(-1, at.unsqueeze(-1)).squeeze(-1).log() for at in (before, after))
    part = (high - torch.tensor(level).log()) / (high - low)
    found = (steps[before].log() + part * (steps[after].log() - steps[before].log())).exp()
    return torch.where(under.any(-1), found, torch.inf)


def memorized(rates: Sequence[float] = RANDOM_RATES, seeds: Sequence[int] = SEEDS) -> Tensor:
    """Share of random labels known by heart after each of `BUDGETS`, `(R, S, 4)`."""
    grid = _crossed(rates, seeds)
    runs = fleet(
        MLP((64, 64, 10), init="he"), nonsense(), sgd, **grid, steps=BUDGETS[-1],
        batch_size=BATCH, every=BUDGETS,
    )  # fmt: skip
    return runs.train_accuracy.view(len(rates), len(seeds), -1)[..., -len(BUDGETS) :]


def with_momentum(
    init: str, batch_size: int, units: Sequence[float] = UNITS, seeds: Sequence[int] = SEEDS
) -> Tensor:
    """Training loss at every momentum, unit and seed, `(M, U, S)`."""
    found = []
    for kept in MOMENTA:
        grid = _crossed([unit * (1 - kept) for unit in units], seeds)
        runs = fleet(
            MLP((64, 64, 10), init=init), digits(), momentum, **grid, momentum=kept,
            steps=UNIT_STEPS, batch_size=batch_size,
        )  # fmt: skip
        found.append(runs.train_loss[:, -1].view(len(units), len(seeds)))
    return torch.stack(found)


def grid(
    rates: Sequence[float] = FIVE_DECADES,
    widths: Sequence[int] = WIDTHS,
    seeds: Sequence[int] = SEEDS,
) -> Tensor:
    """Test accuracy of every rate, momentum, width and seed, `(R, K, W, S)`."""
    found = []
    for width in widths:
        columns = []
        for kept in KEPT:
            runs = fleet(
                _net(width), digits(), momentum, **_crossed(rates, seeds), momentum=kept,
                steps=GRID_STEPS, batch_size=BATCH,
            )  # fmt: skip
            score = torch.where(runs.losses[:, -1].isfinite(), runs.test_accuracy[:, -1], 0.1)
            columns.append(score.view(len(rates), len(seeds)))
        found.append(torch.stack(columns, 1))
    return torch.stack(found, 2)

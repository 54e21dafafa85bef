"""Real curves: three arms of points told apart, at rates from too small to too large.

`python -m dlnotes.sections.convergence.loss_curves.experiments` makes the record beside this file
anew.

Book: convergence/loss_curves
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.convergence.curves import SHAPES
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.loss_curves.arms import (
    POINTS,
    RUNS,
    STEPS,
    Seen,
    Setting,
    arms,
    beside_limit,
    run,
)
from dlnotes.sections.convergence.loss_curves.judging import (
    BATCHES,
    JUDGED_SEEDS,
    LONG,
    MORE,
    RATES,
    READ,
    TOL,
    cells,
    judge,
    lost,
    tasks,
)
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(8))


def recorded() -> dict[str, Seen]:
    """The runs of the demo, as they came with the book."""
    return {
        name: Seen(*map(unpacked, each)) for name, each in RECORD.found["values"]["runs"].items()
    }


# ---- the edge of stability -----------------------------------------------------------------------
class Edge(NamedTuple):
    """What full-batch runs do, a number a seed.

    Attributes:
        rises: the part of the steps that raise the loss, by 0.01% or more.
        left: the last loss as a part of the first.
        leap: the highest ratio of a loss to the lowest before it.
    """

    rises: list[float]
    left: list[float]
    leap: list[float]


def edge(lr: float, seeds: Sequence[int] = SEEDS, steps: int = 1000) -> Edge:
    """The three arms, all points in every step, at one learning rate."""
    net, data = arms()
    losses = fleet(net, data, sgd, lr=lr, steps=steps, seeds=list(seeds), every=0).losses
    before, after = losses[:, :-1], losses[:, 1:]
    lowest = before.cummin(1).values
    return Edge(
        (after > 1.0001 * before).double().mean(1).tolist(),
        (losses[:, -1] / losses[:, 0]).tolist(),
        (after / lowest).amax(1).tolist(),
    )


def held() -> list[float]:
    """The recorded sharpness at 1.0 over 2 / η, a mean from step 20 to 400, one a seed."""
    return unpacked(RECORD.found["values"]["limit"])[:, 1:].mean(1).tolist()


# ---- the loss in another unit --------------------------------------------------------------------
def rescaled(
    rule, lr: float, factor: float, *, divide: float = 1.0, task: str = "arms"
) -> list[float]:
    """How far the last of 50 losses is off when the loss is multiplied, as a part of it; 5 seeds.

    Args:
        rule: such as `sgd`.
        lr: learning rate of the run that it is compared with.
        factor: what the loss is multiplied by.
        divide: what the learning rate is divided by.
        task: a name in `tasks()`.
    """
    net, data = tasks()[task]

    def last(rate: float, by: float) -> Tensor:
        loss = {"loss": lambda output, y: by * cross_entropy(output, y)}
        found = fleet(net, data, rule, lr=rate, steps=50, seeds=list(range(5)), every=0, **loss)
        return found.losses[:, -1] / by

    return (last(lr / divide, factor) / last(lr, 1.0) - 1).abs().tolist()


# ---- during an epoch and after it ----------------------------------------------------------------
class Epoch(NamedTuple):
    """The first epoch, a number a seed: the mean while it trains, and two losses at its end."""

    during: list[float]
    after: list[float]
    validation: list[float]


def first_epoch(seeds: Sequence[int] = range(5)) -> Epoch:
    """A 64-64-10 net that sees 1000 digits once, 10 a step, at 0.1."""
    digits = datasets.digits(0, standardized=False)
    data = Data(digits.X[:1000], digits.y[:1000], digits.X_test, digits.y_test)
    found = fleet(MLP((64, 64, 10)), data, sgd, lr=0.1, steps=100, batch_size=10, seeds=list(seeds))
    return Epoch(
        found.losses.mean(1).tolist(), found.train_loss[:, -1].tolist(),
        found.test_loss[:, -1].tolist(),
    )  # fmt: skip


# ---- the same net, other batches -----------------------------------------------------------------
def spread(batch_size: int, draws: int = 4000) -> float:
    """Standard deviation of the batch loss of one untrained net, batches drawn with replacement."""
    net, data = arms()
    each = torch.stack(
        [cross_entropy(net(x[None]), y[None]) for x, y in zip(*data[:2], strict=True)]
    )
    rows = torch.randint(POINTS, (draws, batch_size), generator=torch.Generator().manual_seed(0))
    return each.detach()[rows].mean(1).std().item()


# ---- the reader, judged --------------------------------------------------------------------------
def table(by: str, batches: Sequence[int] = BATCHES) -> dict[str, dict[str, int]]:
    """What it looked like -> what came -> how many of the judged runs.

    Args:
        by: "batch" or "full", where one looked.
        batches: the batch sizes that count.
    """
    settings, counts = cells(), {shape: Counter() for shape in SHAPES}
    for found in RECORD.found["values"]["judged"].values():
        for setting, said, truth in zip(settings, found[by], found["truth"], strict=True):
            if setting.batch in batches:
                counts[SHAPES[said]][SHAPES[truth]] += 1
    return {said: {truth: count[truth] for truth in SHAPES} for said, count in counts.items()}


def right(counts: dict[str, dict[str, int]]) -> float:
    """The part of a table in which came what it looked like."""
    return sum(counts[shape][shape] for shape in SHAPES) / sum(
        sum(row.values()) for row in counts.values()
    )


class Bounces(NamedTuple):
    """Runs whose batch loss bounces at step 400; `helped`: a tenth of the rate ends lower by 5%.

    Attributes:
        both: those whose loss on all data bounces too.
        both_helped: how many of them.
        alone: those whose loss on all data does not.
        alone_helped: how many of them.
    """

    both: int
    both_helped: int
    alone: int
    alone_helped: int


def bounces(batches: Sequence[int], task: str | None = None) -> Bounces:
    """Counted over the judged runs with these batch sizes, of one task or of all."""
    found = Counter()
    for name, each in RECORD.found["values"]["judged"].items():
        if task not in (None, name):
            continue
        parts = (each[part] for part in ("batch", "full", "lower"))
        for setting, said, full, lower in zip(cells(), *parts, strict=True):
            if setting.batch in batches and SHAPES[said] == "bounce":
                found[SHAPES[full] == "bounce", lower] += 1
    return Bounces(
        *(n for on in (True, False) for n in (found[on, 0] + found[on, 1], found[on, 1]))
    )


def by_task(batches: Sequence[int]) -> tuple[list[float], list[float]]:
    """The two shares that `bounces` helps, task by task, of the tasks in which any bounce."""
    each = [bounces(batches, name) for name in RECORD.found["values"]["judged"]]
    some = [one for one in each if one.both and one.alone]
    return [o.both_helped / o.both for o in some], [o.alone_helped / o.alone for o in some]


class Leaps(NamedTuple):
    """Full-batch runs, and how many of them were lost by step 600.

    Attributes:
        leapt: those whose loss leapt to so many times its lowest by step 400.
        lost: how many of them.
        calm: the others.
        calm_lost: how many of them.
    """

    leapt: int
    lost: int
    calm: int
    calm_lost: int


def leapt(judged: dict[str, list], least: float = 2.0) -> list[tuple[Setting, bool, bool]]:
    """Full-batch runs of one task: their setting, whether they leapt, whether they were lost.

    A leap is `least` times the lowest before; beyond all numbers it is recorded as `None`.
    """
    runs = zip(cells(), judged["leap"], judged["truth"], strict=True)
    return [
        (setting, leap is None or not leap < least, SHAPES[truth] == "runaway")
        for setting, leap, truth in runs
        if setting.batch == POINTS
    ]


def after_leaps(least: float = 2.0) -> Leaps:
    """Counted over the judged runs, a leap being `least` times the lowest before."""
    runs = [run for each in RECORD.found["values"]["judged"].values() for run in leapt(each, least)]
    sides = [[away for _, up, away in runs if up == side] for side in (True, False)]
    return Leaps(*(n for side in sides for n in (len(side), sum(side))))


def at_length() -> dict[str, int]:
    """Runs that leapt, lost by step 600 and back by step 3000: `slow`; the reverse: `late`."""
    values, found = RECORD.found["values"], Counter()
    for name, each in values["judged"].items():
        early = [away for _, up, away in leapt(each) if up]
        found.update(zip(early, map(bool, values["later"][name]), strict=True))
    return {"slow": found[True, False], "late": found[False, True]}


# ---- the record ----------------------------------------------------------------------------------
def everything() -> dict:
    """The runs of the demo, the judged ones, and what becomes of those that leapt."""
    judged = {name: judge(*task, cells()) for name, task in tasks().items()}
    high = {name: [run for run, up, _ in leapt(each) if up] for name, each in judged.items()}
    return {
        "runs": {name: list(run(setting)) for name, setting in RUNS.items()},
        "limit": beside_limit(1.0, SEEDS),
        "judged": judged,
        "later": {name: lost(*task, high[name]) for name, task in tasks().items()},
    }


def _piece(name: str, steps: int) -> tuple[Tensor, Tensor]:
    again, kept = run(RUNS[name], steps), recorded()[name]
    return again.batch, kept.batch[: steps + 1]


def _judged_piece() -> tuple[Tensor, Tensor]:
    """The verdicts on some calm runs, anew and recorded."""
    calm = cells(rates=(0.03, 0.1, 0.3), batches=(5, 100), seeds=(3,))
    again = judge(*tasks()["blobs"], calm)
    kept, places = RECORD.found["values"]["judged"]["blobs"], [cells().index(one) for one in calm]
    parts = ("batch", "full", "truth", "lower")
    return (
        torch.tensor([again[part] for part in parts]),
        torch.tensor([[kept[part][at] for at in places] for part in parts]),
    )


RECORD = Record(
    __file__,
    make=everything,
    settings={
        "runs": RUNS, "points": POINTS, "steps": STEPS, "rates": RATES, "batches": BATCHES,
        "seeds": JUDGED_SEEDS, "read": READ, "more": MORE, "tol": TOL, "long": LONG,
    },
    pieces={
        "even": partial(_piece, "even", 200),
        "noisy": partial(_piece, "noisy", 200),
        "spike": partial(_piece, "spike", 20),  # later a last bit decides
        "judged": _judged_piece,
    },
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

"""One epoch a rate in four orders, sweeps of three rules on eight tasks, and range tests.

`python -m dlnotes.sections.learning_rates.range_test.experiments` makes the record beside this
file anew; it takes ten minutes.

Book: learning_rates/range_test
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.decay import exponential
from dlnotes.learning_rates.range_test import RangeTest, grown, range_test, suggest
from dlnotes.optimizers import adam, momentum, sgd
from dlnotes.sections.learning_rates.range_test.tasks import (
    CHOOSING,
    PLAIN,
    RAW,
    TASKS,
    Setting,
    digits,
)
from dlnotes.training.fleet import fleet
from dlnotes.training.history import History
from dlnotes.training.nets.losses import accuracy
from dlnotes.training.records import Record, unpacked
from dlnotes.training.sweeps import Sweep, sweep

SEEDS, STEPS, BATCH = tuple(range(5)), 600, 25
TRIALS = tuple(range(20))  # of range tests, some of which go astray
NETS = tuple(range(8))  # of what is cheap
EPOCH = 1000 // BATCH  # batches

# One epoch a rate

EPOCHS = 12
LADDER = tuple(float(f"{10 ** (-3 + 3 * k / (EPOCHS - 1)):.3g}") for k in range(EPOCHS))
ORDERS = {  # name -> which rate each epoch gets
    "rising": tuple(range(EPOCHS)),
    "falling": tuple(range(EPOCHS))[::-1],
    "shuffled": tuple(torch.randperm(EPOCHS, generator=seeded(0)).tolist()),
}


def one_net(order: Sequence[int], seeds: Sequence[int] = NETS) -> Tensor:
    """Training loss of one net before its first epoch and after each, `(S, 13)`."""

    def rate(step: int) -> float:
        return LADDER[order[step // EPOCH]]

    setting = {"steps": EPOCH * len(order), "batch_size": BATCH, "every": EPOCH}
    return fleet(PLAIN, digits(), sgd, lr=rate, seeds=list(seeds), **setting).train_loss


def fresh_nets(seeds: Sequence[int] = NETS) -> Tensor:
    """Training loss before and after one epoch, a new net for each rate, `(S, 12, 2)`."""
    rates = [rate for rate in LADDER for _ in seeds]
    setting = {"steps": EPOCH, "batch_size": BATCH, "every": EPOCH}
    runs = fleet(PLAIN, digits(), sgd, lr=rates, seeds=list(seeds) * EPOCHS, **setting)
    return runs.train_loss.view(EPOCHS, len(seeds), 2).transpose(0, 1)


def fell(order: str) -> Tensor:
    """How much the loss fell in each rate's epoch, in the order of the rates, `(S, 12)`."""
    losses = orders()[order]
    if order == "fresh":
        return losses[..., 0] - losses[..., 1]
    falls = torch.empty(len(losses), EPOCHS, dtype=losses.dtype)
    falls[:, list(ORDERS[order])] = losses[:, :-1] - losses[:, 1:]
    return falls


def picked(order: str) -> list[float]:
    """The rate whose epoch brings the largest fall, for every seed."""
    return [LADDER[place] for place in fell(order).argmax(1)]


def picked_lowest(order: str) -> list[float]:
    """The rate after whose epoch the loss is lowest, for every seed."""
    return [LADDER[ORDERS[order][epoch]] for epoch in orders()[order][:, 1:].argmin(1)]


@cache
def orders() -> dict[str, Tensor]:
    """The recorded losses of every order; `"fresh"`: `(S, 12, 2)`."""
    return {name: unpacked(values) for name, values in RECORD.found["values"]["orders"].items()}


# Sweeps and guesses

QUARTERS = {"sgd": range(-12, 7), "momentum": range(-16, 5), "adam": range(-20, 1)}
FAR = {"bytes": range(-24, -3), "dim": range(-8, 5)}  # what SGD needs there
RULES = {"sgd": (sgd, {}), "momentum": (momentum, {"momentum": 0.9}), "adam": (adam, {})}
GUESSES = (0.1, 0.01, 0.001)


def swept(rule: str, task: str, seeds: Sequence[int] = SEEDS, rates: slice = slice(None)) -> Sweep:
    """Accuracy at every rate of the rule's grid, four rates a decade."""
    of, (kind, hyper) = (TASKS | RAW)[task], RULES[rule]
    lrs = [10 ** (quarter / 4) for quarter in FAR.get(task, QUARTERS[rule])][rates]
    setting = {"choose": CHOOSING, "steps": STEPS, "batch_size": of.batch_size}
    return sweep(of.net, of.data(), kind, lrs=lrs, seeds=seeds, **setting, **hyper)


@cache
def recorded(rule: str, task: str) -> Sweep:
    """The sweep that came with the book."""
    found = RECORD.found["values"]["sweeps"][rule][task]
    grid = FAR.get(task, QUARTERS[rule])
    lrs = torch.tensor([10 ** (quarter / 4) for quarter in grid], dtype=torch.float64)
    return Sweep(lrs, SEEDS, unpacked(found["validation"]), unpacked(found["scores"]))


def regret(rule: str, task: str, lr: float) -> Tensor:
    """Points of test accuracy lost by a guess against the best rate of the sweep, `(S,)`."""
    scores = recorded(rule, task)
    return 100 * (scores.best - scores.at(lr))


def regrets(rule: str, lr: float) -> Tensor:
    """The mean regret of a guess on each of the eight tasks, `(8,)`."""
    return torch.stack([regret(rule, task, lr).mean() for task in TASKS])


# Range tests

LOW, HIGH, BATCHES = 1e-5, 100.0, 200
ADVICE = {  # what is read off a curve
    "steepest 1": {"by": "steepest", "width": 1},
    "steepest 11": {"by": "steepest", "width": 11},
    "steepest 31": {"by": "steepest", "width": 31},
    "lowest": {},
    "lowest / 4": {"divide": 4},
    "lowest / 10": {"divide": 10},
}
FIXED = "always 0.1"  # no test at all
READ = (*ADVICE, FIXED)


def tested(task: str, seeds: Sequence[int] = TRIALS, growth: str = "exponential") -> RangeTest:
    """A range test by SGD on a task."""
    of = (TASKS | RAW)[task]
    setting = {"low": LOW, "high": HIGH, "steps": BATCHES, "batch_size": of.batch_size}
    return range_test(of.net, of.data(), sgd, seeds=seeds, growth=growth, **setting)


@cache
def seen(task: str) -> RangeTest:
    """The range tests that came with the book."""
    losses = unpacked(RECORD.found["values"]["tests"][task]["losses"])
    return RangeTest(grown(LOW, HIGH, BATCHES), losses)


@cache
def seen_nets() -> RangeTest:
    """Those of eight nets on the digits."""
    return RangeTest(grown(LOW, HIGH, BATCHES), unpacked(RECORD.found["values"]["nets"]))


def advised(test: RangeTest) -> Tensor:
    """The rate of every advice and seed, `(6, S)`."""
    return torch.stack([suggest(*test, **advice) for advice in ADVICE.values()])


def followed(task: str, test: RangeTest, chosen: float, seeds: Sequence[int] = TRIALS) -> Tensor:
    """Test accuracy of runs that follow each advice of their own test; at 0.1; at `chosen`.

    Shape `(8, S)`: the runs of a column begin at the same weights and see the same batches.
    """
    of, rates = (TASKS | RAW)[task], advised(test)
    others = torch.tensor([[GUESSES[0]], [chosen]], dtype=rates.dtype)
    rates = torch.cat([rates, others.expand(-1, len(seeds))])
    setting = {"steps": STEPS, "batch_size": of.batch_size, "every": 0}
    names = list(seeds) * len(rates)
    runs = fleet(of.net, of.data(), sgd, lr=rates.flatten().tolist(), seeds=names, **setting)
    return _scored(of, runs, slice(CHOOSING, None)).view(rates.shape)


def _scored(of: Setting, runs: History, part: slice) -> Tensor:
    """Accuracy of every run on a part of the examples held out, `(runs,)`; 0 if it diverged."""
    X, y = of.data().X_test[part], of.data().y_test[part]
    scores = vmap(lambda params: accuracy(functional_call(of.net, params, (X,)), y))(runs.params)
    return torch.where(runs.losses[:, -1].isfinite(), scores.double(), 0.0)


def advice_regret(task: str) -> Tensor:
    """Points lost by every advice, and last by 0.1, each seed against its own run, `(7, S)`."""
    scores = unpacked(RECORD.found["values"]["tests"][task]["followed"])
    return 100 * (scores[-1] - scores[:-1])


# Two numbers at once

PEAKS = tuple(10 ** (quarter / 4) for quarter in range(-6, 3))
SHARES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.001)  # of the first rate that is left after the last step


class Pairs(NamedTuple):
    """Accuracy of every first rate and every share left, `(R, Q, S)`."""

    validation: Tensor
    scores: Tensor


def pairs(seeds: Sequence[int] = SEEDS, peaks: Sequence[float] = PEAKS) -> Pairs:
    """Digits with wrong labels, the rate falling exponentially."""
    grid = [(peak, share) for peak in peaks for share in SHARES for _ in seeds]
    peak, share = (torch.tensor(column, dtype=torch.float64) for column in zip(*grid, strict=True))
    rate = partial(exponential, lr=peak, gamma=share, every=STEPS)
    of = TASKS["wrong"]
    setting = {"steps": STEPS, "batch_size": of.batch_size, "every": 0}
    names = list(seeds) * (len(grid) // len(seeds))
    runs = fleet(of.net, of.data(), sgd, lr=rate, seeds=names, **setting)
    shape = (len(peaks), len(SHARES), len(seeds))
    parts = (slice(CHOOSING), slice(CHOOSING, None))
    return Pairs(*(_scored(of, runs, part).view(shape) for part in parts))


@cache
def paired() -> Pairs:
    """The pairs that came with the book."""
    return Pairs(*(unpacked(values) for values in RECORD.found["values"]["pairs"].values()))


# The record


def all_runs() -> dict[str, dict]:
    """Losses in every order, accuracies of every sweep, every range test and what follows it."""
    sweeps = {rule: {task: swept(rule, task) for task in TASKS} for rule in RULES}
    sweeps["sgd"] |= {task: swept("sgd", task) for task in RAW}
    tests = {task: tested(task) for task in TASKS | RAW}
    chosen = {task: sweeps["sgd"][task].chosen for task in tests}
    after = {task: followed(task, test, chosen[task]) for task, test in tests.items()}
    return {
        "orders": {name: one_net(order) for name, order in ORDERS.items()}
        | {"fresh": fresh_nets()},
        "sweeps": {
            rule: {
                task: {"validation": found.validation, "scores": found.scores}
                for task, found in of.items()
            }
            for rule, of in sweeps.items()
        },
        "tests": {task: {"losses": tests[task].losses, "followed": after[task]} for task in tests},
        "nets": tested("digits", NETS).losses,
        "pairs": pairs()._asdict(),
    }


def _first_epochs(order: str) -> tuple[Tensor, Tensor]:
    again = one_net(ORDERS[order][:3], SEEDS[:2])
    return again, orders()[order][:2, : again.shape[1]]


def _some_rates(rule: str, task: str, rates: slice) -> tuple[Tensor, Tensor]:
    again, kept = swept(rule, task, SEEDS[:1], rates), recorded(rule, task)
    both = (again.validation, again.scores), (kept.validation[rates, :1], kept.scores[rates, :1])
    return tuple(torch.cat(parts) for parts in both)


def _first_batches(task: str) -> tuple[Tensor, Tensor]:
    """Those before rounding decides."""
    part = slice(BATCHES // 2)
    return tested(task, SEEDS[:2]).losses[:, part], seen(task).losses[:2, part]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "seeds": SEEDS, "nets": NETS, "steps": STEPS, "batch": BATCH, "ladder": LADDER,
        "orders": ORDERS,
        "quarters": {name: [each.start, each.stop] for name, each in (QUARTERS | FAR).items()},
        "tasks": {name: [of.net.sizes, of.batch_size] for name, of in (TASKS | RAW).items()},
        "test": [LOW, HIGH, BATCHES], "trials": TRIALS, "advice": ADVICE,
        "peaks": PEAKS, "shares": SHARES,
    },
    pieces={
        "rising": partial(_first_epochs, "rising"),
        "sgd digits": partial(_some_rates, "sgd", "digits", slice(4, 10, 4)),
        "adam linear": partial(_some_rates, "adam", "linear", slice(4, 13, 4)),
        "test digits": partial(_first_batches, "digits"),
        "test spirals": partial(_first_batches, "spirals"),
    },
    rtol=5e-3,
    atol=0.0051,  # two digits of 400 may differ
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

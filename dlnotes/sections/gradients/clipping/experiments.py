"""What clipping and weight decay do to a recurrent net: a sweep too long for a page.

`python -m dlnotes.sections.gradients.clipping.experiments` makes the record beside this file anew.

Book: gradients/clipping
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.sections.gradients.clipping.memory import Arm, Runs, spectral_radius, train
from dlnotes.training.records import Record, unpacked

TUNING, SEEDS = (100, 101, 102), tuple(range(5))  # settings are chosen on the first
STEPS, LAST = 2000, 200  # steps, and how many of the last make the loss at the end
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
BOUNDS = (3.0, 1.0, 0.3, 0.1)
PLAIN = [Arm(lr) for lr in (0.005, 0.007, 0.01, 0.014, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.5)]
CLIPPED = [Arm(lr, bound) for lr in RATES for bound in BOUNDS]
DECAYS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)
LONG_LEVEL, SHORT_LEVEL = 0.4, 0.05
DECAY_RATES = (0.01, 0.02, 0.05)
SHORT_SCALE = 1.4  # the short memory starts above 1, which it does not need
EVERY = 10  # steps that share one number of a curve
SHORT_PIECE = 60


class Table(NamedTuple):
    """A row an arm, a column a seed.

    Attributes:
        end: mean loss of the last 200 steps.
        met: largest gradient.
        late: largest gradient of the second half.
        before: largest gradient until the level was reached.
        usual: median length of the gradient.
        active: share of the steps at which the bound shortened the gradient.
        reached: the step at which the level was reached, inf for never.
        then: spectral radius at that step, or at the end.
        radius: spectral radius at the end.
    """

    end: Tensor
    met: Tensor
    late: Tensor
    before: Tensor
    usual: Tensor
    active: Tensor
    reached: Tensor
    then: Tensor
    radius: Tensor


def table(arms: list[Arm], runs: Runs) -> Table:
    """What is kept of runs."""
    bound = torch.tensor([arm.bound for arm in arms], dtype=torch.float64).view(-1, 1)
    steps = torch.arange(1, len(runs.loss) + 1).view(-1, 1, 1)
    before = torch.where(steps <= runs.reached, runs.length, 0.0).amax(0)
    return Table(
        runs.loss[-LAST:].mean(0), runs.length.amax(0), runs.length[len(steps) // 2 :].amax(0),
        before, runs.length.median(0).values, (runs.length > bound).double().mean(0),
        runs.reached, runs.radius, spectral_radius(runs.ends),
    )  # fmt: skip


def best(end: Tensor) -> int:
    """The row with the lowest mean loss, runs that flew off counting as infinitely bad."""
    return int(torch.nan_to_num(end.mean(1), nan=math.inf).argmin())


# ---- the record ---------------------------------------------------------------------------------
def all_runs() -> dict[str, dict]:
    """Two tunings, the chosen arms anew, and weight decay on a long and on a short memory."""
    tuned = {}
    for name, arms in (("plain", PLAIN), ("clipped", CLIPPED)):
        tuned[name] = table(arms, train(arms, TUNING, STEPS))._asdict()
    plain, clipped = PLAIN[best(tuned["plain"]["end"])], CLIPPED[best(tuned["clipped"]["end"])]
    chosen = [plain, Arm(clipped.lr), clipped]
    runs = train(chosen, SEEDS, STEPS)
    arms = [Arm(lr, decay=decay) for lr in DECAY_RATES for decay in DECAYS]
    long = table(arms, train(arms, SEEDS, STEPS, level=LONG_LEVEL))
    brief = train(arms, SEEDS, STEPS, short=True, scale=SHORT_SCALE, level=SHORT_LEVEL)
    short = table(arms, brief)
    curves = {
        "length": runs.length.unfold(0, EVERY, EVERY).amax(-1),
        "loss": _means(runs.loss),
    }  # fmt: skip
    return tuned | {
        "chosen": [list(arm[:2]) for arm in chosen], "anew": table(chosen, runs)._asdict(),
        "curves": curves, "long": long._asdict(), "short": short._asdict(),
    }  # fmt: skip


def _means(loss: Tensor) -> Tensor:
    return loss.unfold(0, EVERY, EVERY).mean(-1)


def recorded(part: str) -> Table:
    """A table that came with the book.

    Args:
        part: `"plain"`, `"clipped"`: tuning, rows as `PLAIN` and `CLIPPED`; `"anew"`: plain at its
            own rate, plain at that of the clipped run, clipped, from other seeds; `"long"`,
            `"short"`: weight decay, rate by rate, in each the `DECAYS`.
    """
    return Table(*(unpacked(values) for values in RECORD.found["values"][part].values()))


def _piece() -> tuple[Tensor, Tensor]:
    """The first losses of the runs that were made anew, once more and recorded."""
    again = _means(train(chosen(), SEEDS, SHORT_PIECE).loss)
    return again, unpacked(RECORD.found["values"]["curves"]["loss"])[: len(again)]


def chosen() -> list[Arm]:
    """Plain at its own rate, plain at the rate of the clipped run, clipped."""
    found = RECORD.found["values"]["chosen"]
    return [Arm(lr, math.inf if bound is None else bound) for lr, bound in found]


class Decayed(NamedTuple):
    """A task at one weight decay, its learning rate the best for it; lists have a number a seed.

    Attributes:
        end: loss.
        before: largest gradient until the level was reached.
        late: largest gradient of the second half.
        then: spectral radius when the level was reached, or at the end.
        radius: spectral radius at the end.
    """

    end: list[float]
    before: list[float]
    late: list[float]
    then: list[float]
    radius: list[float]


def decayed(memory: str, decay: float) -> Decayed:
    """The recorded runs of a `"long"` or a `"short"` memory at one of `DECAYS`."""
    found = recorded(memory)
    rows = [i * len(DECAYS) + DECAYS.index(decay) for i in range(len(DECAY_RATES))]
    row = rows[best(found.end[rows])]
    return Decayed(*(getattr(found, name)[row].tolist() for name in Decayed._fields))


def learned() -> Tensor:
    """Spectral radii when the long memory was learned, of every run that did learn it."""
    found = recorded("long")
    return found.then[found.reached.isfinite()]


def seldom(lr: float = 0.05, bound: float = 3.0) -> tuple[float, float]:
    """Share of the steps that met a bound, and the loss, both on average over the tuning seeds."""
    found, row = recorded("clipped"), CLIPPED.index(Arm(lr, bound))
    return found.active[row].mean().item(), found.end[row].mean().item()


def widest(name: str, within: float = 1.3, rates: Sequence[float] | None = None) -> float:
    """From the lowest to the highest rate whose loss is within 1.3 times the best: the factor.

    Args:
        name: `"plain"`, or `"clipped"` at the bound that was chosen.
        within: how many times the best loss.
        rates: the only ones looked at; `None` looks at all.
    """
    arms = {"plain": PLAIN, "clipped": CLIPPED}[name]
    rows = [i for i, arm in enumerate(arms) if arm.bound in (math.inf, chosen()[-1].bound)]
    rows = [i for i in rows if rates is None or arms[i].lr in rates]
    ends = torch.nan_to_num(recorded(name).end[rows].mean(1), nan=math.inf)
    fine = [arms[row].lr for row, end in zip(rows, ends, strict=True) if end < within * ends.min()]
    return fine[-1] / fine[0]


def curves() -> dict[str, Tensor]:
    """`"length"`, the largest of every 10 steps, and mean `"loss"`: `(steps / 10, 3, seeds)`."""
    return {name: unpacked(values) for name, values in RECORD.found["values"]["curves"].items()}


SETTINGS = {
    "tuning": TUNING, "seeds": SEEDS, "steps": STEPS, "rates": RATES, "bounds": BOUNDS,
    "plain": [arm.lr for arm in PLAIN], "decays": DECAYS, "decay_rates": DECAY_RATES,
    "scale": SHORT_SCALE, "levels": [LONG_LEVEL, SHORT_LEVEL],
}  # fmt: skip
RECORD = Record(__file__, all_runs, SETTINGS, {"curves": _piece})

if __name__ == "__main__":
    RECORD.write()

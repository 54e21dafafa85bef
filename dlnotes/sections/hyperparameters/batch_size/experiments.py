"""Batches against rates on digits: three budgets, two optimizers, and the noise of the gradient.

`python -m dlnotes.sections.hyperparameters.batch_size.experiments` makes the record beside this
file anew; it takes three to four minutes.

Book: hyperparameters/batch_size
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.hyperparameters.noise_scale import Tradeoff, fitted
from dlnotes.sections.hyperparameters.batch_size import runs
from dlnotes.sections.hyperparameters.batch_size.runs import ARMS, BATCHES, ENDS, SEEDS
from dlnotes.training.records import Record, unpacked

ALONG = {  # name -> wrong labels, rate of the descent on all examples, the loss to reach
    "clean": (0.0, 2.0, 0.2),
    "clean slow": (0.0, 0.5, 0.2),
    "wrong": (0.15, 1.0, 0.9),
}


class Arm(NamedTuple):
    """What one optimizer made of every batch and rate.

    Attributes:
        batches: B of them.
        rates: R learning rates, growing.
        reached: steps to the loss, `(B, R, S)` with S seeds; NaN where it was not reached.
        epochs: accuracy after 4 epochs, on the images that choose and on those that report,
            `(2, B, R, S)`.
        steps: after 50 steps, likewise.
    """

    batches: tuple[int, ...]
    rates: Tensor
    reached: Tensor
    epochs: Tensor
    steps: Tensor


def recorded(name: str) -> Arm:
    """An arm that came with the book, a name in `ARMS`."""
    found = RECORD.found["values"]["arms"][name]
    rates = torch.tensor([2.0**power for power in ARMS[name][3]], dtype=torch.float64)
    parts = [unpacked(found[part]) for part in ("reached", "epochs", "steps")]
    return Arm(tuple(ARMS[name][2]), rates, *parts)


def chosen(scores: Tensor) -> Tensor:
    """The place of the best rate for every batch, by the images that choose: `(B,)`."""
    return scores[0].nan_to_num(0.0).mean(-1).argmax(-1)


def reported(scores: Tensor, places: Tensor) -> Tensor:
    """Accuracy on the other images at one rate for every batch, `(B, S)`."""
    return torch.stack([row[int(place)] for row, place in zip(scores[1], places, strict=True)])


def fastest(reached: Tensor) -> tuple[Tensor, Tensor]:
    """The rate with the fewest steps for every batch, and its steps: `(B,)`, `(B, S)`."""
    places = reached.nan_to_num(torch.inf).mean(-1).argmin(-1)
    return places, torch.stack([row[int(at)] for row, at in zip(reached, places, strict=True)])


def fit(name: str) -> Tradeoff:
    """The trade-off that the fewest steps of an arm follow."""
    arm = recorded(name)
    return fitted(torch.tensor(arm.batches), fastest(arm.reached)[1].mean(1))


def ruled(arm: Arm, base: int, power: float, scores: Tensor) -> Tensor:
    """Accuracy where the rate follows a rule from the best one at a batch, `(B, S)`.

    Args:
        arm: what was trained.
        base: the batch that is tuned.
        power: of the batch that the rate grows with: 1 linear, 1/2 the root, 0 not at all.
        scores: `arm.epochs` or `arm.steps`.
    """
    start = arm.rates[chosen(scores)[arm.batches.index(base)]]
    wanted = torch.tensor([start * (size / base) ** power for size in arm.batches])
    places = (arm.rates.log()[None] - wanted.log()[:, None]).abs().argmin(1)
    return reported(scores, places)


def ends(name: str) -> dict[int, Tensor]:
    """Accuracy at equal training loss, each batch at its own rate: batch -> `(S,)`."""
    found = RECORD.found["values"]["ends"][name]
    scores = {size: unpacked(found[str(size)]) for size in ENDS[name][2]}  # (2, R, S)
    return {
        size: one[1, int(one[0].nan_to_num(0.0).mean(-1).argmax())] for size, one in scores.items()
    }


def along(name: str) -> dict[str, Tensor]:
    """Noise scales on the way, a name in `ALONG`: first, mean and last, one a seed."""
    return {part: unpacked(found) for part, found in RECORD.found["values"]["along"][name].items()}


def gap(one: Tensor, other: Tensor) -> tuple[float, float]:
    """The 95% interval of a difference over seeds."""
    return interval((one - other).tolist())


def _made() -> dict:
    ends = {
        name: {
            str(size): torch.stack([runs.end(name, size, seed) for seed in SEEDS], -1)
            for size in plans
        }
        for name, (_, _, plans) in ENDS.items()
    }
    return {
        "arms": {name: runs.swept(name) for name in ARMS},
        "ends": ends,
        "along": {name: runs.many(*plan) for name, plan in ALONG.items()},
        "shown": runs.shown(),
    }


def _column() -> tuple[Tensor, Tensor]:
    """One seed, one batch and the calm rates of the first arm; 0 where the loss was not reached."""
    again, kept, place = runs.column("clean", 32, 0), recorded("clean"), BATCHES.index(32)
    made = torch.cat([again["reached"][None], again["epochs"]])
    known = torch.cat([kept.reached[place, :, 0][None], kept.epochs[:, place, :, 0]])
    calm = slice(5)  # beyond, rounding grows: no two processors end alike
    return made[:, calm].nan_to_num(0.0), known[:, calm].nan_to_num(0.0)


def _noise() -> tuple[Tensor, Tensor]:
    """One seed's noise on the way."""
    plan = ALONG["clean"]
    found = runs.along(*plan, seed=0)[:, 1]
    kept = along("clean")
    return torch.stack([found[0], found.mean(), found[-1]]), torch.stack(
        [kept[part][0] for part in ("first", "mean", "last")]
    )


RECORD = Record(
    __file__,
    make=_made,
    settings={
        "sizes": runs.SIZES, "examples": runs.EXAMPLES, "seeds": SEEDS, "epochs": runs.EPOCHS,
        "steps": runs.STEPS, "shown": runs.SHOWN, "along": ALONG,
        "arms": {
            name: [rule, wrong, sizes, list(powers), level]
            for name, (rule, wrong, sizes, powers, level) in ARMS.items()
        },
        "ends": {
            name: [wrong, level, [[size, list(plan[0]), plan[1]] for size, plan in plans.items()]]
            for name, (wrong, level, plans) in ENDS.items()
        },
    },
    pieces={"column": _column, "noise": _noise},
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

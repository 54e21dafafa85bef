"""Batches against rates on digits: three budgets, two optimizers, and the noise of the gradient.

`python -m dlnotes.sections.hyperparameters.batch_size.experiments` makes the record beside this
file anew; it takes three minutes.

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

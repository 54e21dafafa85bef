"""The first so many of a ranking: what part of them is wrong, and what part of the wrong is there.

Book: hyperparameters/hard_examples
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.sections.hyperparameters.hard_examples.experiments import (
    EXAMPLES,
    RECORD,
    SHOWN_SHARES,
    SHOWN_TIMES,
    digits,
    wrong_rows,
)
from dlnotes.training.data.mislabeled import few_digits
from dlnotes.training.records import unpacked

BELL, LAST = SHOWN_TIMES.index(50), len(SHOWN_TIMES) - 1
SEEN = 12  # images that are shown


def taken_in(place: Tensor, taken: Tensor) -> Tensor:
    """Which places, 1 up to N, are among the first so many: 1 or 0."""
    return (place <= taken).to(torch.float64)


def wrong_part(wrong: Tensor, place: Tensor, taken: Tensor) -> Tensor:
    """What part of the first so many is wrong; `wrong` is 1 or 0, in the order of the ranking."""
    return (wrong * taken_in(place, taken)).sum() / taken


def found_part(wrong: Tensor, place: Tensor, taken: Tensor) -> Tensor:
    """What part of the wrong ones is among the first so many; 0 where none is wrong."""
    return (wrong * taken_in(place, taken)).sum() / wrong.sum().clamp(min=1.0)


@cache
def losses() -> Tensor:
    """Of the demo's nets, `(shares, times, 300)`."""
    return unpacked(RECORD.found["values"]["losses"])


def order(share: float, now: int) -> Tensor:
    """Rows, the largest loss first; of equals, the first."""
    return losses()[SHOWN_SHARES.index(share), now].argsort(descending=True, stable=True)


def labels(share: float) -> Tensor:
    """The labels given."""
    return digits((share, 0)).y


def wrong(share: float) -> Tensor:
    """1 where the label is wrong, else 0, `(300,)`."""
    return wrong_rows((share, 0)).double()


def images() -> list[str]:
    """Every image as 64 letters, from a for paper to q for ink."""
    gray = few_digits(0, EXAMPLES, 0.0, standardized=False, dtype=torch.float64).X
    levels = (16 * gray).round().long().tolist()
    return ["".join(chr(ord("a") + level) for level in row) for row in levels]

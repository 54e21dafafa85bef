"""Designs against a peak of known shape, and the same designs on a recorded table of nets.

`python -m dlnotes.sections.hyperparameters.grid_or_random.experiments` makes the record beside
this file anew; it takes two minutes.

Book: hyperparameters/grid_or_random
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import grid
from dlnotes.optimizers import sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SIZES, STEPS, WRONG = (64, 32, 10), 100, 0.15
SEEDS = tuple(range(8))
RATES = tuple(round(-3 + place / 5, 4) for place in range(21))  # powers of ten
DECAYS = (-7.0, -5.5, *(round(-4 + place / 3, 4) for place in range(16)))
DECADES = 4  # of each knob that a search covers
WINDOWS = 400  # places that a search may begin from, all with the best place inside
TRIALS = 25
NEAR = 0.01  # of accuracy: within that of the best counts as found


class Table(NamedTuple):
    """Accuracy of a net for every rate and decay, shape `(seeds, rates, decays)`.

    Attributes:
        choose: on the images that choose.
        report: on those that report.
    """

    choose: Tensor
    report: Tensor


def trained(seed: int, rates: Sequence[float] = RATES) -> Tensor:
    """Accuracies of one seed, `(2, rates, decays)`."""
    net, data = MLP(SIZES), few_digits(seed, wrong=WRONG)
    places = [(10**rate, 10**decay) for rate in rates for decay in DECAYS]
    lr, decay = map(list, zip(*places, strict=True))
    runs = fleet(
        net, data, coupled(sgd), lr=lr, weight_decay=decay, steps=STEPS,
        seeds=[seed] * len(places), every=0, progress=False,
    )  # fmt: skip

    def hits(params: dict[str, Tensor]) -> Tensor:
        return functional_call(net, params, (data.X_test,)).argmax(-1) == data.y_test

    right = vmap(hits)(runs.params).double().reshape(len(rates), len(DECAYS), -1)
    return torch.stack([right[..., :CHOOSE].mean(-1), right[..., CHOOSE:].mean(-1)])


@cache
def recorded() -> Table:
    """The table that came with the book."""
    return Table(*map(unpacked, RECORD.found["values"].values()))


def looked_up(table: Tensor, rate: Tensor, decay: Tensor) -> Tensor:
    """Accuracy between the entries of a table, linear along both axes; beyond its edge, the edge's.

    Args:
        table: shape `(S, rates, decays)`.
        rate: powers of ten, shape `(S, …)`.
        decay: powers of ten, shape `(S, …)`.
    """
    one, part = _place(RATES, rate)
    other, share = _place(DECAYS, decay)
    seed = torch.arange(len(table)).reshape(-1, *[1] * (rate.dim() - 1))
    low, high = (
        (1 - share) * table[seed, row, other] + share * table[seed, row, other + 1]
        for row in (one, one + 1)
    )
    return (1 - part) * low + part * high


def _place(axis: Sequence[float], values: Tensor) -> tuple[Tensor, Tensor]:
    """The entry before each value, and the part of the way to the next one."""
    ends = torch.tensor(axis, dtype=torch.float64)
    values = values.clamp(ends[0], ends[-1])
    before = torch.bucketize(values, ends, right=True).clamp(1, len(axis) - 1) - 1
    return before, (values - ends[before]) / (ends[before + 1] - ends[before])


RECORD = Record(
    __file__,
    make=lambda: Table(*torch.stack([trained(seed) for seed in SEEDS], 1))._asdict(),
    settings={
        "sizes": SIZES, "steps": STEPS, "wrong": WRONG, "seeds": SEEDS, "rates": RATES,
        "decays": DECAYS,
    },
    pieces={"rates": lambda: (trained(0, RATES[8:14:2]), torch.stack(recorded())[:, 0, 8:14:2])},
    atol=0.0026,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

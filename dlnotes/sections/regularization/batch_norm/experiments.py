"""The chapter's bench under batch norm: statistics of all images, of few, or of none.

`python -m dlnotes.sections.regularization.batch_norm.experiments` makes the record beside this
file anew; it takes three minutes.

Book: regularization/batch_norm
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.ghost_norm import ghost_norm
from dlnotes.sections.regularization.batch_norm.net import (
    DRAWN,
    DRIFT,
    HIDDEN,
    LIKE,
    NONE,
    normalizer,
    scores,
    settled,
    start,
    trained,
)
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.records import Record, unpacked

KINDS = (NONE, "150", "15", "5", "2", DRIFT, DRAWN)
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
LOOKS = (12, 25, 50, 100, 200, 400)  # steps after which a net may stop
SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}
PARTS = ("validation", "test", "train")


class Bench(NamedTuple):
    """Accuracies, each of shape `(rates, looks, seeds)`.

    Attributes:
        validation: on images that may choose a rate and a stop.
        test: on others.
        train: on the labels learned from, wrong ones included; evaluated like the others.
    """

    validation: Tensor
    test: Tensor
    train: Tensor

    @property
    def chosen(self) -> tuple[int, int]:
        """Places of the rate and the stop with the best mean validation accuracy."""
        place = int(self.validation.mean(-1).argmax())
        return divmod(place, self.validation.shape[1])

    def chosen_at(self, look: int) -> int:
        """The place of the rate with the best mean validation accuracy after one of the looks."""
        return int(self.validation[:, look].mean(-1).argmax())


def bench(
    kind: str,
    wrong: float,
    seeds: Sequence[int] = SEEDS,
    rates: Sequence[float] = RATES,
    looks: Sequence[int] = LOOKS,
) -> Bench:
    """Nets on 150 digits, for every rate and seed, looked at now and then."""
    found = [_of_seed(kind, wrong, seed, rates, looks) for seed in seeds]
    return Bench(*torch.stack(found, -1))


def _of_seed(kind: str, wrong: float, seed: int, rates, looks) -> Tensor:
    data = few_digits(seed, wrong=wrong)
    X, y = torch.cat([data.X_test, data.X]), torch.cat([data.y_test, data.y])
    parts = [CHOOSE, len(data.y_test) - CHOOSE, len(data.y)]
    seen = []
    for params in trained(kind, data, seed, rates, looks):
        right = scores(params, X, settled(kind, params, data.X)).argmax(-1) == y
        seen.append([part.double().mean(1) for part in right.split(parts, 1)])
    return torch.stack([torch.stack(one) for one in seen], -1)  # (parts, rates, looks)


def hidden_sums(seed: int = 0) -> Tensor:
    """What the hidden layer of a fresh net makes of the 150 images, normalized over all of them."""
    first = start(NONE, seed, 1)["first"][0].double()
    return ghost_norm(few_digits(seed, dtype=torch.float64).X @ first.T, 150)


def forgotten(seed: int) -> Tensor:
    """Test accuracy of a net that was trained on groups of 15, with other statistics each, `(3,)`.

    Those of the training images; of 15 test images in random order; of 15 in order of their class.
    """
    size, data = 15, few_digits(seed, wrong=0.0)
    *_, params = trained(str(size), data, seed, [0.003], [100])
    X, y = data.X_test[CHOOSE:], data.y_test[CHOOSE:]
    mixed, ordered = torch.randperm(len(y), generator=seeded(seed)), y.argsort(stable=True)

    def score(order: Tensor, normalize) -> Tensor:
        right = scores(params, X[order], normalize).argmax(-1) == y[order]
        return right.double().mean()

    groups = normalizer(str(size), seeded(seed))
    whole = score(mixed, settled(str(size), params, data.X))
    return torch.stack([whole, score(mixed, groups), score(ordered, groups)])


@cache
def recorded(kind: str, labels: str) -> Bench:
    """The runs that came with the book: one of `KINDS`; `"wrong"` or `"clean"`."""
    return Bench(*map(unpacked, RECORD.found["values"][labels][kind].values()))


def _piece(kind: str) -> tuple[Tensor, Tensor]:
    """Two rates of one seed, stopped early."""
    again = bench(kind, 0.15, SEEDS[:1], RATES[1:3], LOOKS[:3])
    kept = recorded(kind, "wrong")
    return torch.stack(again), torch.stack(kept)[:, 1:3, :3, :1]


RECORD = Record(
    __file__,
    make=lambda: {
        labels: {kind: bench(kind, LABELS[labels])._asdict() for kind in kinds}
        for labels, kinds in (("wrong", KINDS), ("clean", KINDS[:-1]))
    },
    settings={
        "hidden": HIDDEN, "like": LIKE, "kinds": KINDS, "rates": RATES, "looks": LOOKS,
        "seeds": SEEDS, "labels": LABELS, "parts": PARTS,
    },
    pieces={kind: partial(_piece, kind) for kind in KINDS},
    atol=0.004,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

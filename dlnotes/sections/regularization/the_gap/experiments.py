"""The chapter's bench under an L2 penalty, from none to far too strong; and the twins.

`python -m dlnotes.sections.regularization.the_gap.experiments` makes the record beside this file
anew; it takes three minutes.

Book: regularization/the_gap
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.regularization.weight_decay import coupled
from dlnotes.sections.regularization.the_gap import twins
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import accuracy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SIZES, LR, STEPS = (64, 256, 10), 0.003, 400
STRENGTHS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 1.0)
SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}
SHAKE = 1.0  # standard deviation of the noise on test pixels, in that of a pixel


class Bench(NamedTuple):
    """Accuracies, each of shape `(strengths, seeds)`.

    Attributes:
        train: on the labels learned from, wrong ones included.
        validation: on images that may choose a strength.
        test: on others.
        shaken: on the others with noise on their pixels.
        size: not an accuracy but the length of all parameters.
    """

    train: Tensor
    validation: Tensor
    test: Tensor
    shaken: Tensor
    size: Tensor

    @property
    def gap(self) -> Tensor:
        """Training accuracy less test accuracy, `(strengths, seeds)`."""
        return self.train - self.test

    @property
    def chosen(self) -> int:
        """The place of the strength with the best mean validation accuracy."""
        return int(self.validation.mean(1).argmax())


def bench(wrong: float, seeds: Sequence[int] = SEEDS, strengths=STRENGTHS) -> Bench:
    """Nets on 150 digits for every strength and seed; biases are penalized too."""
    net, columns = MLP(SIZES), []
    for seed in seeds:
        data = few_digits(seed, wrong=wrong)
        runs = fleet(
            net, data, coupled(adam), lr=LR, steps=STEPS, seeds=[seed] * len(strengths),
            weight_decay=list(strengths), every=0, progress=False,
        )  # fmt: skip
        X, y = data.X_test[CHOOSE:], data.y_test[CHOOSE:]
        noise = SHAKE * torch.randn(X.shape, generator=seeded(seed))
        asked = (
            (data.X, data.y), (data.X_test[:CHOOSE], data.y_test[:CHOOSE]), (X, y), (X + noise, y),
        )  # fmt: skip

        def score(params: dict[str, Tensor], asked=asked) -> Tensor:
            found = [accuracy(functional_call(net, params, (X,)), y) for X, y in asked]
            size = sum(param.square().sum() for param in params.values()).sqrt()
            return torch.stack([*found, size])

        columns.append(vmap(score)(runs.params).double())
    return Bench(*torch.stack(columns, 1).unbind(-1))


def all_twins(seeds: Sequence[int] = SEEDS) -> dict[str, dict[str, Tensor]]:
    """Size of the first layer, test accuracy and test loss at the end of `twins.KINDS`."""
    found = {}
    for kind in twins.KINDS:
        ends = [twins.trained(kind, seed) for seed in seeds]
        rows = [(run.size[-1].item(), run.accuracy, run.loss) for run in ends]
        names = ("size", "accuracy", "loss")
        found[kind] = dict(zip(names, torch.tensor(rows, dtype=torch.float64).T, strict=True))
    return found


def recorded_twins(kind: str) -> dict[str, Tensor]:
    """The same that came with the book, `(seeds,)` each."""
    return {name: unpacked(value) for name, value in RECORD.found["values"]["twins"][kind].items()}


def recorded(labels: str) -> Bench:
    """The runs that came with the book, `"wrong"` or `"clean"`."""
    return Bench(*map(unpacked, RECORD.found["values"][labels].values()))


def _piece() -> tuple[Tensor, Tensor]:
    """Two strengths of one seed."""
    again, kept = bench(0.15, SEEDS[:1], STRENGTHS[5:7]), recorded("wrong")
    return torch.stack(again[:4]), torch.stack(kept[:4])[:, 5:7, :1]


RECORD = Record(
    __file__,
    make=lambda: {
        **{name: bench(wrong)._asdict() for name, wrong in LABELS.items()}, "twins": all_twins(),
    },
    settings={
        "sizes": SIZES, "lr": LR, "steps": STEPS, "strengths": STRENGTHS, "seeds": SEEDS,
        "labels": LABELS, "shake": SHAKE,
        "twins": [twins.HIDDEN, twins.LR, twins.DECAY, twins.STEPS],
    },
    pieces={"bench": _piece},
    atol=0.005,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

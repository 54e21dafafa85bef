"""The chapter's bench with soft targets, alone and beside an L2 penalty; and mixup on two rings.

`python -m dlnotes.sections.regularization.soft_labels.experiments` makes the record beside this
file anew; it takes three minutes.

Book: regularization/soft_labels
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.calibration import Bins, binned, calibration_error, temperature
from dlnotes.regularization.soft_targets import smoothed
from dlnotes.sections.regularization.soft_labels.nets import scores, trained
from dlnotes.training.data.datasets import circles
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.losses import accuracy, cross_entropy
from dlnotes.training.records import Record, unpacked

SIZES, LR, STEPS = (64, 256, 10), 0.003, 400
SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}
USUAL = 0.1  # what most recipes set ε to
BINS = 10

HARD = tuple((0.0, 0.0, alpha) for alpha in (0.0, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2))
PENALTIES = (0.0, 0.01, 0.03, 0.1)
SMOOTH = tuple((eps, 0.0, alpha) for eps in (0.1, 0.2, 0.4, 0.6) for alpha in PENALTIES)
FINE = tuple((eps, 0.0, 0.0) for eps in (0.02, 0.05))
MIXED = tuple((0.0, spread, alpha) for spread in (0.2, 1.0, 4.0) for alpha in PENALTIES)
ARMS = HARD + FINE + SMOOTH + MIXED  # (ε, a, α)
SHOWN = ((0.0, 0.0, 0.0), (USUAL, 0.0, 0.0))  # in the bins of confidence
ALONE = tuple(arm for arm in sorted(HARD + FINE + SMOOTH) if not arm[2])

RINGS, SPREADS = {"sizes": (2, 32, 32, 2), "lr": 0.01, "steps": 400}, (0.0, 0.2, 1.0, 4.0)
NOISE = {"clear": 0.1, "blurred": 0.2}  # of the points on the rings


class Bench(NamedTuple):
    """What comes of every setting and seed, each of shape `(arms, seeds)`.

    Attributes:
        train: accuracy on the labels learned from, wrong ones included.
        validation: accuracy on images that may choose a setting.
        test: accuracy on others.
        confidence: on those, mean probability of the class that is chosen.
        error: calibration error on them.
        loss: cross-entropy on them.
        tau: temperature that the validation images choose.
        cooled: calibration error with it.
        cooled_loss: cross-entropy with it.
        chance: calibration error, with it, of a net that is right as often as it says.
        objective: the training loss that was descended on, without the penalty.
    """

    train: Tensor
    validation: Tensor
    test: Tensor
    confidence: Tensor
    error: Tensor
    loss: Tensor
    tau: Tensor
    cooled: Tensor
    cooled_loss: Tensor
    chance: Tensor
    objective: Tensor

    def at(self, *arm: float) -> int:
        """The place of a setting (ε, a, α)."""
        return ARMS.index(arm)

    def chosen(self, arms: Sequence[tuple]) -> int:
        """The place of the best mean validation accuracy among some settings."""
        places = [ARMS.index(arm) for arm in arms]
        return max(places, key=lambda place: self.validation[place].mean().item())


def bench(
    wrong: float, seeds: Sequence[int] = SEEDS, arms: Sequence[tuple] = ARMS
) -> tuple[Bench, dict[str, Bins]]:
    """Nets on 150 digits for every setting and seed.

    Args:
        wrong: the part of the training labels that is wrong.
        seeds: of data and nets.
        arms: settings (ε, a, α), with those of `SHOWN`.

    Returns:
        The numbers, and bins over the test images of all seeds: hard labels, the usual ε, and hard
        labels with their scores cooled by the temperature.
    """
    columns, said = [], {"hard": [], "smooth": [], "cooled": []}
    for seed in seeds:
        rows, scores_of, y = _seed(wrong, seed, arms)
        columns.append(rows.T)
        hard, smooth = (arms.index(arm) for arm in SHOWN)
        tau = rows[hard, Bench._fields.index("tau")]
        for name, found in (
            ("hard", scores_of[hard]), ("smooth", scores_of[smooth]),
            ("cooled", scores_of[hard] / tau),
        ):  # fmt: skip
            said[name].append(_confidence(found, y))
    bins = {name: binned(*map(torch.cat, zip(*each, strict=True))) for name, each in said.items()}
    return Bench(*torch.stack(columns, -1).unbind(0)), bins


def _seed(wrong: float, seed: int, arms: Sequence[tuple]) -> tuple[Tensor, list[Tensor], Tensor]:
    """Of one seed: a row of `Bench` for every setting, the test scores, and the test labels."""
    data = few_digits(seed, wrong=wrong)
    found = [None] * len(arms)
    for mixing in (False, True):
        places = [i for i, arm in enumerate(arms) if bool(arm[1]) is mixing]
        if places:
            own = [arms[i] for i in places]
            target = torch.stack([smoothed(data.y, 10, eps) for eps, _, _ in own])
            params = trained(
                data.X, target, sizes=SIZES, seed=seed, lr=LR, steps=STEPS,
                alpha=[alpha for _, _, alpha in own],
                spread=[spread for _, spread, _ in own] if mixing else (),
            )  # fmt: skip
            seen = (scores(params, X).double() for X in (data.X, data.X_test))
            for place, *each in zip(places, *seen, target, strict=True):
                found[place] = each
    rows = torch.tensor([_row(*each, data, seed) for each in found]).double()
    return rows, [held[CHOOSE:] for _, held, _ in found], data.y_test[CHOOSE:]


def _row(seen: Tensor, held: Tensor, target: Tensor, data, seed: int) -> list[float]:
    choose, report = (held[:CHOOSE], data.y_test[:CHOOSE]), (held[CHOOSE:], data.y_test[CHOOSE:])
    tau = temperature(*choose)
    confidence, right = _confidence(*report)
    cooled = _confidence(report[0] / tau, report[1])
    draws = torch.rand(20, len(right), generator=seeded(seed), dtype=torch.float64)
    chance = [calibration_error(cooled[0], draw < cooled[0], BINS) for draw in draws]
    objective = -(target * seen.log_softmax(-1)).sum(-1).mean()
    return [float(value) for value in (
        accuracy(seen, data.y), accuracy(*choose), right.double().mean(), confidence.mean(),
        calibration_error(confidence, right, BINS), cross_entropy(*report), tau,
        calibration_error(*cooled, BINS), cross_entropy(report[0] / tau, report[1]),
        torch.stack(chance).mean(), objective,
    )]  # fmt: skip


def _confidence(found: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """How sure the net is of its answer, and whether it is right."""
    sure, answer = found.softmax(-1).max(-1)
    return sure, answer == y


def rings(noise: float, seeds: Sequence[int] = SEEDS) -> Tensor:
    """Test accuracy on a ring around a ring for every spread of mixup, `(spreads, seeds)`."""
    columns = []
    for seed in seeds:
        data = circles(100, noise, seed, test_examples=1000)
        hard, rows = smoothed(data.y, 2), []
        for spreads in (SPREADS[:1], SPREADS[1:]):
            params = trained(
                data.X, hard.expand(len(spreads), -1, -1), **RINGS, seed=seed,
                alpha=[0.0] * len(spreads), spread=spreads if any(spreads) else (),
            )  # fmt: skip
            rows += [accuracy(found, data.y_test) for found in scores(params, data.X_test)]
        columns.append(torch.stack(rows))
    return torch.stack(columns, 1).double()


def recorded(labels: str) -> Bench:
    """The runs that came with the book, `"wrong"` or `"clean"`."""
    return Bench(*map(unpacked, RECORD.found["values"][labels].values()))


def recorded_bins(labels: str) -> dict[str, Bins]:
    """The bins that came with the book."""
    found = RECORD.found["values"]["bins"][labels]
    return {name: Bins(*map(unpacked, each.values())) for name, each in found.items()}


def recorded_rings(kind: str) -> Tensor:
    """The rings that came with the book, `"clear"` or `"blurred"`."""
    return unpacked(RECORD.found["values"]["rings"][kind])


def _bench_piece() -> tuple[Tensor, Tensor]:
    """Four settings of one seed."""
    arms = (*SHOWN, (0.4, 0.0, 0.03), (0.0, 1.0, 0.03))
    again, kept = bench(0.15, SEEDS[:1], arms)[0], recorded("wrong")
    places = [kept.at(*arm) for arm in arms]
    return torch.stack(again[:6]), torch.stack(kept[:6])[:, places, :1]


def _rings_piece() -> tuple[Tensor, Tensor]:
    """All spreads of one seed."""
    return rings(NOISE["blurred"], SEEDS[:1]), recorded_rings("blurred")[:, :1]


def _all() -> dict:
    found = {name: bench(wrong) for name, wrong in LABELS.items()}
    return {
        **{name: numbers._asdict() for name, (numbers, _) in found.items()},
        "bins": {
            name: {kind: each._asdict() for kind, each in bins.items()}
            for name, (_, bins) in found.items()
        },
        "rings": {kind: rings(noise) for kind, noise in NOISE.items()},
    }


RECORD = Record(
    __file__,
    make=_all,
    settings={
        "sizes": SIZES, "lr": LR, "steps": STEPS, "seeds": SEEDS, "labels": LABELS, "arms": ARMS,
        "bins": BINS, "usual": USUAL, "rings": RINGS, "spreads": SPREADS, "noise": NOISE,
    },
    pieces={"bench": _bench_piece, "rings": _rings_piece},
    atol=0.003,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

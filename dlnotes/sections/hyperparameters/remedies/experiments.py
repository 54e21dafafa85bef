"""The table of remedies, sway and batch noise, moved test images, and the learning curve.

The record takes about seven minutes.

Book: hyperparameters/remedies
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.shift import told_apart
from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.remedies.bench import (
    ASKED,
    DEEP,
    EVEN,
    HEALTHY,
    ILL,
    JUMPING,
    LATE,
    REMEDIES,
    SEEDS,
    SWAYING,
    Cell,
    Late,
    cell,
    doses,
    evenly,
    late,
    swaying,
    trained,
    treated,
)
from dlnotes.sections.hyperparameters.remedies.nets import BATCH, digits, judged, scores, train
from dlnotes.training.data import datasets
from dlnotes.training.data.mislabeled import CHOOSE
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

COUNTS = (20, 40, 80, 160, 320, 640)
PASSES = 200  # over the images, where these are equal and not the steps
LABELS = {"right": 0.0, "wrong": 0.3}
SHIFTS = ("same", "moved", "corner", "renamed")


def shifts(seeds: Sequence[int] = SEEDS) -> dict[str, tuple[list[float], list[float]]]:
    """Test images as they are, moved, marked in a corner, and with two labels exchanged.

    Returns:
        Each of `SHIFTS` -> AUC of a classifier that tells them from the training images, and the
        accuracy of healthy nets on them, one a seed.
    """
    data, away = digits([HEALTHY], seeds), digits([HEALTHY._replace(away=True)], seeds)
    params = train(data, [HEALTHY], seeds)
    corner = data.held.clone()
    corner[..., 0, 0] += 0.5
    renamed = torch.where(data.y_held == 3, 8, torch.where(data.y_held == 8, 3, data.y_held))
    images = {"moved": away.held, "corner": corner}
    found = {}
    for name in SHIFTS:
        held = images.get(name, data.held)
        asked = data._replace(held=held, y_held=renamed if name == "renamed" else data.y_held)
        apart = [
            told_apart(X.flatten(1), other[CHOOSE:].flatten(1), seeded(seed))
            for X, other, seed in zip(data.X, held, seeds, strict=True)
        ]
        found[name] = apart, judged(params, asked, HEALTHY).test.tolist()
    return found


def learning_curve(
    wrong: float, seeds: Sequence[int] = SEEDS, counts=COUNTS, passes: int | None = None
) -> Tensor:
    """Errors by number of images to learn from, on new ones and on these, `(2, counts, seeds)`.

    Args:
        wrong: part of the labels that is wrong.
        seeds: of data and nets.
        counts: of images.
        passes: over all images; without it, as many steps for each count.
    """
    errors = []
    for count in counts:
        setting = HEALTHY._replace(examples=count, wrong=wrong)
        if passes:
            setting = setting._replace(steps=passes * max(1, count // BATCH))
        found = trained([setting], seeds)[0]
        errors.append(1 - torch.stack([found.test, found.train]))
    return torch.stack(errors, 1)


def test_losses(seed: int = 0) -> Tensor:
    """The loss of a healthy net on each test image, `(600,)`."""
    data = digits([HEALTHY], (seed,))
    params = train(data, [HEALTHY], (seed,))
    found = scores(params, data.scaled(data.held)[:, CHOOSE:], HEALTHY)[0].detach().double()
    return -found.log_softmax(-1).gather(-1, data.y_held[0, CHOOSE:, None])[:, 0]


def bends(activation: str, seeds: Sequence[int] = SEEDS) -> Tensor:
    """Test accuracy on two moons with one hidden layer of this activation, `(seeds,)`."""
    net, data = MLP((2, 16, 2), activation=activation), datasets.moons(200, noise=0.15)
    runs = fleet(net, data, adam, lr=0.02, steps=300, seeds=list(seeds), every=None)
    return runs.test_accuracy[:, -1].double()


def line_through(counts: Sequence[int], errors: Tensor) -> tuple[float, float]:
    """The straight line in logarithms: error = a n⁻ᵖ.

    Returns:
        a and p.
    """
    x, y = torch.tensor(counts, dtype=torch.float64).log(), errors.log()
    p = -((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return (y.mean() + p * x.mean()).exp().item(), p.item()


def bench(seeds: Sequence[int] = SEEDS) -> dict[str, dict]:
    """Every remedy on every illness, and none."""
    found = {}
    for name, ill in ILL.items():
        none = trained([ill], seeds)[0]
        rows = {"none": {"train": none.train, "test": none.test}}
        for remedy in REMEDIES:
            runs = treated(ill, remedy, seeds) if doses(ill, remedy)[-1] != ill else [none] * 3
            rows[remedy] = cell(runs)._asdict()
        found[name] = rows
    return found


@cache
def recorded(ill: str, remedy: str) -> Cell:
    """A cell of the table that came with the book."""
    kept = RECORD.found["values"]["bench"][ill][remedy]
    return Cell(**{n: v if n == "place" else unpacked(v) for n, v in kept.items()})


@cache
def recorded_none(ill: str) -> dict[str, Tensor]:
    """Accuracies without a remedy, on what was learned and on test images; or of the sound nets.

    Args:
        ill: an illness; `"healthy"`, or `"deep"` with 3 hidden layers and the usual start.
    """
    values = RECORD.found["values"]
    kept = values[ill] if ill in ("healthy", "deep") else values["bench"][ill]["none"]
    return {name: unpacked(kept[name]) for name in ("train", "test")}


def recorded_late(name: str) -> Late:
    """The last steps of an illness that came with the book."""
    return Late(*map(unpacked, RECORD.found["values"]["late"][name].values()))


def recorded_sway(kind: str) -> tuple[Tensor, Tensor]:
    """Accuracy on what was learned and sway of healthy nets, `(rates, seeds)` each.

    Args:
        kind: `"plain"`, `"norm"` for batch norm, or `"l2"` for `SWAYING`.
    """
    kept = RECORD.found["values"]["sway"][kind]
    return unpacked(kept["train"]), unpacked(kept["sway"])


def recorded_curve(labels: str) -> Tensor:
    """The learning curve that came with the book, `(counts, seeds)`."""
    return unpacked(RECORD.found["values"]["curve"][labels])


def recorded_passes(labels: str) -> Tensor:
    """Mean test errors with equal passes, `(counts,)`."""
    return unpacked(RECORD.found["values"]["passes"][labels])


def recorded_by_heart() -> float:
    """Accuracy on the largest number of images, partly mislabeled, after equal passes."""
    return RECORD.found["values"]["by_heart"]


@cache
def recorded_even(ill: str, remedy: str) -> Tensor:
    """Test accuracy at the rate of the long grid that validation images choose, `(seeds,)`."""
    kept = RECORD.found["values"]["even"][ill][remedy]
    return unpacked(kept["test"])[int(unpacked(kept["validation"]).argmax())]


def gains(ill: str, remedy: str) -> Tensor:
    """What a remedy adds to the test accuracy, `(seeds,)`."""
    return recorded(ill, remedy).test - recorded_none(ill)["test"]


def gain(ill: str, remedy: str) -> tuple[float, float, float]:
    """Its mean and the ends of the 95% interval."""
    found = gains(ill, remedy).tolist()
    return sum(found) / len(found), *interval(found)


def spread(name: str, values: Tensor) -> dict[str, float]:
    """For a card: a mean, and with `_low` and `_high` its interval."""
    low, high = interval(values.tolist())
    return {name: values.mean().item(), f"{name}_low": low, f"{name}_high": high}


def told(*cells: tuple[str, str]) -> dict[str, float]:
    """For a card: what a remedy adds, as `ill_remedy`."""
    numbers = {}
    for ill, remedy in cells:
        numbers |= spread(f"{ill}_{remedy}", gains(ill, remedy))
    return numbers


def matched(*cells: tuple[str, str]) -> dict[str, float]:
    """For a card: the same, as `ill_remedy_even`, where both choose from the long grid of rates."""
    numbers = {}
    for ill, remedy in cells:
        apart = recorded_even(ill, remedy) - recorded_even(ill, "none")
        numbers |= spread(f"{ill}_{remedy}_even", apart)
    return numbers


def _cells() -> tuple[Tensor, Tensor]:
    """A cell of the table."""
    again = cell(treated(ILL["slow"], "higher")).test
    return again, recorded("slow", "higher").test


def _curve() -> tuple[Tensor, Tensor]:
    """The short end of the learning curve."""
    return learning_curve(0.0, counts=COUNTS[:2])[0], recorded_curve("right")[:2]


def _make() -> dict:
    sound = {"healthy": HEALTHY, "deep": DEEP}
    runs = {name: trained([setting])[0] for name, setting in sound.items()}
    passes = {n: learning_curve(w, passes=PASSES).mean(-1) for n, w in LABELS.items()}
    ills = ("slow", "narrow", "penalized", "hot")
    return {
        "bench": bench(),
        **{name: {"train": run.train, "test": run.test} for name, run in runs.items()},
        "even": evenly(),
        "late": {name: late(ILL[name])._asdict() for name in ills},
        "sway": swaying(),
        "curve": {name: learning_curve(wrong)[0] for name, wrong in LABELS.items()},
        "passes": {name: errors[0] for name, errors in passes.items()},
        "by_heart": 1 - passes["wrong"][1, -1].item(),
    }


RECORD = Record(
    __file__,
    make=_make,
    settings={
        "ill": {name: ill._asdict() for name, ill in ILL.items()}, "remedies": REMEDIES,
        "seeds": SEEDS, "jumping": JUMPING, "swaying": SWAYING._asdict(),
        "late": LATE, "asked": ASKED, "counts": COUNTS, "labels": LABELS,
        "passes": PASSES, "deep": DEEP._asdict(), "even": EVEN,
    },
    pieces={"cells": _cells, "curve": _curve},
    rtol=3e-3,
    atol=0.004,  # 2 of 600 images: sums in another order may tip a close call
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

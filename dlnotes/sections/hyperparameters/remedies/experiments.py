"""The table of remedies, sway and batch noise, moved test images, and the learning curve.

The record takes about three minutes.

Book: hyperparameters/remedies
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.shift import told_apart
from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.remedies.bench import (
    HEALTHY,
    ILL,
    REMEDIES,
    SEEDS,
    Cell,
    cell,
    doses,
    trained,
    treated,
)
from dlnotes.sections.hyperparameters.remedies.nets import (
    Params,
    Setting,
    digits,
    judged,
    loss_of,
    scores,
    train,
)
from dlnotes.training.data import datasets
from dlnotes.training.data.mislabeled import CHOOSE
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

LATE, ASKED = 60, 32  # last steps that are looked at; test images in one batch
SWAYING = HEALTHY._replace(lr=3.0, norm=True)  # learns nine in ten, and its loss jumps
COUNTS = (20, 40, 80, 160, 320, 640)
LABELS = {"right": 0.0, "wrong": 0.3}
SHIFTS = ("same", "moved", "corner", "renamed")


class Late(NamedTuple):
    """The last steps of a run, 8 nets.

    Attributes:
        train: accuracy on what was learned, at the end, `(seeds,)`.
        sway: how far the loss of all images learned from jumps from step to step, `(seeds,)`.
        batch: test loss on 32 images at each step, of the first seed, `(LATE,)`.
        whole: on all test images.
    """

    train: Tensor
    sway: Tensor
    batch: Tensor
    whole: Tensor


def late(setting: Setting, seeds: Sequence[int] = SEEDS) -> Late:
    """How the loss goes over the last steps."""
    data, losses, asked = digits([setting], seeds), [], []
    test, source = data.scaled(data.held)[:1, CHOOSE:], seeded(0)

    @torch.no_grad()
    def look(step: int, params: Params) -> None:
        if step <= setting.steps - LATE:
            return
        losses.append(loss_of(scores(params, data.scaled(data.X), setting, None), data.y))
        one = {name: value[:1] for name, value in params.items()}
        X, y = test, data.y_held[:1, CHOOSE:]
        drawn = torch.randperm(X.shape[1], generator=source)[:ASKED]
        found = scores(one, X, setting, None)
        pair = loss_of(found[:, drawn], y[:, drawn]), loss_of(found, y)
        asked.append(torch.cat(pair))

    params = train(data, [setting], seeds, look)
    course = torch.stack(losses, 1).double()
    bends = (course[:, :-2] - 2 * course[:, 1:-1] + course[:, 2:]).abs() / 2
    batch, whole = torch.stack(asked).double().unbind(1)
    return Late(judged(params, data, setting).train, bends.mean(1), batch, whole)


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


def learning_curve(wrong: float, seeds: Sequence[int] = SEEDS, counts=COUNTS) -> Tensor:
    """Test error by number of images to learn from, `(counts, seeds)`."""
    settings = [HEALTHY._replace(examples=count, wrong=wrong) for count in counts]
    return torch.stack([1 - trained([setting], seeds)[0].test for setting in settings])


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
    """Accuracies without a remedy, on what was learned and on test images; or of the healthy."""
    values = RECORD.found["values"]
    kept = values["healthy"] if ill == "healthy" else values["bench"][ill]["none"]
    return {name: unpacked(kept[name]) for name in ("train", "test")}


def recorded_late(name: str) -> Late:
    """The last steps that came with the book: an illness or `"swaying"`."""
    return Late(*map(unpacked, RECORD.found["values"]["late"][name].values()))


def recorded_curve(labels: str) -> Tensor:
    """The learning curve that came with the book."""
    return unpacked(RECORD.found["values"]["curve"][labels])


def gains(ill: str, remedy: str) -> Tensor:
    """What a remedy adds to the test accuracy, `(seeds,)`."""
    return recorded(ill, remedy).test - recorded_none(ill)["test"]


def gain(ill: str, remedy: str) -> tuple[float, float, float]:
    """Its mean and the ends of the 95% interval."""
    found = gains(ill, remedy).tolist()
    return sum(found) / len(found), *interval(found)


def told(*cells: tuple[str, str]) -> dict[str, float]:
    """For a card: `ill_remedy`, and with `_low` and `_high` its interval."""
    numbers = {}
    for ill, remedy in cells:
        name = f"{ill}_{remedy}"
        numbers[name], numbers[f"{name}_low"], numbers[f"{name}_high"] = gain(ill, remedy)
    return numbers


def _cells() -> tuple[Tensor, Tensor]:
    """A cell of the table."""
    again = cell(treated(ILL["slow"], "higher")).test
    return again, recorded("slow", "higher").test


def _curve() -> tuple[Tensor, Tensor]:
    """The short end of the learning curve."""
    return learning_curve(0.0, counts=COUNTS[:2]), recorded_curve("right")[:2]


def _make() -> dict:
    healthy = trained([HEALTHY])[0]
    ills = ("slow", "narrow", "penalized", "hot")
    runs = {"swaying": SWAYING} | {name: ILL[name] for name in ills}
    return {
        "bench": bench(),
        "healthy": {"train": healthy.train, "test": healthy.test},
        "late": {name: late(setting)._asdict() for name, setting in runs.items()},
        "curve": {name: learning_curve(wrong) for name, wrong in LABELS.items()},
    }


RECORD = Record(
    __file__,
    make=_make,
    settings={
        "ill": {name: ill._asdict() for name, ill in ILL.items()}, "remedies": REMEDIES,
        "seeds": SEEDS, "swaying": SWAYING._asdict(), "late": LATE, "asked": ASKED,
        "counts": COUNTS, "labels": LABELS,
    },
    pieces={"cells": _cells, "curve": _curve},
    rtol=3e-3,
    atol=0.004,  # 2 of 600 images: sums in another order may tip a close call
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

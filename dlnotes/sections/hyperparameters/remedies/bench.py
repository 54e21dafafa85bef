"""Ten illnesses, eleven remedies with three doses each, and what each does to each.

Book: hyperparameters/remedies
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.sections.hyperparameters.remedies.nets import (
    Judged,
    Params,
    Setting,
    digits,
    judged,
    loss_of,
    scores,
    train,
)
from dlnotes.training.data.mislabeled import CHOOSE

HEALTHY = Setting()
DEEP = HEALTHY._replace(layers=3)
ILL = {  # underfitting, overfitting, unsteady or moved, not converging
    "slow": HEALTHY._replace(lr=0.001),
    "narrow": HEALTHY._replace(width=3),
    "penalized": HEALTHY._replace(l2=0.2),
    "few": HEALTHY._replace(examples=30),
    "wrong": HEALTHY._replace(wrong=0.3),
    "hot": HEALTHY._replace(lr=1.0),
    "moved": HEALTHY._replace(away=True),
    "start": DEEP._replace(start=0.1),
    "gray": HEALTHY._replace(gray=True),
    "shuffled": HEALTHY._replace(shuffled=True),
}
REMEDIES = (
    "steps", "lower", "higher", "deeper", "wider", "relu", "norm", "less", "more", "data",
    "shift",
)  # fmt: skip
TIMES, FACTORS, RATES = (2, 4, 8), (3, 10, 30), (1 / 3, 1, 3)
LESS, MORE, SHIFTS = (0.1, 0.01, 0.0), (0.01, 0.03, 0.1), (0.5, 1.0, 2.0)
EVEN = {  # times the rate, for the net as it is and as it is rebuilt
    "slow": (1 / 3, 1, 3, 10, 30, 100, 300, 1000),
    "narrow": (1 / 3, 1, 3, 10, 30),
}
REBUILT = ("deeper", "wider", "relu", "norm")
LATE, ASKED = 60, 32  # last steps that are looked at; test images in one batch
JUMPING = (0.03, 0.1, 0.3, 1.0, 3.0)  # rates
SWAYING = HEALTHY._replace(lr=0.3, l2=0.03)  # learns nearly all, and its loss jumps
SEEDS = tuple(range(8))


def rebuilt(ill: Setting, remedy: str) -> Setting:
    """The net that a remedy makes of it, at the same rate; `"none"` leaves it as it is."""
    change = {
        "none": {},
        "deeper": {"layers": ill.layers + 2},
        "wider": {"width": 4 * ill.width},
        "relu": {"relu": True},
        "norm": {"norm": True},
    }[remedy]
    return ill._replace(**change)


def doses(ill: Setting, remedy: str) -> list[Setting]:
    """The settings that a remedy may choose among; what changes the net tries three rates."""
    change = ill._replace
    match remedy:
        case "steps":
            return [change(steps=times * ill.steps) for times in TIMES]
        case "lower":
            return [change(lr=ill.lr / factor) for factor in FACTORS]
        case "higher":
            return [change(lr=ill.lr * factor) for factor in FACTORS]
        case "less":
            return [change(l2=ill.l2 * factor) for factor in LESS]
        case "more":
            return [change(l2=ill.l2 + amount) for amount in MORE]
        case "data":
            return [change(examples=times * ill.examples) for times in (2, 3, 4)]
        case "shift":
            return [change(shift=most) for most in SHIFTS]
    net = rebuilt(ill, remedy)
    return [net._replace(lr=ill.lr * factor) for factor in RATES]


def treated(ill: Setting, remedy: str, seeds: Sequence[int] = SEEDS) -> list[Judged]:
    """What every dose of a remedy comes to."""
    settings = doses(ill, remedy)
    if remedy == "steps":  # one run, looked at on the way
        looks = [setting.steps for setting in settings]
        data, found = digits(settings[-1:], seeds), []

        def look(step: int, params: dict[str, Tensor]) -> None:
            if step in looks:
                found.append(judged(params, data, settings[-1]))

        train(data, settings[-1:], seeds, look)
        return found
    if remedy in ("data", "shift"):
        return [one for setting in settings for one in trained([setting], seeds)]
    return trained(settings, seeds)


def trained(settings: Sequence[Setting], seeds: Sequence[int] = SEEDS) -> list[Judged]:
    """Settings that differ in rate and penalty alone, side by side."""
    data = digits(settings, seeds)
    found = judged(train(data, settings, seeds), data, settings[0])
    return [Judged(*each) for each in zip(*(part.split(len(seeds)) for part in found), strict=True)]


class Cell(NamedTuple):
    """A remedy tried on an illness.

    Attributes:
        validation: mean accuracy of the three doses on the images that choose, `(3,)`.
        tests: on the images that report, likewise.
        place: of the dose chosen; of equals, the first.
        train: accuracy at that dose on what was learned, `(seeds,)`.
        test: on the images that report.
    """

    validation: Tensor
    tests: Tensor
    place: int
    train: Tensor
    test: Tensor


def cell(found: Sequence[Judged]) -> Cell:
    """The dose that the validation images choose."""
    validation = torch.stack([each.validation.mean() for each in found])
    place = int(validation.argmax())
    tests = torch.stack([each.test.mean() for each in found])
    return Cell(validation, tests, place, found[place].train, found[place].test)


def evenly(seeds: Sequence[int] = SEEDS) -> dict[str, dict[str, dict[str, Tensor]]]:
    """Nets that underfit, as they are and rebuilt, on one long grid of rates.

    Returns:
        Illness -> `"none"` or a remedy -> `validation` `(rates,)` and `test` `(rates, seeds)`.
    """
    found = {}
    for name, factors in EVEN.items():
        found[name] = {}
        for remedy in ("none", *REBUILT):
            net = rebuilt(ILL[name], remedy)
            runs = trained([net._replace(lr=factor * net.lr) for factor in factors], seeds)
            found[name][remedy] = {
                "validation": torch.stack([run.validation.mean() for run in runs]),
                "test": torch.stack([run.test for run in runs]),
            }
    return found


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


def swaying(seeds: Sequence[int] = SEEDS) -> dict[str, dict[str, Tensor]]:
    """Healthy nets at ever higher rates, without and with batch norm: do they learn, do they sway?

    Returns:
        `"plain"`, `"norm"`, and `"l2"` for `SWAYING` -> `train` and `sway`, `(rates, seeds)`.
    """
    settings = {
        "plain": [HEALTHY._replace(lr=lr) for lr in JUMPING],
        "norm": [HEALTHY._replace(lr=lr, norm=True) for lr in JUMPING],
        "l2": [SWAYING],
    }
    found = {}
    for name, each in settings.items():
        runs = [late(setting, seeds) for setting in each]
        found[name] = {
            part: torch.stack([getattr(run, part) for run in runs]) for part in ("train", "sway")
        }
    return found

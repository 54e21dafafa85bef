"""Ten illnesses, eleven remedies with three doses each, and what each does to each.

Book: hyperparameters/remedies
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.sections.hyperparameters.remedies.nets import Judged, Setting, digits, judged, train

HEALTHY = Setting()
ILL = {  # underfitting, overfitting, unsteady or moved, not converging
    "slow": HEALTHY._replace(lr=0.001),
    "narrow": HEALTHY._replace(width=3),
    "penalized": HEALTHY._replace(l2=0.2),
    "few": HEALTHY._replace(examples=30),
    "wrong": HEALTHY._replace(wrong=0.3),
    "hot": HEALTHY._replace(lr=1.0),
    "moved": HEALTHY._replace(away=True),
    "start": HEALTHY._replace(layers=3, start=0.1),
    "gray": HEALTHY._replace(gray=True),
    "shuffled": HEALTHY._replace(shuffled=True),
}
REMEDIES = (
    "steps", "lower", "higher", "deeper", "wider", "relu", "norm", "less", "more", "data",
    "shift",
)  # fmt: skip
TIMES, FACTORS, RATES = (2, 4, 8), (3, 10, 30), (1 / 3, 1, 3)
LESS, MORE, SHIFTS = (0.1, 0.01, 0.0), (0.01, 0.03, 0.1), (0.5, 1.0, 2.0)
SEEDS = tuple(range(8))


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
    other = {
        "deeper": {"layers": ill.layers + 2},
        "wider": {"width": 4 * ill.width},
        "relu": {"relu": True},
        "norm": {"norm": True},
    }[remedy]
    return [change(lr=ill.lr * factor, **other) for factor in RATES]


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

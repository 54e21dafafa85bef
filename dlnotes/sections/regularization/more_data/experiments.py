"""More images, noise, shifts and flips on the chapter's bench; and the small nets of the demo.

`python -m dlnotes.sections.regularization.more_data.experiments` makes the record beside this
file anew; it takes three minutes.

Book: regularization/more_data
"""

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.sections.regularization.more_data.nets import (
    NOTHING,
    Digits,
    Made,
    Nets,
    digits,
    moved_away,
    trained,
)
from dlnotes.training.records import Record, unpacked

HIDDEN, LR, STEPS = 256, 0.003, 400
SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}
FEW = 150
COUNTS = (25, 50, 100, 150, 200, 400, 797)
NOISES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
SHIFTS = (0.0, 0.25, 0.5, 1.0, 2.0)
FLIPS = ("mirror", "half turn")
TOGETHER = tuple(product((0.5, 1.0, 1.5), (0.25, 0.5)))  # noise and shift at once
ALL = COUNTS[-1]
TUNED = {"wrong": (0.5, 1.0, 1.5, 2.0), "clean": (0.25, 0.5, 1.0)}  # noise on all of them
SMALL = 32  # units of the demo's nets
SHIPPED = {"plain": NOTHING, "noise": Made(noise=1.0), "shift": Made(shift=1.0)}


class Arm(NamedTuple):
    """Accuracies of one way to make data, `(seeds,)` each.

    Attributes:
        train: on the images learned from, as they stand, and with their labels, wrong ones too.
        validation: on images that choose, as they stand.
        test: on images that judge, as they stand.
        validation_moved: on the first, moved by a pixel in each of four directions.
        moved: on the others, moved likewise.
        mixed: the share of the 6s and 9s that are read as the other of the two.
    """

    train: Tensor
    validation: Tensor
    test: Tensor
    validation_moved: Tensor
    moved: Tensor
    mixed: Tensor

    @property
    def error(self) -> Tensor:
        """One less the test accuracy, `(seeds,)`."""
        return 1 - self.test


def arm(
    labels: str, made: Made = NOTHING, examples: int = FEW, seeds: Sequence[int] = SEEDS
) -> Arm:
    """Nets on so many digits, one for every seed, with images made so at every step."""
    data = [_digits(seed, examples, LABELS[labels]) for seed in seeds]
    nets = trained(data, made, seeds=seeds, hidden=HIDDEN, lr=LR, steps=STEPS)
    given = nets.right([one.scaled(one.X) for one in data], [one.y for one in data])
    return Arm(
        given,
        *(_read(nets, data, part) for part in ("validation", "test")),
        *(_moved(nets, data, part) for part in ("validation", "test")),
        _mixed(nets, data),
    )


@cache
def _digits(seed: int, examples: int, wrong: float) -> Digits:
    return digits(seed, examples, wrong)


def _read(nets: Nets, data: Sequence[Digits], part: str) -> Tensor:
    held = [getattr(one, part) for one in data]
    X = [one.scaled(images) for one, (images, _) in zip(data, held, strict=True)]
    return nets.right(X, [labels for _, labels in held])


def _moved(nets: Nets, data: Sequence[Digits], part: str) -> Tensor:
    held = [getattr(one, part) for one in data]
    ways = zip(*(moved_away(images) for images, _ in held), strict=True)
    shares = [
        nets.right(
            [one.scaled(images) for one, images in zip(data, way, strict=True)],
            [labels for _, labels in held],
        )
        for way in ways
    ]
    return torch.stack(shares).mean(0)


def _mixed(nets: Nets, data: Sequence[Digits]) -> Tensor:
    X = torch.stack([one.scaled(one.test[0]) for one in data])
    y = torch.stack([one.test[1] for one in data])
    found = nets.scores(X).argmax(-1)
    asked = (y == 6) | (y == 9)
    return (asked & (found == 15 - y)).sum(1) / asked.sum(1).double()


def name(made: Made) -> str:
    """How an arm is called in the record, such as "noise 1 shift 0.5"."""
    parts = [f"noise {made.noise:g}", f"shift {made.shift:g}", made.flip]
    return " ".join(part for part in parts if part and not part.endswith(" 0")) or "none"


def arms() -> list[tuple[str, Made, int]]:
    """All that is in the record: labels, what is made, and how many images."""
    every = [NOTHING]
    every += [Made(noise=noise) for noise in NOISES[1:]]
    every += [Made(shift=shift) for shift in SHIFTS[1:]]
    every += [Made(noise=noise, shift=shift) for noise, shift in TOGETHER]
    found = [(labels, made, FEW) for labels in LABELS for made in every]
    found += [("clean", Made(flip=flip), FEW) for flip in FLIPS]
    found += [(labels, NOTHING, n) for labels in LABELS for n in COUNTS if n != FEW]
    return found + [
        (labels, Made(noise=noise), ALL) for labels, tuned in TUNED.items() for noise in tuned
    ]


def recorded(labels: str, made: Made = NOTHING, examples: int = FEW) -> Arm:
    """An arm that came with the book."""
    return Arm(*map(unpacked, RECORD.found["values"]["arms"][labels][str(examples)][name(made)]))


def chosen(labels: str, among: Sequence[Made], examples: int = FEW, *, moved=False) -> Made:
    """What the validation images would choose: as they stand, or moved by a pixel."""
    asked = "validation_moved" if moved else "validation"
    means = [getattr(recorded(labels, made, examples), asked).mean().item() for made in among]
    return among[means.index(max(means))]


# The demo's nets


def shipped(which: str) -> Nets:
    """One of the demo's small nets, float64, as it came with the book."""
    W, b, V, c = map(unpacked, RECORD.found["values"]["nets"][which])
    return Nets(W[None], b[None, None], V[None], c[None, None])


def _ship(made: Made) -> list[list]:
    """Its weights, rounded: what travels is what is measured."""
    nets = trained([digits(0, FEW, 0.0)], made, seeds=[0], hidden=SMALL, lr=LR, steps=STEPS)
    return [_rounded(param[0]) for param in (nets.W, nets.b[0], nets.V, nets.c[0])]


def _rounded(param: Tensor) -> list:
    if param.ndim > 1:
        return [_rounded(row) for row in param]
    return [round(value, 3) for value in param.tolist()]


def _make() -> dict:
    found: dict[str, dict[str, dict[str, list]]] = {}
    for labels, made, examples in arms():
        counted = found.setdefault(labels, {}).setdefault(str(examples), {})
        counted[name(made)] = list(arm(labels, made, examples))
    return {"arms": found, "nets": {which: _ship(made) for which, made in SHIPPED.items()}}


def _piece(made: Made) -> tuple[Tensor, Tensor]:
    """Two seeds of an arm."""
    again, kept = arm("wrong", made, seeds=SEEDS[:2]), recorded("wrong", made)
    return torch.stack(again[:5]), torch.stack(kept[:5])[:, :2]


def _net() -> tuple[Tensor, Tensor]:
    """The scores of a net of the demo, trained anew, for the images it has learned from."""
    few = digits(0, FEW, 0.0)
    X = few.scaled(few.X)[None].double()
    W, b, V, c = (torch.tensor(param, dtype=torch.float64) for param in _ship(SHIPPED["plain"]))
    again = Nets(W[None], b[None, None], V[None], c[None, None])
    return again.scores(X), shipped("plain").scores(X)


RECORD = Record(
    __file__,
    make=_make,
    settings={
        "hidden": HIDDEN, "lr": LR, "steps": STEPS, "seeds": SEEDS, "labels": LABELS,
        "arms": [[labels, name(made), examples] for labels, made, examples in arms()],
        "small": SMALL, "shipped": {which: name(made) for which, made in SHIPPED.items()},
    },
    pieces={
        "shift": lambda: _piece(Made(shift=0.5)), "noise": lambda: _piece(Made(noise=0.5)),
        "net": _net,
    },
    atol=0.005,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

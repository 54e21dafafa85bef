"""A batch of pictures through a normalization: change one, and see whose outputs move.

Book: gradients/normalization
"""

from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.gradients.normalization.words import TEXT
from dlnotes.training.nets.norms import NORMS

PICTURES, UNITS, STORED = 8, 5, 64
CHANGED = 1  # the row of the picture that is changed, 0-based
LAST = 100  # time is how far it is changed, in percent
KINDS = ("batch", "stored", "layer", "rms")
MOVED = 1.3e-4  # above what epsilon moves in a batch of two, below what moves in one of eight

_SOURCE = seeded(4)


def _drawn(rows: int) -> Tensor:
    drawn = torch.randn(rows, UNITS, generator=_SOURCE, dtype=torch.float64)
    return (10 * drawn).round() / 10


TABLE, TRAINING = _drawn(PICTURES), _drawn(STORED)
OTHER = torch.tensor([3.4, -2.9, 2.6, 3.1, -3.3], dtype=torch.float64)  # what stands there then
_WHOLE = torch.ones(UNITS, dtype=torch.float64)
_FIRST = torch.tensor([1.0, 0, 0, 0, 0], dtype=torch.float64)
_ROW = (torch.arange(PICTURES) == CHANGED).to(torch.float64).unsqueeze(-1)
_LAYERS = {
    name: make(UNITS, dtype=torch.float64).requires_grad_(False) for name, make in NORMS.items()
}


def inputs(part: Tensor, single: Tensor) -> Tensor:
    """The table before the normalization, `(8, 5)`: one picture on its way to another.

    Args:
        part: how far, 0 to 1.
        single: 1 where its first number alone changes, 0 where all do.
    """
    which = single * _FIRST + (1 - single) * _WHOLE
    return TABLE + part * _ROW * which * (OTHER - TABLE[CHANGED])


def normalized(kind: str, table: Tensor, there: Tensor) -> Tensor:
    """The table behind the normalization.

    Args:
        kind: one of `KINDS`; "stored" is batch norm with the statistics of the training set.
        table: `(8, 5)`.
        there: 1 for the pictures of the batch, 0 for the others, `(8,)`.
    """
    if kind == "batch":
        return _LAYERS["batch"](table, there)
    if kind == "stored":
        ones, none = torch.ones_like(TRAINING[:, 0]), torch.zeros_like(there)
        return _LAYERS["batch"](torch.cat([TRAINING, table]), torch.cat([ones, none]))[STORED:]
    return _LAYERS[kind](table)


def looked(kind: str, part: Tensor, single: Tensor, size: Tensor) -> dict[str, Tensor]:
    """The tables before and behind, and what has moved.

    Args:
        kind: one of `KINDS`.
        part: how far the picture is changed, 0 to 1.
        single: whether one number of it changes, 1, or all, 0.
        size: how many pictures the batch holds, at most 8.
    """
    there = (torch.arange(PICTURES) < size).to(torch.float64)
    before = normalized(kind, inputs(torch.zeros_like(part), single), there)
    table = inputs(part, single)
    after = normalized(kind, table, there)
    shift = (after - before).abs() * there.unsqueeze(-1)
    return {
        "table": table,
        "before": before,
        "after": after,
        "shift": shift,
        "moved": (shift > MOVED).to(table.dtype).sum(),
        "flipped": ((after * before < 0).to(table.dtype) * there.unsqueeze(-1)).sum(),
        "own_shift": (shift * _ROW).max(),
        "others_shift": (shift * (1 - _ROW)).max(),
        "total": size * UNITS,
    }


def amount(percent: Tensor) -> Tensor:
    """Percent as a part of 1."""
    return percent / LAST


EMITTED = {kind: partial(looked, kind) for kind in KINDS} | {"amount": amount}


class NormalizationDemo(Demo):
    """Tables before and behind a normalization: change one picture of the batch."""

    words = TEXT
    start: ClassVar = {"norm": "batch", "change": "whole", "size": 8, "now": 0}
    sliders: ClassVar = {"size": Slider(stops=(2, 3, 4, 5, 6, 8))}
    choices: ClassVar = {"norm": KINDS, "change": ("whole", "number")}
    handles: ClassVar = {"time": Drag(120, 0, ("now",))}
    presets = ("neighbors", "pair", "kept", "row")
    guesses = ("own", "some", "all")
    formula = ("shift", "before", "after")

    @staticmethod
    def emitted() -> str:
        numbers = {
            "LAST": LAST, "PICTURES": PICTURES, "UNITS": UNITS, "CHANGED": CHANGED, "MOVED": MOVED,
        }  # fmt: skip
        written = emit(**EMITTED)
        return written + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, norm: str, change: str, size: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            norm: one of `KINDS`.
            change: "whole", or "number" for its first number alone.
            size: how many pictures the batch holds.
            now: how far the picture is changed, in percent.
        """
        given = (now / LAST, float(change == "number"), size)
        found = looked(norm, *(torch.tensor(each, dtype=torch.float64) for each in given))
        told = ("moved", "total", "own_shift", "others_shift")
        return {"now": now} | {name: found[name].item() for name in told}

    @staticmethod
    def answer() -> str:
        found = NormalizationDemo.readouts(**NormalizationDemo.start | {"now": LAST})
        if found["moved"] == found["total"]:
            return "all"
        return "own" if found["moved"] == UNITS else "some"

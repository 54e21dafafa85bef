"""Programs seen, settings of a tenth on all data, coarse before fine, and a linear model.

`python -m dlnotes.sections.hyperparameters.small_to_full.experiments` makes the record beside
this file anew; it takes three minutes of a quiet processor.

Book: hyperparameters/small_to_full
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

from torch import Tensor

from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.small_to_full import grids, programs
from dlnotes.sections.hyperparameters.small_to_full.grids import SEEDS
from dlnotes.sections.hyperparameters.small_to_full.searches import (
    TABLE,
    TABLE_STEPS,
    found_wrong,
    table,
)
from dlnotes.training.records import Record, unpacked

BLOCK = 20  # steps that are averaged for a point of the full run's loss


class Traced(NamedTuple):
    """What is kept of a program.

    Attributes:
        share: loss left by the small run over the label entropy, `(seeds,)`.
        reported: accuracy that the program reports itself, `(seeds,)`.
        fresh: accuracy in use, `(seeds,)`.
        floor: label entropy of the first data set, 0-d.
        small: loss of the small run on that data set, at every step.
        full: loss of its full run, means of `BLOCK` steps.
        fresh_curve: accuracy in use during that run.
    """

    share: Tensor
    reported: Tensor
    fresh: Tensor
    floor: Tensor
    small: Tensor
    full: Tensor
    fresh_curve: Tensor


def traced(name: str, seeds: Sequence[int] = SEEDS) -> Traced:
    """Both runs of a program, and what is kept of them."""
    seen = programs.seen(programs.PROGRAMS[name], list(seeds))
    return Traced(
        seen.small[:, -1] / seen.floor, seen.reported, seen.fresh[:, -1], seen.floor[0],
        seen.small[0], seen.train[0].unflatten(0, (-1, BLOCK)).mean(1), seen.fresh[0],
    )  # fmt: skip


# ---- the record ----------------------------------------------------------------------------------
GRIDS = {
    "rates": grids.rates, "penalties": grids.penalties, "ridges": grids.ridges,
    "rules": grids.rules,
    "models": grids.models, "losses": grids.both_losses, "beyond": grids.beyond,
}  # fmt: skip


@cache
def recorded_programs() -> dict[str, Traced]:
    """The programs that came with the book, by name."""
    found = RECORD.found["values"]["programs"]
    return {
        name: Traced(**{key: unpacked(value) for key, value in parts.items()})
        for name, parts in found.items()
    }


@cache
def recorded(name: str) -> dict[str, Tensor]:
    """A grid that came with the book: `(2, settings, seeds)` for each of its parts."""
    return {key: unpacked(value) for key, value in RECORD.found["values"][name].items()}


def recorded_table() -> Tensor:
    """The table that came with the book, `(2, rates, penalties, seeds)`."""
    return unpacked(RECORD.found["values"]["table"])


def recorded_wrong() -> Tensor:
    """The wrong labels found, as they came with the book."""
    return unpacked(RECORD.found["values"]["odd"])


def _program(name: str) -> tuple[Tensor, Tensor]:
    return traced(name, SEEDS[:2]).share.double(), recorded_programs()[name].share[:2]


def _grid() -> tuple[Tensor, Tensor]:
    given = {"lr": grids.FEW_LRS, "steps": grids.FEW_STEPS, "seeds": SEEDS[:1]}
    found = grids.tried(
        partial(grids.digits, examples=40, wrong=0.0), adam, sizes=(64, 10), **given
    )
    return found, recorded("models")["linear40"][..., :1]


RECORD = Record(
    __file__,
    make=lambda: {
        "programs": {name: traced(name)._asdict() for name in programs.PROGRAMS},
        **{name: make() for name, make in GRIDS.items()},
        "table": table(),
        "odd": found_wrong(),
    },
    settings={
        "sizes": grids.SIZES, "batch": grids.BATCH, "steps": grids.STEPS, "seeds": SEEDS,
        "lrs": grids.LRS, "penalties": grids.PENALTIES, "first": grids.FIRST,
        "ridges": grids.RIDGES, "few_lrs": grids.FEW_LRS, "examples": grids.EXAMPLES,
        "beyond": grids.BEYOND, "table": TABLE, "table_steps": TABLE_STEPS,
        "programs": [*programs.PROGRAMS], "fit": programs.FIT, "full": programs.STEPS,
    },
    pieces={
        **{name: partial(_program, name) for name in ("blank", "frozen")},
        "linear": _grid,
    },
    rtol=5e-3,
    atol=1e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

"""Tables of real learning curves: what halving finds in them, and what walks and breeding find.

`python -m dlnotes.sections.hyperparameters.halving.experiments` makes the record beside this file
anew; it takes three minutes.

Book: hyperparameters/halving
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.sections.hyperparameters.halving import nets, searches
from dlnotes.sections.hyperparameters.halving.nets import RUNGS, SEEDS, TASKS, Table
from dlnotes.sections.hyperparameters.halving.searches import Found
from dlnotes.training.records import Record, unpacked


def made() -> dict[str, dict]:
    """Everything in the record."""
    values = {}
    for task in TASKS:
        table = nets.table(task)
        walks = [searches.walked(table, seed) for seed in range(len(SEEDS))]
        values[task] = {
            "table": table._asdict(),
            "found": searches.redrawn(table)._asdict(),
            "walks": {name: torch.stack([walk[name] for walk in walks]) for name in walks[0]},
            "curves": nets.shown(task),
        }
    return values


@cache
def recorded(task: str) -> Table:
    """The table that came with the book, `"falling"`, `"steady"` or `"warmup"`."""
    return Table(*map(unpacked, _kept(task)["table"].values()))


def recorded_found(task: str) -> Found:
    """What was found in it when settings were redrawn."""
    return Found(*map(unpacked, _kept(task)["found"].values()))


def recorded_walks(task: str) -> dict[str, Tensor]:
    """What walks, breeding and chance found in it, `(seeds, reaches)` each."""
    return {name: unpacked(values) for name, values in _kept(task)["walks"].items()}


def recorded_curves(task: str) -> Tensor:
    """The curves of the demo, `(27, 28)`: from the start to the end, a value each unit."""
    return unpacked(_kept(task)["curves"])


def _kept(task: str) -> dict:
    return RECORD.found["values"][task]


def _piece() -> tuple[Tensor, Tensor]:
    """The slow starters' curves of the demo, at the smaller rates: at others, rounding grows."""
    calm = nets.shown_places()[:15]
    again = nets.curves("warmup", 0, calm, range(nets.UNITS + 1))[0]
    return again, recorded_curves("warmup")[: len(calm)]


def _settings() -> tuple[Tensor, Tensor]:
    """Some settings of one seed's table."""
    places = list(range(0, 120, 7))
    choose, report = nets.curves("steady", 3, places, RUNGS)
    kept = recorded("steady")
    return torch.cat([choose.T, report[None]]), torch.cat([kept.choose[3], kept.report[3:4]])[
        :, places
    ]


def _replayed() -> tuple[Tensor, Tensor]:
    """The redraws of one table."""
    again = searches.redrawn(recorded("falling"))
    return torch.stack(list(again)), torch.stack(list(recorded_found("falling")))


RECORD = Record(
    __file__,
    make=made,
    settings={
        "sizes": nets.SIZES, "batch": nets.BATCH, "unit": nets.UNIT, "units": nets.UNITS,
        "rungs": RUNGS, "counts": nets.COUNTS, "seeds": SEEDS, "penalty": nets.PENALTY,
        "tasks": TASKS, "drawn": nets.DRAWN, "redraws": searches.REDRAWS, "walks": searches.WALKS,
        "trials": searches.TRIALS, "reaches": searches.REACHES,
    },
    pieces={"curves": _piece, "settings": _settings, "replayed": _replayed},
    atol=0.0026,  # one image
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

"""The chapter's bench under dropout, on hidden units and on pixels; and the demo's small net.

`python -m dlnotes.sections.regularization.dropout.experiments` makes the record beside this file
anew; it takes three minutes.

Book: regularization/dropout
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.sections.regularization.dropout import bench, norms, small
from dlnotes.sections.regularization.dropout.bench import Sweep, sweep
from dlnotes.training.records import Record, unpacked

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
SEEDS = tuple(range(8))
WIDE, NARROW = 256, 16
SWEEPS = {
    "wrong_hidden": (0.15, "hidden", WIDE),
    "wrong_input": (0.15, "input", WIDE),
    "clean_hidden": (0.0, "hidden", WIDE),
    "clean_input": (0.0, "input", WIDE),
    "narrow": (0.0, "hidden", NARROW),
}


@cache
def recorded(name: str) -> Sweep:
    """A sweep that came with the book, one of `SWEEPS`."""
    return Sweep(*map(unpacked, RECORD.found["values"][name].values()))


def recorded_norms(place: str) -> dict[str, Tensor]:
    """What came with the book of `norms.PLACES`, `(seeds,)` each."""
    values = RECORD.found["values"]["norms"][place]
    return {name: unpacked(value) for name, value in values.items()}


@cache
def small_net() -> small.Small:
    """The net of the demo."""
    return small.Small(*map(unpacked, RECORD.found["values"]["small"].values()))


def _swept(name: str) -> dict[str, Tensor]:
    wrong, place, width = SWEEPS[name]
    return sweep(wrong, SHARES, SEEDS, place, width)._asdict()


def _piece() -> tuple[Tensor, Tensor]:
    """Two shares of one seed: training, validation and test accuracy."""
    at, kept = [5, 8], recorded("wrong_hidden")
    again = sweep(0.15, [SHARES[k] for k in at], SEEDS[:1], "hidden")
    parts = (0, 2, 3)
    return (
        torch.stack([again[part] for part in parts]),
        torch.stack([kept[part][at, :1] for part in parts]),
    )


RECORD = Record(
    __file__,
    make=lambda: {
        "small": small.trained()._asdict(),
        "norms": {place: norms.compared(place, SEEDS) for place in norms.PLACES},
        **{name: _swept(name) for name in SWEEPS},
    },
    settings={
        "shares": SHARES, "seeds": SEEDS, "sweeps": SWEEPS,
        "bench": [bench.LR, bench.STEPS, bench.HALF],
        "norms": [norms.SHARE, norms.WIDTH, norms.LR, norms.STEPS, norms.PASSES],
        "small": [small.SEED, small.UNITS, small.SHARE, small.LR, small.STEPS, small.ASKED],
    },
    pieces={"bench": _piece},
    atol=0.0026,  # one image of those that choose
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

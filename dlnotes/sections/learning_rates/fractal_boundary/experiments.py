"""Dimensions of the border of several nets, and rates that fail below the largest that works.

`python -m dlnotes.sections.learning_rates.fractal_boundary.experiments` makes the record beside
this file anew; it takes two minutes.

Book: learning_rates/fractal_boundary
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.learning_rates.box_counting import box_dimension
from dlnotes.learning_rates.fractal_boundary import View
from dlnotes.sections.learning_rates.fractal_boundary import limits, pairs, plane, windows
from dlnotes.sections.learning_rates.fractal_boundary.windows import NETS, Rough, rough
from dlnotes.training.records import Record, unpacked

BRIEF = 25  # steps

BORDERS = {  # name -> which points converge, one for each net; the plane, and how many windows
    "tanh": ([windows.net("tanh", seed) for seed in NETS], View()),
    "linear": ([windows.net("linear", seed) for seed in NETS], View()),
    "last": ([windows.net("last", seed) for seed in NETS], View()),
    "pair": (pairs.kinds(0.0), pairs.PLANE),
    "decay": (pairs.kinds(pairs.DECAY), pairs.PLANE),
    "brief": ([windows.net("tanh", seed, steps=BRIEF) for seed in NETS], View()),
    "wide": ([windows.net("tanh", seed, times=2) for seed in NETS], View(), 2, 1),  # twice as large
}
FIXED = View(0.83, 1.0, 6 / 32)  # a window that is not drawn


@cache
def border(name: str) -> Rough:
    """The recorded dimensions of one of `BORDERS`."""
    return Rough(*(unpacked(values) for values in RECORD.found["values"]["borders"][name].values()))


def shares(name: str) -> Tensor:
    """Which part of a net's windows is rough, at every level, `(S, L)`."""
    return windows.share(border(name).windows)


def rough_windows(name: str, limit: float = windows.ROUGH) -> list[int]:
    """How many windows of all nets have a dimension above the limit, at every level."""
    dimensions = border(name).windows
    return (dimensions.flatten(0, 1) > limit).sum(0).tolist()


def typical(name: str) -> Tensor:
    """The median dimension of a net's windows, at every level, `(S, L)`."""
    return border(name).windows.nanmedian(1).values


@cache
def rows(ratio: float) -> tuple[Tensor, Tensor]:
    """Rates over the largest that works, and which work, on digits, `(S, R)` each."""
    works = unpacked(RECORD.found["values"]["digits"][f"{ratio:g}"]) > 0
    grid = torch.logspace(*limits.NEAR, dtype=torch.float64)
    last = torch.stack([grid[row].max() for row in works])
    return grid / last[:, None], works


def failing(ratio: float) -> Tensor:
    """The share of rates that fail on digits, in every band below the largest that works."""
    return torch.stack([limits.failing(*each) for each in zip(*rows(ratio), strict=True)])


def small_failing() -> Tensor:
    """The same of the small nets, `(S, bands)`."""
    return unpacked(RECORD.found["values"]["small"])


@cache
def stills() -> dict[str, list[str]]:
    """The recorded pictures of the demo's question, see `plane.stills`."""
    return RECORD.found["values"]["stills"]


def all_runs() -> dict[str, dict]:
    """Every border, and every rate."""
    both = (limits.EQUAL, limits.APART)
    return {
        "borders": {name: rough(*setting)._asdict() for name, setting in BORDERS.items()},
        "fixed": fixed(),
        "digits": {f"{ratio:g}": torch.stack(_rows(ratio, limits.SEEDS)) for ratio in both},
        "small": limits.small_failing(),
        "stills": plane.stills(),
    }


def _rows(ratio: float, seeds: tuple[int, ...]) -> list[Tensor]:
    return [limits.look(limits.on_digits(seed, ratio))[1].int() for seed in seeds]


def _lines() -> tuple[Tensor, Tensor]:
    kinds, plane = BORDERS["last"]
    again, kept = rough(kinds[:2], plane), border("last")
    return again.windows.double(), kept.windows[:2]


def _planes() -> tuple[Tensor, Tensor]:
    again = [box_dimension(net(View(), windows.FIRST)) for net in BORDERS["tanh"][0][:2]]
    return torch.tensor(again, dtype=torch.float64), border("tanh").plane[:2]


def fixed() -> list[float]:
    """The dimension in the fixed window, of two nets."""
    return [box_dimension(net(FIXED, windows.POINTS)) for net in BORDERS["tanh"][0][:2]]


def _window() -> tuple[Tensor, Tensor]:
    return tuple(torch.tensor(each) for each in (fixed(), RECORD.found["values"]["fixed"]))


def _still() -> tuple[Tensor, Tensor]:
    again = [plane.seen(kind, **plane.ASKED, now=1) for kind in plane.KINDS.values()]
    kept = [plane.unpacked(stills()[side][1]) for side in plane.KINDS]
    return tuple(torch.tensor([*map(box_dimension, each)]).double() for each in (again, kept))


def _digits() -> tuple[Tensor, Tensor]:
    both = _rows(limits.EQUAL, limits.SEEDS[:1])[0], rows(limits.EQUAL)[1][0]
    return tuple(torch.stack([each.double().mean(), each[:200].double().mean()]) for each in both)


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "net": [windows.HIDDEN, windows.EXAMPLES, windows.STEPS, BRIEF], "nets": NETS,
        "places": windows.PLACES, "levels": windows.LEVELS,
        "points": [windows.FIRST, windows.POINTS, windows.FACTOR],
        "pairs": [pairs.STARTS, pairs.DECAY, pairs.STEPS, pairs.PLANE],
        "digits": [limits.IMAGES, limits.UNITS, limits.DIGIT_STEPS, limits.SEEDS],
        "ratios": [limits.RATIOS, limits.EQUAL, limits.APART],
        "looks": [limits.BROAD, limits.NEAR, limits.BANDS], "fixed": FIXED,
        "stills": [plane.ASKED, plane.SIDE, plane.FACTOR, plane.DEPTH],
    },
    pieces={
        "last": _lines, "planes": _planes, "window": _window, "digits": _digits, "still": _still,
    },
    atol=0.005,  # a few points of a picture may fall on the other side
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

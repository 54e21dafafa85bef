"""Nets with and without warmup: how high a peak may be, where they end, how sharp the ground is.

`python -m dlnotes.sections.learning_rates.warmup.experiments` makes the record beside this file
anew; it takes five minutes.

Book: learning_rates/warmup
"""

from collections.abc import Sequence
from functools import cache, partial

import torch
from torch import Tensor

from dlnotes.optimizers import adam
from dlnotes.sections.learning_rates.warmup import nets
from dlnotes.sections.learning_rates.warmup.nets import Ends, climbing, held, plateau
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(20))
CHOOSE = 10  # seeds that choose a peak; the other ten are reported
PEAKS = tuple(0.02 * 2 ** (k / 2) for k in range(12))
ADAM_PEAKS = tuple(0.003 * 2 ** (k / 2) for k in range(12))
LENGTHS = (0, 10, 20, 50, 100, 200, 400)  # steps of warmup
LONG = 200
LOW = 0.02  # the small rate that is held
FALL = 200  # steps in which a plateau comes down
LOOK = 50  # steps between two looks at the sharpness
FEW = SEEDS[:3]  # seeds whose sharpness the demo shows
SAFE = PEAKS[3]  # the highest peak that every seed survives without warmup
OTHERS = {"tanh": ("tanh", 256), "narrow": ("tanh", 64), "wide": ("relu", 256)}
OTHER_PEAKS = 8  # of the others only the lower ones are tried
TOPS = {"tanh": PEAKS[4], "narrow": PEAKS[7], "wide": PEAKS[4]}  # where their sharpness is seen
CASES = {"he": "cosine", "glorot": "constant"}  # start -> what follows the climb


def grid(shape: Tensor, peaks: Sequence[float] = PEAKS) -> Tensor:
    """One shape at every peak, `(R, STEPS)`."""
    return torch.stack([peak * shape for peak in peaks])


def holding(length: int, low: float = LOW, peaks: Sequence[float] = PEAKS) -> Tensor:
    """A small rate, then at once the peak and what follows, `(R, STEPS)`."""
    return torch.stack([held(length, low, peak) for peak in peaks])


def with_sgd(init: str, schedules: Tensor, seeds: Sequence[int] = SEEDS) -> Ends:
    """10-64-1 ReLU by SGD, fields `(C, S)`."""
    return nets.trained(schedules, seeds, nets.student(init))


def with_other(name: str, length: int, seeds: Sequence[int] = SEEDS) -> Ends:
    """One of `OTHERS` from He: another activation, another width, or both."""
    rows = grid(climbing(length), PEAKS[:OTHER_PEAKS])
    return nets.trained(rows, seeds, nets.student("he", *OTHERS[name]))


def with_adam(init: str, length: int, seeds: Sequence[int] = SEEDS) -> Ends:
    """10-64-1 ReLU by Adam."""
    return nets.trained(grid(climbing(length), ADAM_PEAKS), seeds, nets.student(init), adam)


def pressed() -> dict[str, Tensor]:
    """Sharpness of nets along chosen runs, `(10, looks)`, one seed a row."""
    chosen, peak = SEEDS[CHOOSE:], PEAKS[8]
    runs = torch.stack([
        0.04 * climbing(0), peak * climbing(LONG), held(LONG, LOW, peak), 0.08 * climbing(LONG),
    ])  # fmt: skip
    names = ("small", "climb", "hold", "lower")
    ours, safe = lambda seed: nets.student("he", seed=seed), held(LONG, SAFE, SAFE)[None]
    found = dict(zip(names, nets.along(runs, chosen, ours, LOOK), strict=True))
    found["safe"] = nets.along(safe, chosen, ours, LOOK, until=LONG)[0]
    return found | {name: rigid(name) for name in OTHERS}


def rigid(name: str) -> Tensor:
    """Sharpness of one of `OTHERS` on a climb, every 20 steps, `(10, 11)`."""
    other, rows = partial(nets.student, "he", *OTHERS[name]), grid(climbing(LONG), [TOPS[name]])
    return nets.along(rows, SEEDS[CHOOSE:], lambda seed: other(seed=seed), 20, until=LONG)[0]


def seen(init: str, lengths: Sequence[int] = LENGTHS, seeds: Sequence[int] = FEW) -> Tensor:
    """Sharpness for the demo, the median of a few seeds, `(lengths, R, looks)`."""
    shapes = torch.cat([grid(climbing(length, CASES[init])) for length in lengths])
    found = nets.along(shapes, seeds, lambda seed: nets.student(init, seed=seed), LOOK)
    return found.nan_to_num(torch.inf).median(1).values.view(len(lengths), len(PEAKS), -1)


# What is chosen, and what is reported


def lives(ends: Ends) -> Tensor:
    """Which runs end below half of what the best constant answer costs, bool `(C, S)`."""
    return ends.test < nets.guessing() / 2


def highest(ends: Ends, peaks: Sequence[float] = PEAKS) -> float:
    """The largest peak up to which every run lives."""
    whole = lives(ends).all(-1).int().cumprod(0).sum().item()
    return peaks[whole - 1]


def chosen(ends: Ends) -> int:
    """The place of the peak that the first ten seeds choose, by their mean loss."""
    return int(ends.validation[:, :CHOOSE].mean(-1).argmin())


def reported(ends: Ends) -> Tensor:
    """Test losses of the other ten seeds at the chosen peak, `(10,)`."""
    return ends.test[chosen(ends), CHOOSE:]


def crossed(ends: Ends) -> Tensor:
    """Test losses of all seeds: each half at the peak that the other half and examples choose."""
    back = int(ends.test[:, CHOOSE:].mean(-1).argmin())
    return torch.cat([reported(ends), ends.validation[back, :CHOOSE]])


# The record


def all_runs() -> dict[str, dict]:
    """Everything the page and the demo show."""
    runs = {
        f"{init} {length}": with_sgd(init, grid(climbing(length, CASES[init])))
        for init in CASES for length in LENGTHS
    }  # fmt: skip
    others = {
        "hold": with_sgd("he", holding(LONG)),
        "safe": with_sgd("he", holding(LONG, SAFE)),
        "linear": with_sgd("he", grid(climbing(LONG, "linear"))),
        "linear 0": with_sgd("he", grid(climbing(0, "linear"))),
        "plateau": with_sgd("he", grid(plateau(LONG, FALL))),
        "plateau 0": with_sgd("he", grid(plateau(0, FALL))),
        "glorot cosine 0": with_sgd("glorot", grid(climbing(0))),
        "glorot cosine 20": with_sgd("glorot", grid(climbing(20))),
        **{f"{name} {length}": with_other(name, length)
           for name in OTHERS for length in (0, LONG)},
        **{f"adam {init} {length}": with_adam(init, length)
           for init in CASES for length in (0, 20, LONG)},
    }  # fmt: skip
    return {
        **{name: _short(ends) | {"curves": _median(ends)} for name, ends in runs.items()},
        **{name: _short(ends) for name, ends in others.items()},
        "pressed": pressed(),
        "seen": {init: seen(init) for init in CASES},
    }


def _short(ends: Ends) -> dict[str, Tensor]:
    return {"validation": ends.validation[:, :CHOOSE], "test": ends.test}


def _median(ends: Ends) -> Tensor:
    return ends.curves.nan_to_num(torch.inf).median(1).values


@cache
def recorded(name: str) -> Ends:
    """Runs that came with the book, such as `"he 200"` or `"adam he 0"`.

    Validation losses are those of the seeds that choose; curves, where there are any, medians.
    """
    values = RECORD.found["values"][name]
    parts = (unpacked(values[part]) for part in ("validation", "test"))
    curves = unpacked(values["curves"]) if "curves" in values else torch.empty(0)
    return Ends(*(part.nan_to_num(torch.inf) for part in (*parts, curves)))


@cache
def sharpness(name: str) -> Tensor:
    """Recorded sharpness: a run of `pressed`, or a start of the demo."""
    values = RECORD.found["values"]
    return unpacked(values["pressed"][name] if name in values["pressed"] else values["seen"][name])


def _sgd_piece() -> tuple[Tensor, Tensor]:
    """Two peaks, two seeds."""
    again = with_sgd("he", grid(climbing(LONG), PEAKS[2:4]), SEEDS[:2]).test
    return again, recorded(f"he {LONG}").test[2:4, :2]


def _adam_piece() -> tuple[Tensor, Tensor]:
    rows = grid(climbing(LONG), ADAM_PEAKS[1:3])
    again = nets.trained(rows, SEEDS[:2], nets.student("he"), adam).test
    return again, recorded(f"adam he {LONG}").test[1:3, :2]


def _sharp_piece() -> tuple[Tensor, Tensor]:
    """The first looks of one run."""
    run = grid(climbing(LONG), [PEAKS[8]])
    start = SEEDS[CHOOSE : CHOOSE + 1]
    again = nets.along(run, start, lambda seed: nets.student("he", seed=seed), LOOK, until=LOOK)
    return again[0], sharpness("climb")[:1, :2]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "seeds": SEEDS, "choose": CHOOSE, "peaks": PEAKS, "adam": ADAM_PEAKS, "lengths": LENGTHS,
        "long": [LONG, LOW, FALL], "cases": CASES,
        "safe": SAFE, "others": [OTHERS, OTHER_PEAKS, TOPS], "look": [LOOK, FEW],
        "nets": [nets.STEPS, nets.BATCH, nets.UNITS, nets.HELD, nets.CUT, nets.EVERY],
        "sharp": [nets.LOOKED, nets.PRODUCTS],
    },
    pieces={"sgd": _sgd_piece, "adam": _adam_piece, "sharp": _sharp_piece},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

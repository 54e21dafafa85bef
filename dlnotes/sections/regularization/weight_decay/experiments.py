"""What the page measures: the bench over the strength, and how far normalized weights turn.

`python -m dlnotes.sections.regularization.weight_decay.experiments` makes the record beside this
file anew; it takes six minutes.

Book: regularization/weight_decay
"""

from functools import cache, partial
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.sections.regularization.weight_decay import bench, turning
from dlnotes.sections.regularization.weight_decay.bench import Arm, Bench, Trained, many
from dlnotes.sections.regularization.weight_decay.turning import Turned, turned
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(8))
DECAYS = (0.0, 1.0, 6.0, 10.0, 20.0, 30.0, 60.0, 100.0)
PENALTIES = (0.01, 0.03, 0.05, 0.1, 0.2, 0.3)
CLEAN, NARROW, NORMED = Bench(wrong=0.0), Bench(hidden=4), Bench(normed=True)


class Sweep(NamedTuple):
    """Some strengths of one rule on one bench; the fields are those of `bench.Arm`."""

    strengths: tuple[float, ...]
    place: Bench = bench.PLAIN
    what: str = "all"
    rule: str = "decay"
    lr: float = bench.LR


SWEEPS = {
    "decay": Sweep(DECAYS),
    "decay_weights": Sweep(DECAYS[2:6], what="weights"),
    "decay_biases": Sweep((10.0, 100.0), what="biases"),
    "penalty": Sweep(PENALTIES, rule="penalty"),
    "penalty_weights": Sweep(PENALTIES[1:4], rule="penalty", what="weights"),
    "rate_0.0001": Sweep((*DECAYS[1:], 600.0), lr=0.0001),
    "rate_0.001": Sweep(DECAYS[1:], lr=0.001),
    "rate_0.01": Sweep(DECAYS[1:7], lr=0.01),
    "clean": Sweep((0.0, 1.0, 3.0), CLEAN),
    "clean_weights": Sweep((1.0, 3.0), CLEAN, what="weights"),
    "narrow": Sweep((0.0, 1.0, 10.0), NARROW),
    "normed": Sweep((0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 6.0, 10.0, 20.0), NORMED),
    "normed_no_gains": Sweep((1.0,), NORMED, what="no_gains"),
    "normed_weights": Sweep((0.3, 1.0, 3.0, 6.0, 10.0, 20.0), NORMED, what="weights"),
}


def sweep(name: str, seeds: tuple[int, ...] = SEEDS) -> Trained:
    """The nets of one sweep, `(strengths, seeds)` each."""
    strengths, place, *how = SWEEPS[name]
    return many([Arm(strength, *how) for strength in strengths], seeds, place)


@cache
def recorded(name: str) -> Trained:
    """The same that came with the book."""
    return Trained(*map(unpacked, RECORD.found["values"][name].values()))


def strengths(name: str) -> tuple[float, ...]:
    """Those of a sweep."""
    return SWEEPS[name].strengths


def chosen(*names: str) -> tuple[str, int]:
    """Of some sweeps together, the one and the place in it with the best mean on validation."""
    tops = {name: recorded(name).validation.mean(1).max().item() for name in names}
    best = max(tops, key=tops.get)
    return best, int(recorded(best).validation.mean(1).argmax())


@cache
def recorded_turns(*, adamw: bool = False) -> dict[str, Turned]:
    """The turns that came with the book, by kind, of SGD or of AdamW: `(seeds, …)` each."""
    kinds, part = (turning.ADAMW, "turns_adamw") if adamw else (turning.KINDS, "turns")
    found = [unpacked(value) for value in RECORD.found["values"][part].values()]
    return {name: Turned(*(x[i] for x in found)) for i, name in enumerate(kinds)}


def users(spread: float = 0.5, noise: float = 1.0, seed: int = 0) -> tuple[float, float]:
    """Mean squared error of one bias for each of 2000 users: the mean of two ratings, and shrunk.

    The penalty is the one with the smallest expected error, noise² / (2 · spread²).

    Args:
        spread: standard deviation of the true biases, around 0.
        noise: of a rating.
        seed: of both.
    """
    truth, *ratings = torch.randn(3, 2000, generator=seeded(seed), dtype=torch.float64)
    truth = spread * truth
    free = truth + noise * (ratings[0] + ratings[1]) / 2
    shrunk = free / (1 + noise**2 / (2 * spread**2))
    return tuple((found - truth).square().mean().item() for found in (free, shrunk))


def settled(angle: Tensor) -> Tensor:
    """Over the last 500 steps: the root of the mean square, `(seeds,)`."""
    return angle[:, -turning.TAIL // 100 :].square().mean(1).sqrt()


def _bench() -> tuple[Tensor, Tensor]:
    """The three smallest strengths of one seed."""
    arms = [Arm(strength) for strength in DECAYS[:3]]
    again, kept = bench.trained(arms, SEEDS[0]), recorded("decay")
    return torch.stack(again[:3]), torch.stack(kept[:3])[:, :3, 0]


def _lengths() -> tuple[Tensor, Tensor]:
    again = bench.trained([Arm(0.1, "weights", "penalty")], SEEDS[0])
    kept, place = recorded("penalty_weights"), strengths("penalty_weights").index(0.1)
    return torch.stack(again[3:]), torch.stack(kept[3:])[:, place : place + 1, 0]


def _turns(*, adamw: bool = False) -> tuple[Tensor, Tensor]:
    """The first steps of two kinds and one seed."""
    kinds, names = turning.ADAMW if adamw else turning.KINDS, ("base", "more")
    again = turned([kinds[name] for name in names], SEEDS[:1], steps=500, adamw=adamw)
    kept = [recorded_turns(adamw=adamw)[name].angle[:1, :5] for name in names]
    return again.angle, torch.stack(kept)


RECORD = Record(
    __file__,
    make=lambda: {
        "turns": turned(list(turning.KINDS.values()), SEEDS)._asdict(),
        "turns_adamw": turned(list(turning.ADAMW.values()), SEEDS, adamw=True)._asdict(),
        **{name: sweep(name)._asdict() for name in SWEEPS},
    },
    settings={
        "seeds": SEEDS, "sweeps": SWEEPS, "steps": bench.STEPS, "kinds": turning.KINDS,
        "adamw": turning.ADAMW,
        "turning": [turning.HIDDEN, turning.BATCH, turning.STEPS, turning.OUTER],
    },
    pieces={
        "bench": _bench, "lengths": _lengths, "turns": _turns,
        "turns_adamw": partial(_turns, adamw=True),
    },
    rtol=5e-3,
    atol=1e-4,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

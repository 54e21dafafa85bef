"""What the page measures: nets stopped at one loss, frozen nets, and noise that is cooled.

`python -m dlnotes.sections.learning_rates.myths.experiments` makes the record beside this file
anew; it takes four minutes.

Book: learning_rates/myths
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

from dlnotes.sections.learning_rates.myths import frozen, growing, matched, wells
from dlnotes.training.records import Record, unpacked

COOLED = {"floor": -1.0, "heat": 1.0, "seeds": 5, "count": 400}
LENGTHS, COOL_RATES = (1000, 10_000, 100_000), (0.02, 0.1)
BETWEEN = (0.05, 0.067, 0.08)  # at the middle length; at 0.067 both wells are as hard to leave


def all_runs() -> dict[str, Any]:
    """Everything that takes longer than a page may."""
    clean, wrong = matched.ARMS["clean"], matched.ARMS["wrong"]
    return {
        "stopped": {
            name: {f"{lr:g}": matched.stopped(arm, lr)._asdict() for lr in arm.rates}
            for name, arm in matched.ARMS.items()
        },
        "short": {
            f"{lr:g}": matched.after(clean, lr, matched.SHORT)._asdict()
            for lr in matched.SHORT_RATES
        },
        "long": {
            f"{lr:g}": matched.after(wrong, lr, matched.LONG)._asdict() for lr in matched.LONG_RATES
        },
        "far": matched.stopped(wrong._replace(level=matched.FAR), wrong.usual)._asdict(),
        "dropped": {
            name: {
                f"{tiny}": frozen.dropped(name, tiny)._asdict()
                for tiny in (*frozen.TINY, None, *frozen.MORE[name])
            }
            for name in frozen.RULES
        },
        "cooled": {f"{lr:g}": [cooled(steps, lr) for steps in LENGTHS] for lr in COOL_RATES},
        "between": {f"{lr:g}": cooled(LENGTHS[1], lr) for lr in BETWEEN},
    }


def cooled(steps: int, lr: float) -> Tensor:
    """Share of starts in the narrow, deeper well after noise has been cooled, `(5,)`."""
    return wells.cooled(steps=steps, lr=lr, **COOLED)


@cache
def recorded(part: str) -> Any:
    """One part of the record: a tensor, or a dict of them."""
    return _tensors(RECORD.found["values"][part])


def _tensors(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _tensors(value) for name, value in values.items()}
    return unpacked(values)


# The page's numbers


def points(name: str, lr: float) -> Tensor:
    """Test accuracy at a rate less that at the usual one, in points, a value a seed."""
    arm, found = matched.ARMS[name], recorded("stopped")[name]
    return 100 * (found[f"{lr:g}"]["test"] - found[f"{arm.usual:g}"]["test"])


def against(name: str) -> dict[float, tuple[float, float]]:
    """Rate -> mean of `points` and half its 95 % interval, for all but the usual rate."""
    arm = matched.ARMS[name]
    return {lr: matched.interval(points(name, lr)) for lr in arm.rates if lr != arm.usual}


def farthest() -> float:
    """The end of an interval that lies farthest from 0, over all rates below the usual ones."""
    ends = [
        abs(mean) + half
        for name, arm in matched.ARMS.items()
        for lr, (mean, half) in against(name).items()
        if lr < arm.usual
    ]
    return max(ends)


def hits(rates: Sequence[float], floor: float) -> Tensor:
    """Share of 4,000 starts that end in the deeper well after 200 steps, a rate each."""
    return wells.deepest(floor, torch.tensor(rates, dtype=torch.float64).unsqueeze(1))


def drop(name: str, tiny: float | None) -> Tensor:
    """The part of the training loss that goes in the last 1000 steps, `(S,)`."""
    curve = recorded("dropped")[name][f"{tiny}"]["curve"]
    return 1 - curve[:, -1] / curve[:, 0]


def grown(
    norms: int, seed: int = 0, steps: int = growing.STEPS, eps: float = 0.0
) -> tuple[list, list, list]:
    """Losses with decay at a constant rate, without it at the growing one, and its rates."""
    keep = 1 - growing.RATE * growing.DECAY
    rates = [growing.RATE * keep ** (-2 * step - 1) for step in range(steps)]
    setting = {"norms": norms, "eps": eps, "seed": seed, "steps": steps}
    level, _ = growing.trained(lambda step: growing.RATE, growing.DECAY, **setting)
    rising, _ = growing.trained(rates.__getitem__, 0.0, **setting)
    return level, rising, rates


def _soon() -> tuple[Tensor, Tensor]:
    lr = matched.ARMS["clean"].rates[-1]
    again = matched.stopped(matched.ARMS["clean"], lr, matched.SEEDS[:2])
    return again.train, recorded("stopped")["clean"][f"{lr:g}"]["train"][:2]


def _frozen() -> tuple[Tensor, Tensor]:
    again = frozen.dropped("sgd", None, seeds=(0, 1), steps=frozen.FLAT + 50).curve
    return again.double(), recorded("dropped")["sgd"]["None"]["curve"][:2, :2]


def _cooled() -> tuple[Tensor, Tensor]:
    return cooled(LENGTHS[0], 0.02), recorded("cooled")["0.02"][0]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "arms": {name: arm._asdict() for name, arm in matched.ARMS.items()},
        "seeds": matched.SEEDS, "short": [matched.SHORT, matched.SHORT_RATES],
        "long": [matched.LONG, matched.LONG_RATES, matched.FAR],
        "frozen": [frozen.SEEDS, frozen.BATCH, frozen.HALVED, frozen.FLAT, frozen.STEPS,
                   frozen.TINY, frozen.MORE],
        "cooled": [COOLED, LENGTHS, COOL_RATES, BETWEEN],
    },
    pieces={"soon": _soon, "frozen": _frozen, "cooled": _cooled},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

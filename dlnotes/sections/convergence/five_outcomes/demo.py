"""A polynomial trained on points: two curves, and four knobs that fork the run.

Book: convergence/five_outcomes
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.five_outcomes.words import TEXT

TERMS = 13  # of the largest polynomial, degree 12
POOL, HELD = 192, 60  # points to learn from at most, and held out
BATCH = 8  # points a step
FORK, STEPS = 60, 120  # where the run forks, and ends
LATE = 15  # steps whose mean is the end of a branch
FAR = 1e6  # a squared miss that nothing comes back from: such a run stands still
LOST = 100.0  # a training loss above this has flown away
SEED = 8  # of points and batches
SAME = 0.02  # of loss: two ends this close are alike
KNOBS = ("longer", "bigger", "data", "lower")


def terms(x: Tensor) -> Tensor:
    """Legendre polynomials of degree 0 to 12 at x, each of mean square 1 on [-1, 1]."""
    found = [torch.ones_like(x), x]
    for k in range(1, TERMS - 1):
        found.append(((2 * k + 1) * x * found[k] - k * found[k - 1]) / (k + 1))
    return torch.stack([math.sqrt(2 * k + 1) * one for k, one in enumerate(found)])


def target(x: Tensor, draw: Tensor, noise: Tensor) -> Tensor:
    """The height of a point: a wave, and noise from a draw between 0 and 1."""
    return torch.sin(4 * x) + noise * math.sqrt(12) * (draw - 0.5)


def kept(degree: Tensor) -> Tensor:
    """1 for each term that a polynomial of this degree has, else 0."""
    return (torch.arange(TERMS, dtype=torch.float64) <= degree).to(torch.float64)


def step(theta: Tensor, rows: Tensor, y: Tensor, mask: Tensor, lr: Tensor) -> Tensor:
    """The coefficients after one step on a batch; those of a lost run stay."""
    miss = rows @ theta - y
    grad = 2 * (miss @ rows) / BATCH * mask
    moved = theta + sgd.update(grad, sgd.init(theta), theta, lr=lr)[0]
    return torch.where(miss.square().amax() < FAR, moved, theta)


def train_loss(theta: Tensor, rows: Tensor, y: Tensor, share: Tensor) -> Tensor:
    """Mean squared miss on the points in use; `share` is one over their number, or 0."""
    return (share * (rows @ theta - y).square()).sum()


def held_loss(theta: Tensor, rows: Tensor, y: Tensor) -> Tensor:
    """Mean squared miss on the held-out points."""
    return (rows @ theta - y).square().mean()


def level(theta: Tensor, row: Tensor) -> Tensor:
    """The height of the polynomial where the terms are `row`."""
    return theta @ row


def end(held: Tensor) -> Tensor:
    """The end of a branch: the mean of its last losses."""
    return held.mean()


def share(count: Tensor) -> Tensor:
    """What each point of the pool counts, where the first `count` are in use."""
    return (torch.arange(POOL, dtype=torch.float64) < count).to(torch.float64) / count


def bigger(degree: Tensor) -> Tensor:
    """The degree of the bigger model."""
    return torch.clamp(degree + 6, max=TERMS - 1.0)


def more(points: Tensor) -> Tensor:
    """How many points there are once there are more."""
    return points * 4


def lower(lr: Tensor) -> Tensor:
    """The lower learning rate."""
    return lr / 10


def helps(low: Tensor, longer: Tensor) -> Tensor:
    """1 where the best knob ends lower than training on by more than `SAME`, else 0."""
    return (longer - low > SAME).to(longer.dtype)


EMITTED = (
    helps, terms, target, kept, step, train_loss, held_loss, level, end, share, bigger, more, lower,
)  # fmt: skip
_THETA = (TERMS,)
_SHAPES = {
    "step": {"theta": _THETA, "rows": (BATCH, TERMS), "y": (BATCH,), "mask": _THETA},
    "train_loss": {"theta": _THETA, "rows": (POOL, TERMS), "y": (POOL,), "share": (POOL,)},
    "held_loss": {"theta": _THETA, "rows": (HELD, TERMS), "y": (HELD,)},
    "level": {"theta": _THETA, "row": _THETA},
    "end": {"held": (LATE,)},
}


class FiveOutcomesDemo(Demo):
    """Two curves up to now: which of four knobs brings the held-out loss down most?"""

    words = TEXT
    start: ClassVar = {
        "degree": 1, "lr": 0.05, "points": 48, "noise": 0.2, "knob": "longer", "now": FORK,
    }  # fmt: skip
    sliders: ClassVar = {
        "degree": Slider(1, 12, steps=11),
        "lr": Slider(0.001, 1, log=True, steps=300),
        "points": Slider(stops=(12, 24, 48)),
        "noise": Slider(0, 0.8, steps=80),
    }
    choices: ClassVar = {"knob": KNOBS}
    handles: ClassVar = {"time": Drag(-60, 0, ("now",))}
    presets = ("good", "slow", "small", "unstable", "overfit", "stuck")
    at_once = ("degree", "lr", "points", "knob")
    guesses = KNOBS
    apart = ("knob",)

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {
            "TERMS": TERMS, "POOL": POOL, "HELD": HELD, "BATCH": BATCH, "FORK": FORK,
            "STEPS": STEPS, "LATE": LATE, "SEED": SEED, "LOST": LOST,
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, degree: int, lr: float, points: int, noise: float, knob: str, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            degree: of the polynomial, 1 to 12.
            lr: learning rate, greater than 0.
            points: to learn from, 12, 24 or 48.
            noise: standard deviation of the heights.
            knob: which branch is shown after the fork.
            now: the step that is shown.
        """
        setting = Setting(float(degree), float(points), lr)
        data = _data(noise)
        trunk = _run(data, setting, torch.zeros(TERMS, dtype=torch.float64), range(FORK))
        branches = {
            name: _run(data, turned(setting, name), trunk[-1].theta, range(FORK, STEPS))
            for name in KNOBS
        }
        way = [*trunk, *branches[knob][1:]]
        ends = {
            name: end(torch.stack([moment.held for moment in branch[-LATE:]])).item()
            for name, branch in branches.items()
        }
        here = way[now]
        return {"now": now, "train": here.train.item(), "held": here.held.item(), **ends}

    @staticmethod
    def answer() -> str:
        found = FiveOutcomesDemo.readouts(**FiveOutcomesDemo.start)
        return min(KNOBS, key=found.get)

    @classmethod
    def random_setting(cls, draw) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, STEPS)}


class Setting(NamedTuple):
    """What a stretch of the run is trained with."""

    degree: float
    points: float
    lr: float


class Moment(NamedTuple):
    """What is known after a step."""

    theta: Tensor
    train: Tensor
    held: Tensor


class Points(NamedTuple):
    """The points to learn from, those held out, and the rows of every batch, before scaling."""

    rows: Tensor
    y: Tensor
    held_rows: Tensor
    held_y: Tensor
    picks: list[list[float]]


def turned(setting: Setting, knob: str) -> Setting:
    """The setting after a knob is turned."""
    degree, points, lr = map(_number, setting)
    change = {"bigger": {"degree": bigger(degree)}, "data": {"points": more(points)}}
    change |= {"lower": {"lr": lower(lr)}}
    return setting._replace(**{name: x.item() for name, x in change.get(knob, {}).items()})


@cache
def _draws() -> tuple[list, list, list]:
    source = Random(SEED)
    pool, held = ([[source.uniform(), source.uniform()] for _ in range(n)] for n in (POOL, HELD))
    return pool, held, [[source.uniform() for _ in range(BATCH)] for _ in range(STEPS)]


def _data(noise: float) -> Points:
    pool, held, picks = _draws()
    made = []
    for part in (pool, held):
        places = [2 * _number(place) - 1 for place, _ in part]
        made.append(torch.stack([terms(x) for x in places]))
        heights = zip(places, part, strict=True)
        made.append(torch.stack([target(x, _number(d), _number(noise)) for x, (_, d) in heights]))
    return Points(*made, picks)


def _run(data: Points, setting: Setting, theta: Tensor, steps: Sequence[int]) -> list[Moment]:
    """From these coefficients on; the first moment is the start."""
    mask, weight = kept(_number(setting.degree)), share(_number(setting.points))

    def moment(theta: Tensor) -> Moment:
        train = train_loss(theta, data.rows, data.y, weight)
        return Moment(theta, train, held_loss(theta, data.held_rows, data.held_y))

    way = [moment(theta)]
    for t in steps:
        rows = [int(draw * setting.points) for draw in data.picks[t]]
        theta = step(theta, data.rows[rows], data.y[rows], mask, _number(setting.lr))
        way.append(moment(theta))
    return way


def _number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)

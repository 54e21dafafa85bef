"""A small net on sixteen points, trained at a small rate, whose rate is then changed.

Book: learning_rates/two_limits
"""

import math
from collections.abc import Iterator
from functools import cache
from itertools import count, islice
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import grad, grad_and_value, hessian, jvp

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import sgd

POINTS, UNITS, SEED = 16, 12, 6
SIZES = (UNITS, UNITS, UNITS, 1)  # weights in, their offsets, weights out, the last offset
COUNT = sum(SIZES)
CALM, TRAINED, BEFORE = 0.05, 1000, 20  # rate and steps before the change; so many are shown
STEPS = 300  # shown altogether
LOST = 1e5  # this many times the loss before the change counts as flown off
LEFT = 2.0  # as many times: it has left its valley
HALF = 2.2  # half the width of the cut

X = torch.linspace(-1, 1, POINTS, dtype=torch.float64)
Y = (1.5 * math.pi * X).sin()
GRID = torch.linspace(-HALF, HALF, 61, dtype=torch.float64)


class Look(NamedTuple):
    """A step of a run: loss and sharpness before it, and how far it is along the first valley."""

    loss: float
    sharp: float
    away: float


def heights(w: Tensor, x: Tensor) -> Tensor:
    """The net `(…, COUNT)` at each x: a weighted sum of tanh, each with a slope and an offset."""
    slopes, offsets, weights, last = (part.unsqueeze(-2) for part in w.split(SIZES, -1))
    units = (x.unsqueeze(-1) * slopes + offsets).tanh()
    return (units * weights).sum(-1) + last.squeeze(-1)


def loss(w: Tensor) -> Tensor:
    """Mean squared miss of the points."""
    return (heights(w, X) - Y).square().mean(-1)


def step(w: Tensor, v: Tensor, lr: Tensor) -> dict[str, Tensor]:
    """A step of gradient descent on all points, the loss before it, and a step of power iteration.

    v ← H v / ‖H v‖; in time ‖H v‖ is the sharpness.
    """
    (gradient, height), (image, _) = jvp(grad_and_value(loss), (w,), (v,))
    new = w + sgd.update(gradient, sgd.init(w), w, lr=lr)[0]
    size = image.square().sum().sqrt()
    return {"w": new, "loss": height, "v": image / size, "size": size}


def along(w: Tensor, start: Tensor, v: Tensor) -> Tensor:
    """How far the parameters are from the start in the direction v."""
    return ((w - start) * v).sum()


def cut(w: Tensor, start: Tensor, v: Tensor) -> Tensor:
    """The loss on the line through w in the direction v, at the places `GRID`."""
    return loss(w + (GRID - along(w, start, v)).unsqueeze(-1) * v)


def limit(lr: Tensor) -> Tensor:
    """The curvature above which a parabola throws such steps out: 2 / η."""
    return 2 / lr


def rate(times: Tensor, sharp: Tensor) -> Tensor:
    """A learning rate that is `times` its limit where the sharpness is `sharp`."""
    return 2 * times / sharp


def multiple(limit: Tensor, sharp: Tensor) -> Tensor:
    """How many times its limit a rate is, from the curvature that it allows."""
    return sharp / limit


def gone(loss: Tensor, first: Tensor) -> Tensor:
    """1 where the loss is `LOST` times the first one or no number, else 0."""
    return 1 - (loss < LOST * first).to(loss.dtype)


def left(peak: Tensor, first: Tensor) -> Tensor:
    """1 where the highest loss was more than `LEFT` times the first, else 0."""
    return (peak > LEFT * first).to(peak.dtype)


@cache
def trained() -> tuple[Tensor, Tensor, Tensor, float]:
    """Where the picture begins, where the rate is changed, the most curved direction there, s."""
    source = seeded(SEED)

    def normal(count: int) -> Tensor:
        return torch.randn(count, generator=source, dtype=torch.float64)

    parts = normal(UNITS), normal(UNITS) / 2, normal(UNITS) / math.sqrt(UNITS), torch.zeros(1)
    w = torch.cat(parts)
    for done in range(TRAINED):
        if done == TRAINED - BEFORE:
            first = w
        w = w - CALM * grad(loss)(w)
    values, vectors = torch.linalg.eigh(hessian(loss)(w))
    v = vectors[:, -1] * vectors[:, -1].sum().sign()
    return first, w, v, values[-1].item()


def run(times: float, steps: int = STEPS) -> list[Look]:
    """The looks before so many steps of a run, and after the last.

    Args:
        times: the rate after `BEFORE` steps, as a multiple of 2 / sharpness, greater than 0.
        steps: how many.
    """
    seen, more = _begun(times)
    seen += islice(more, max(steps + 1 - len(seen), 0))
    return seen[: steps + 1]


@cache
def _begun(times: float) -> tuple[list[Look], Iterator[Look]]:
    return [], _run(times)


def _run(times: float) -> Iterator[Look]:
    w, start, v, sharp = trained()
    direction = v
    for done in count():
        lr = CALM if done < BEFORE else 2 * times / sharp
        made = step(w, direction, torch.tensor(lr, dtype=torch.float64))
        yield Look(made["loss"].item(), made["size"].item(), along(w, start, v).item())
        w, direction = made["w"], made["v"]

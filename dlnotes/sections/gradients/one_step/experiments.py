"""A line through five points, a curve with two ups and downs, a net: steps and where they end.

Book: gradients/one_step
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, hessian, jvp, vmap

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.nets.mlp import MLP

POINTS = ((0.0, 1.0), (1.0, 1.0), (2.0, 3.0), (3.0, 2.0), (4.0, 3.0))
TILT = 0.3  # of the double well: the left one is the deeper
SEEDS = tuple(range(5))

SIZES, IMAGES, NET_LR, NET_STEPS = (64, 32, 10), 300, 0.1, 300
POWER = 15  # steps towards the direction of the largest curvature
MULTIPLES = (0.03, 0.1, 0.3, 0.5, 0.7, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 6.0, 12.0)


# ---- a net: what a step promises and what it keeps -----------------------------------------------
class Promise(NamedTuple):
    """One step from where several runs are; a row a seed.

    Attributes:
        kept: the real fall over the promised one at each of `MULTIPLES` of 1 / bend, shape
            `(seeds, multiples)`.
        bend: curvature along the gradient, shape `(seeds,)`.
        top: size of the largest curvature, from below, by 15 power steps, shape `(seeds,)`.
        length: of the gradient, shape `(seeds,)`.
        loss: before the step, shape `(seeds,)`.
    """

    kept: Tensor
    bend: Tensor
    top: Tensor
    length: Tensor
    loss: Tensor


class Runs(NamedTuple):
    """The same net from several seeds, all images in every step.

    Attributes:
        first: the promise at the start.
        last: the promise after `NET_STEPS` steps.
        apart: distance between the ends of every two runs, over the length of a start.
        moved: distance from start to end, over the length of the start, shape `(seeds,)`.
    """

    first: Promise
    last: Promise
    apart: Tensor
    moved: Tensor


@cache
def runs(activation: str = "relu", seeds: Sequence[int] = SEEDS) -> Runs:
    """Nets of 64, 32 and 10 units on 300 handwritten digits, trained by full-batch descent."""
    data = datasets.digits(0, standardized=True)
    X, y = data.X[:IMAGES].double(), data.y[:IMAGES]
    nets = [MLP(SIZES, activation=activation, seed=s, dtype=torch.float64) for s in seeds]
    shapes = {name: p.shape for name, p in nets[0].named_parameters()}

    def loss(vector: Tensor) -> Tensor:
        parts = vector.split([shape.numel() for shape in shapes.values()])
        named = {name: p.view(shapes[name]) for name, p in zip(shapes, parts, strict=True)}
        return torch.nn.functional.cross_entropy(functional_call(nets[0], named, (X,)), y)

    start = torch.stack([torch.cat([p.detach().flatten() for p in n.parameters()]) for n in nets])
    end, slope = start, vmap(grad(loss))
    for _ in range(NET_STEPS):
        end = end - NET_LR * slope(end)
    size, every = start.norm(dim=1), torch.combinations(torch.arange(len(seeds)))
    apart = (end[every[:, 0]] - end[every[:, 1]]).norm(dim=1) / size.mean()
    moved = (end - start).norm(dim=1) / size
    return Runs(promise(loss, start), promise(loss, end), apart, moved)


def promise(loss: Callable[[Tensor], Tensor], places: Tensor) -> Promise:
    """What one step from each place promises and keeps.

    Args:
        loss: of parameters in one row.
        places: shape `(seeds, parameters)`.
    """
    g = vmap(grad(loss))(places)
    square = g.square().sum(1)
    turn = vmap(lambda at, along: jvp(grad(loss), (at,), (along,))[1])
    turned, way = turn(places, g), g
    for _ in range(POWER):
        way = turn(places, way / way.norm(dim=1, keepdim=True))
    bend = (g * turned).sum(1) / square
    rates = torch.tensor(MULTIPLES, dtype=torch.float64) / bend[:, None]
    landed = places[:, None] - rates[..., None] * g[:, None]
    before, after = vmap(loss)(places), vmap(vmap(loss))(landed)
    kept = (before[:, None] - after) / (rates * square[:, None])
    return Promise(kept, bend, way.norm(dim=1), square.sqrt(), before)


def twice(promise: Promise) -> Tensor:
    """The real fall of a step at 2 / bend over that at 1 / bend, shape `(seeds,)`."""
    one, two = (promise.kept[:, MULTIPLES.index(each)] for each in (1.0, 2.0))
    return 2 * two / one


# ---- a line through five points: many steps ------------------------------------------------------
BOTTOM = (1.0, 0.5)


def slopes(b: float, w: float) -> tuple[float, float]:
    """The gradient of the mean squared miss of b + w · x."""
    misses = [(x, b + w * x - y) for x, y in POINTS]
    return (
        2 * sum(miss for _, miss in misses) / len(POINTS),
        2 * sum(x * miss for x, miss in misses) / len(POINTS),
    )


def walk(lr: float, steps: int, begin: tuple[float, float] = (0.0, 0.0)) -> list[float]:
    """Distances from the bottom on the way, over the first one.

    Args:
        lr: learning rate.
        steps: how many to take.
        begin: intercept and slope of the first line.
    """
    (b, w), distances = begin, []
    for _ in range(steps + 1):
        distances.append(math.hypot(b - BOTTOM[0], w - BOTTOM[1]))
        g_b, g_w = slopes(b, w)
        b, w = b - lr * g_b, w - lr * g_w
    return [distance / distances[0] for distance in distances]


def steepest_start() -> tuple[float, float]:
    """A start that lies from the bottom in the direction of the largest curvature."""
    across, up = 4.0, (7 + math.sqrt(41)) - 2  # (H - λ) · direction = 0 with H = (2 4; 4 12)
    return BOTTOM[0] + across, BOTTOM[1] + up


def steps_to(lr: float, part: float = 1e-6) -> int:
    """Steps until the line that lies flat at 0 has only this part of its way left."""
    return next(t for t, left in enumerate(walk(lr, 40_000)) if left <= part)


# ---- a curve with one way up and one way down, fitted by few units -------------------------------
FIT_X = torch.linspace(-3, 3, 25, dtype=torch.float64)
FIT_Y = (torch.tanh(2 * (FIT_X + 1.5)) - 0.7 * torch.tanh(2 * (FIT_X - 1.5))) / 2
FIT_LR, FIT_STEPS, FIT_STARTS = 0.5, 3000, 400
FIT_DECAY = 0.003  # so that a bottom exists


class Ends(NamedTuple):
    """Where fits end; a number a start.

    Attributes:
        loss: shape `(starts,)`.
        slope: length of the gradient there.
        lowest: smallest curvature there.
        fit: the fitted curve at `FIT_X`, shape `(starts, 25)`.
    """

    loss: Tensor
    slope: Tensor
    lowest: Tensor
    fit: Tensor


@cache
def ends(units: int, decay: float = FIT_DECAY, steps: int = FIT_STEPS) -> Ends:
    """Σ out · tanh(in · x + offset) + height, fitted to the curve from 400 starts.

    Args:
        units: of tanh, and the seed of the starts.
        decay: times the squared parameters is added to the loss.
        steps: how many.
    """
    at = torch.randn(FIT_STARTS, 3 * units + 1, generator=seeded(units), dtype=torch.float64)

    def curve(p: Tensor) -> Tensor:
        slopes, offsets, outs = p[..., :-1].view(*p.shape[:-1], 3, units, 1).unbind(-3)
        bends = torch.tanh(slopes * FIT_X + offsets)
        return (outs * bends).sum(-2) / units**0.5 + p[..., -1:]

    def loss(p: Tensor) -> Tensor:
        return (curve(p) - FIT_Y).square().mean(-1) + decay * p.square().sum(-1)

    slope = grad(lambda p: loss(p).sum())  # no start's loss depends on another start
    for _ in range(steps):
        at = at - FIT_LR * slope(at)
    lowest = torch.linalg.eigvalsh(vmap(hessian(loss))(at))[:, 0]
    return Ends(loss(at), slope(at).norm(dim=1), lowest, curve(at))

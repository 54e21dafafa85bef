"""Balls on a saddle under four kinds of noise, and a net on one: when each of them leaves.

Book: convergence/landscape
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.convergence.critical import classify_critical_point, random_critical_points
from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets

LR = 0.1  # of the ball
SIGMA = 0.01  # standard deviation of its noise
SEEDS = tuple(range(8))

INPUTS, HIDDEN, CLASSES, EACH = 64, 6, 10, 30  # 30 digits of each class
SIZES = (HIDDEN * INPUTS, HIDDEN, CLASSES * HIDDEN, CLASSES)
NET_LR = 0.5
LEVEL = 2.2  # a loss below this, and the net has left ln 10, about 2.30
FLAT = 1e-6  # a curvature below minus this bends down
MARKS = (10, 100, 400)  # steps at which the Hessian is taken


# ---- a ball on (x² - y²) / 2 ---------------------------------------------------------------------
def escape(noise: str, seed: int = 0, *, beside: float = 0.0, steps: int = 1000) -> float:
    """The first step at which the ball is 1 away along the direction that falls; inf for none.

    Args:
        noise: `"none"`, `"all"` directions, `"stable"` only along the direction that rises, or
            `"fading"`, as large as the gradient itself.
        seed: of the normal numbers.
        beside: where it starts along the direction that falls.
        steps: how many to take.
    """
    source, x, y = seeded(seed), 0.0, beside
    for step in range(1, steps + 1):
        across, along = torch.randn(2, generator=source, dtype=torch.float64).tolist()
        size = {"none": 0.0, "fading": math.hypot(x, y)}.get(noise, SIGMA)
        free = noise in ("all", "fading")
        x, y = x - LR * (x + size * across), y - LR * (-y + size * along * free)
        if abs(y) >= 1:
            return step
    return math.inf


def from_top(beside: float, lr: float, *, noise: float = 0.0, seed: int = 0) -> float:
    """Steps from beside the top of -(x² + y²) / 2 to a distance of 1; the noise is along x only."""
    source, x, y = seeded(seed), beside, beside
    for step in range(1, 5000):
        x += lr * (x + noise * torch.randn(1, generator=source, dtype=torch.float64).item())
        y += lr * y
        if max(abs(x), abs(y)) >= 1:
            return step
    return math.inf


# ---- a net: 64 pixels, 6 tanh units, 10 scores; 460 parameters -----------------------------------
class Digits(NamedTuple):
    """Images and labels.

    Attributes:
        X: shape `(N, 64)`, float64.
        y: shape `(N,)`.
    """

    X: Tensor
    y: Tensor


@cache
def digits() -> Digits:
    """300 digits, 30 of each class, so that guessing all alike is a place without slope."""
    data = datasets.digits(0, standardized=False)
    chosen = torch.cat([(data.y == each).nonzero()[:EACH, 0] for each in range(CLASSES)])
    return Digits(data.X[chosen].double(), data.y[chosen])


def loss(vector: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of the net whose 460 parameters are in one row."""
    first, offset, second, bias = vector.split(SIZES)
    hidden = torch.tanh(X @ first.view(HIDDEN, INPUTS).T + offset)
    return torch.nn.functional.cross_entropy(hidden @ second.view(CLASSES, HIDDEN).T + bias, y)


slope = torch.func.grad(loss)


def start(scale: float, seed: int) -> Tensor:
    """Normal weights with `scale` times the usual standard deviation, 1/√inputs; biases 0."""
    usual = torch.tensor([INPUTS**-0.5, 0.0, HIDDEN**-0.5, 0.0], dtype=torch.float64)
    return scale * beside(seed) * usual.repeat_interleave(torch.tensor(SIZES))


def beside(seed: int) -> Tensor:
    """460 normal numbers."""
    return torch.randn(sum(SIZES), generator=seeded(seed), dtype=torch.float64)


def trained(starts: Tensor, steps: int, *, batch: int | None = None) -> Tensor:
    """Gradient descent from several starts, each on all digits or on batches of its own.

    Args:
        starts: shape `(seeds, 460)`.
        steps: how many to take.
        batch: digits a step, drawn anew at every step; `None` takes all.

    Returns:
        Parameters at every step, shape `(steps + 1, seeds, 460)`.
    """
    X, y = digits()
    sources, path = [seeded(seed) for seed in range(len(starts))], [starts]
    own = 0 if batch else None  # whether every start has digits of its own
    several = torch.func.vmap(slope, (0, own, own))
    for _ in range(steps):
        rows = slice(None)
        if batch:
            drawn = [torch.randperm(len(X), generator=source)[:batch] for source in sources]
            rows = torch.stack(drawn)
        path.append(path[-1] - NET_LR * several(path[-1], X[rows], y[rows]))
    return torch.stack(path)


def losses(path: Tensor) -> Tensor:
    """The loss on all digits, shape of `path` without its last dimension."""
    flat = torch.func.vmap(loss, (0, None, None), chunk_size=50)(path.flatten(0, -2), *digits())
    return flat.view(path.shape[:-1])


def leaving(path: Tensor) -> list[float]:
    """For every seed the first step at which the loss is below `LEVEL`; inf for none."""
    below = losses(path) < LEVEL
    first = below.int().argmax(0)
    return [int(step) if any_ else math.inf for step, any_ in zip(first, below.any(0), strict=True)]


def hessian(vector: Tensor) -> Tensor:
    """Second derivatives of the loss, shape `(460, 460)`."""
    found = torch.func.jacrev(slope, chunk_size=23)(vector, *digits())
    return (found + found.T) / 2


def spectrum(vector: Tensor) -> Tensor:
    """All 460 curvatures of the loss, rising."""
    return torch.linalg.eigvalsh(hessian(vector))


def downhill_noise(vector: Tensor) -> tuple[float, int]:
    """The part of the variance of one-digit gradients along directions that bend down.

    Returns:
        That part, and how many such directions there are; an even spread has one 460th in each.
    """
    curvatures, directions = torch.linalg.eigh(hessian(vector))
    X, y = (part.unsqueeze(1) for part in digits())
    each = torch.func.vmap(slope, (None, 0, 0))(vector, X, y)
    noise, down = each - each.mean(0), directions[:, curvatures < -FLAT]
    part = (noise @ down).square().sum() / noise.square().sum()
    return part.item(), down.shape[1]


def beside_saddle(seeds: Sequence[int] = SEEDS) -> dict[str, list]:
    """`downhill_noise` after ten steps from a hundredth of the usual weights, one a seed."""
    path = trained(torch.stack([start(0.01, seed) for seed in seeds]), MARKS[0])
    parts, counts = zip(*(downhill_noise(at) for at in path[-1]), strict=True)
    return {"pushed": list(parts), "down": list(counts)}


class Pit(NamedTuple):
    """A place without slope on the loss with a penalty.

    Attributes:
        slope: length of the gradient there.
        lowest: the smallest curvature.
        differ: how far the weights into two units are apart at least, up to the sign.
    """

    slope: float
    lowest: float
    differ: float


def pit(vector: Tensor, penalty: float = 0.01) -> Pit:
    """Down from `vector` with half the `penalty` times all squares added, to the bottom.

    Args:
        vector: 460 parameters.
        penalty: greater than 0.
    """
    at = vector.clone().requires_grad_()
    ways = torch.optim.LBFGS([at], max_iter=250, history_size=50, line_search_fn="strong_wolfe")

    def down() -> Tensor:
        ways.zero_grad()
        height = loss(at, *digits()) + penalty * at.square().sum() / 2
        height.backward()
        return height

    ways.step(down)
    place, more = at.detach(), penalty * torch.eye(len(at), dtype=at.dtype)
    for _ in range(4):
        bend, tilt = hessian(place) + more, slope(place, *digits()) + penalty * place
        place = place - torch.linalg.solve(bend, tilt)  # the last of these no longer counts
    rows, lowest = place[: SIZES[0]].view(HIDDEN, INPUTS), torch.linalg.eigvalsh(bend)[0]
    apart = torch.pdist(torch.cat([rows, -rows]))
    return Pit(tilt.norm().item(), lowest.item(), apart.min().item())


class Net(NamedTuple):
    """A net that starts at zero, or a hair beside it; lists have a number a seed.

    Attributes:
        still: its loss after 100 steps from zero, all digits at once.
        weight: its largest weight after 100 steps from zero on batches of 10.
        moved: its largest bias of an output then.
        full: steps to leave from 1e-8 beside, all digits at once.
        batches: the same on batches of 10.
        nearer: how many more steps from 1e-8 than from 1e-4, all digits at once.
    """

    still: float
    weight: list[float]
    moved: list[float]
    full: list[float]
    batches: list[float]
    nearer: list[float]


def from_nothing(seeds: Sequence[int] = SEEDS) -> Net:
    """All weights and biases at zero, where no example has a slope in any weight; and beside it."""
    near = torch.stack([beside(seed) for seed in seeds])
    zero = torch.zeros_like(near)
    still, shaken = trained(zero[:1], 100), trained(zero, 100, batch=10)[-1].abs()
    full, far = leaving(trained(1e-8 * near, 180)), leaving(trained(1e-4 * near, 100))
    return Net(
        losses(still)[-1, 0].item(),
        shaken[:, :-CLASSES].amax(1).tolist(),
        shaken[:, -CLASSES:].amax(1).tolist(),
        full,
        leaving(trained(1e-8 * near, 220, batch=10)),
        [long - short for long, short in zip(full, far, strict=True)],
    )


class Descents(NamedTuple):
    """Runs from several seeds, and their curvatures on the way.

    Attributes:
        losses: shape `(seeds, steps + 1)`.
        lowest: curvature at each of `MARKS`, shape `(seeds, marks)`.
        highest: the same.
        negative: part of the curvatures below -1e-6.
        ends: parameters at the end, shape `(seeds, 460)`.
    """

    losses: Tensor
    lowest: Tensor
    highest: Tensor
    negative: Tensor
    ends: Tensor


@cache
def descents(scale: float, seeds: Sequence[int] = SEEDS[:5]) -> Descents:
    """All digits, from weights of `scale` times the usual size."""
    path = trained(torch.stack([start(scale, seed) for seed in seeds]), MARKS[-1])
    seen = torch.stack([spectrum(at) for mark in MARKS for at in path[mark]])
    seen = seen.view(len(MARKS), len(seeds), -1).transpose(0, 1)
    negative = (seen < -FLAT).double().mean(-1)
    return Descents(losses(path).T, seen[..., 0], seen[..., -1], negative, path[-1])


def permuted(vector: Tensor, order: Sequence[int]) -> Tensor:
    """The same net with its hidden units in another order."""
    first, offset, second, bias = vector.split(SIZES)
    rows, columns = first.view(HIDDEN, INPUTS)[order], second.view(CLASSES, HIDDEN)[:, order]
    return torch.cat([rows.flatten(), offset[order], columns.flatten(), bias])


def halfway(ends: Tensor, order: Sequence[int]) -> tuple[list[float], ...]:
    """Losses at the ends of runs, at the same nets in another order, and between the two.

    Args:
        ends: shape `(seeds, 460)`.
        order: of the hidden units.
    """
    moved = torch.stack([permuted(end, order) for end in ends])
    return tuple(losses(at).tolist() for at in (ends, moved, (ends + moved) / 2))


def saddle_share(dim: int, seed: int = 0) -> float:
    """The part of 1000 random symmetric matrices whose curvatures have both signs."""
    kinds = [classify_critical_point(each) for each in random_critical_points(dim, seed=seed)]
    return kinds.count("saddle") / len(kinds)

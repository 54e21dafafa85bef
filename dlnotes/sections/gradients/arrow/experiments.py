"""A real net's gradient among all directions: random ones, and the one to where training ends.

Book: gradients/arrow
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import generator, seeded
from dlnotes.gradients.directions import angle, direction_probe, steepest_descent
from dlnotes.training.data import datasets

INPUTS, HIDDEN, CLASSES, IMAGES = 64, 32, 10, 100
SIZES = (HIDDEN * INPUTS, HIDDEN, CLASSES * HIDDEN, CLASSES)
SEEDS = tuple(range(5))
LR, STEPS = 0.5, 800  # of the training that says where it ends
NUDGE = 1e-4  # length of the step that a slope is measured with
FAR = 12.0  # how far along each way the loss is taken


# ---- a net: 64 pixels, 32 tanh units, 10 scores; 2410 parameters ---------------------------------
@cache
def digits() -> tuple[Tensor, Tensor]:
    """100 handwritten digits, pixels from 0 to 1."""
    data = datasets.digits(0, standardized=False)
    return data.X[:IMAGES].double(), data.y[:IMAGES]


def weighted(params: Tensor) -> Tensor:
    """What reaches the 32 units, before tanh; shape `(100, 32)`."""
    first, offset, _, _ = params.split(SIZES)
    return digits()[0] @ first.view(HIDDEN, INPUTS).T + offset


def loss(params: Tensor, act: Callable[[Tensor], Tensor] = torch.tanh) -> Tensor:
    """Cross-entropy of the net whose 2410 parameters are in one row."""
    _, _, second, bias = params.split(SIZES)
    scores = act(weighted(params)) @ second.view(CLASSES, HIDDEN).T + bias
    return torch.nn.functional.cross_entropy(scores, digits()[1])


gradient = torch.func.grad(loss)


def start(seed: int) -> Tensor:
    """Normal weights of standard deviation 1/√inputs, biases 0."""
    usual = torch.tensor([INPUTS**-0.5, 0.0, HIDDEN**-0.5, 0.0], dtype=torch.float64)
    drawn = torch.randn(sum(SIZES), generator=seeded(seed), dtype=torch.float64)
    return drawn * usual.repeat_interleave(torch.tensor(SIZES))


def anywhere(seed: int) -> Tensor:
    """A direction that favors no parameter, from a stream that no start is drawn from."""
    source = generator(1000 + seed, "rows")
    return torch.randn(sum(SIZES), generator=source, dtype=torch.float64)


@cache
def ends(act: Callable[[Tensor], Tensor] = torch.tanh) -> Tensor:
    """Where gradient descent on all images leads, a row a seed; shape `(5, 2410)`."""
    digits()  # torch.vmap lets nobody shuffle
    places = torch.stack([start(seed) for seed in SEEDS])
    slope = torch.vmap(lambda params: gradient(params, act))
    for _ in range(STEPS):
        places = places - LR * slope(places)
    return places


# ---- many directions -----------------------------------------------------------------------------
class Among(NamedTuple):
    """How the gradient stands among random directions, from one start.

    Attributes:
        cosines: measured slopes over the length of the gradient, shape `(3600,)`.
        uphill: the same along the gradient.
        downhill: the same against it.
        apart: the largest gap between a measured slope and the gradient times the direction, over
            the length of the gradient.
    """

    cosines: Tensor
    uphill: float
    downhill: float
    apart: float


@cache
def among(seed: int, directions: int = 3600) -> Among:
    """The slopes along random directions and along the gradient, by steps of `NUDGE`."""
    at = start(seed)
    grad, here = gradient(at), loss(at)
    size = grad.norm()
    probe = direction_probe(loss, at, directions, step=NUDGE, seed=1000 + seed)
    own = [
        ((loss(at + sign * NUDGE * grad / size) - here) / NUDGE / size).item() for sign in (1, -1)
    ]
    apart = (probe.slopes - probe.directions @ grad).abs().max() / size
    return Among(probe.slopes / size, *own, apart.item())


# ---- three ways from one start -------------------------------------------------------------------
class Ways(NamedTuple):
    """The loss along straight ways from every start.

    Attributes:
        far: distances, shape `(points,)`.
        steepest: loss along -g, shape `(seeds, points)`.
        homeward: along the way to where training ends.
        random: along a random direction.
        off: degrees between -g and the way to the end, one a seed.
        distance: from the start to the end, one a seed.
    """

    far: Tensor
    steepest: Tensor
    homeward: Tensor
    random: Tensor
    off: list[float]
    distance: list[float]


def ways(points: int = 97) -> Ways:
    """The loss along -g, along the way to the end of training, along a random direction."""
    far = torch.linspace(0, FAR, points, dtype=torch.float64)
    home = ends() - torch.stack([start(seed) for seed in SEEDS])
    down = torch.stack([-gradient(start(seed)) for seed in SEEDS])
    chance = torch.stack([anywhere(seed) for seed in SEEDS])
    lines = [_along(each, far) for each in (down, home, chance)]
    off = [angle(one, other) for one, other in zip(down, home, strict=True)]
    return Ways(far, *lines, off, home.norm(dim=1).tolist())


def _along(directions: Tensor, far: Tensor) -> Tensor:
    units = directions / directions.norm(dim=1, keepdim=True)
    places = [start(seed) + far[:, None] * units[seed] for seed in SEEDS]
    return torch.stack([torch.vmap(loss)(each) for each in places])


# ---- steps measured in other ways ----------------------------------------------------------------
def gain(norm: str, seed: int, layer: int = 0) -> float:
    """How much faster the steepest step of a norm falls than -g scaled to the same length in it.

    Args:
        norm: `"max"` over all parameters, or `"spectral"` for the matrix of one layer.
        seed: of the start.
        layer: 0 or 1.
    """
    grad = gradient(start(seed))
    if norm == "spectral":
        grad = grad.split(SIZES)[2 * layer].view((HIDDEN, CLASSES)[layer], -1)
    size = torch.linalg.matrix_norm(grad, 2) if norm == "spectral" else grad.abs().max()
    best = (grad * steepest_descent(grad, norm)).sum()
    return (best / (grad * -grad / size).sum()).item()


def at_zero(seed: int) -> int:
    """What ReLU units receive, over all images, at the start and at the end: how many zeros."""
    places = (start(seed), ends(torch.relu)[seed])
    return sum(int((weighted(each) == 0).sum()) for each in places)

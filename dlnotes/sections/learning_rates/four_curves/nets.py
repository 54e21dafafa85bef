"""Small nets whose loss curves have the four colors, and what the lever does to them.

Book: learning_rates/four_curves
"""

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import functional_call, grad_and_value

from dlnotes.core.seeds import seeded
from dlnotes.demos.seeded import Random
from dlnotes.optimizers import sgd
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

POINTS, CLASSES, STEPS = 36, 3, 160
SPREAD = 0.45  # standard deviation of a class about its place on the unit circle
OFFSET = 10.0  # added to both coordinates where the inputs are left as they come
SHUFFLE = 1  # of the batches
CURED = 0.3  # a loss below this, of ln 3 at the start, counts as cured

Params = dict[str, Tensor]


@dataclass(frozen=True)
class Net:
    """One of the nets.

    Attributes:
        body: which program trains it, a name in `BODIES`.
        batch: points a step.
        offset: whether the inputs are left far from 0.
        fresh: whether it is put back to its start where the lever is pulled.
    """

    body: str
    batch: int = POINTS
    offset: bool = False
    fresh: bool = False


BODIES = {
    "relu": {"sizes": (2, 8, 3)},
    "tanh": {"sizes": (2, 8, 3), "activation": "tanh", "init": "lecun"},
    "small": {"sizes": (2, 4, 4, 4, 3), "init": "small"},
    "sigmoid": {"sizes": (2, 4, 4, 4, 3), "activation": "sigmoid", "init": "lecun"},
    "narrow": {"sizes": (2, 1, 3), "activation": "tanh", "init": "lecun"},
}
NETS = {
    "slow": Net("relu"),
    "offset": Net("relu", offset=True),
    "start": Net("small"),
    "deep": Net("sigmoid"),
    "dead": Net("relu"),
    "swings": Net("tanh"),
    "fresh": Net("relu", fresh=True),
    "noise": Net("tanh", batch=3),
    "narrow": Net("narrow", batch=18),
    "right": Net("relu"),
}
COLORS = {
    "yellow": ("slow", "offset", "start", "deep"),
    "purple": ("noise", "narrow"),
    "red": ("dead", "swings", "fresh"),
    "green": ("right",),
}
BASES = {"yellow": 0.0003, "purple": 1.5, "red": 10.0, "green": 0.3}  # rate before the lever


@functools.cache
def body(name: str) -> MLP:
    """The net of a program at its start; the output weights are 0, so that it answers ln 3."""
    net = MLP(**BODIES[name], seed=0, dtype=torch.float64)
    with torch.no_grad():
        net.layers[-1].weight.zero_()
    return net


@functools.cache
def points() -> tuple[Tensor, Tensor]:
    """The points, standardized, shape `(POINTS, 2)`, and their classes, 12 each."""
    y = torch.arange(POINTS) % CLASSES
    angles = math.pi / 2 + 2 * math.pi * y / CLASSES
    middle = torch.stack([angles.cos(), angles.sin()], 1).double()
    noise = torch.randn(POINTS, 2, generator=seeded(3), dtype=torch.float64)
    X = middle + SPREAD * noise
    return (X - X.mean(0)) / X.std(0, correction=0), y


def moved(X: Tensor) -> Tensor:
    """The points where nobody has subtracted their mean."""
    return X + OFFSET


def step_of(name: str):
    """One step of a net: `(params, X, y, weight, lr) -> {params, loss}`, the loss on all points."""
    net = body(name)

    def step(params: Params, X: Tensor, y: Tensor, weight: Tensor, lr: Tensor) -> dict:
        def batch_loss(params: Params) -> tuple[Tensor, Tensor]:
            output = functional_call(net, params, (X,))
            return cross_entropy(output, y, weight), cross_entropy(output, y)

        grads, (_, loss) = grad_and_value(batch_loss, has_aux=True)(params)
        new = {
            key: param + sgd.update(grads[key], sgd.init(param), param, lr=lr)[0]
            for key, param in params.items()
        }
        return {"params": new, "loss": loss}

    return step


def begun(name: str) -> Params:
    """The parameters before the first step."""
    return {key: param.detach().clone() for key, param in body(name).named_parameters()}


def batches(size: int) -> Iterator[Tensor]:
    """Which points each step looks at: a 1 for each of them."""
    source = Random(SHUFFLE)
    while True:
        weight = torch.ones(POINTS, dtype=torch.float64)
        if size < POINTS:
            weight.zero_()[source.order(POINTS)[:size]] = 1.0
        yield weight


def losses(name: str, base: float, lr: float, pull: int, steps: int = STEPS) -> list[float]:
    """The loss before each step of a net of `NETS`, and after the last, by autograd.

    Args:
        name: of the net.
        base: learning rate of the steps before `pull`.
        lr: that of all others.
        pull: the first step at the new rate.
        steps: how many.
    """
    net, seen = NETS[name], []
    X, y = points()
    X = moved(X) if net.offset else X
    params = begun(net.body)
    for now, weight in zip(range(steps + 1), batches(net.batch), strict=False):
        if net.fresh and now == pull:
            params = begun(net.body)
        loss, grads = slopes(body(net.body), params, X, y, weight)
        rate = base if now < pull else lr
        params = {key: param - rate * grads[key] for key, param in params.items()}
        seen.append(loss)
    return seen


def slopes(
    net: MLP, params: Params, X: Tensor, y: Tensor, weight: Tensor
) -> tuple[float, dict[str, Tensor]]:
    """The loss on all points, and the gradients of the batch."""
    leaves = {key: param.detach().requires_grad_() for key, param in params.items()}
    output = functional_call(net, leaves, (X,))
    grads = torch.autograd.grad(cross_entropy(output, y, weight), list(leaves.values()))
    return cross_entropy(output.detach(), y).item(), dict(zip(leaves, grads, strict=True))

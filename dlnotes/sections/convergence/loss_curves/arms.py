"""Three arms of points told apart: one run, seen from two sides.

Book: convergence/loss_curves
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, jvp, vmap

from dlnotes.optimizers import sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

POINTS, STEPS, LOOK = 100, 600, 10
EARLY, EVERY = 400, 20  # steps along which the sharpness is measured, and between two looks


class Setting(NamedTuple):
    """What makes a run: learning rate, batch size, seed of the first parameters."""

    lr: float
    batch: int
    seed: int


RUNS = {  # the curves that the demo shows
    "spike": Setting(2.0, 100, 0),
    "gone": Setting(3.0, 100, 2),
    "back": Setting(3.0, 100, 1),
    "even": Setting(0.1, 100, 0),
    "tiny": Setting(0.003, 100, 0),
    "noisy": Setting(0.03, 5, 1),
    "sway": Setting(1.0, 10, 0),
}


def arms() -> tuple[nn.Module, Data]:
    """A 2-32-32-3 tanh net, and 100 points in three spiral arms."""
    return MLP((2, 32, 32, 3), activation="tanh"), datasets.spirals(POINTS, classes=3)


class Seen(NamedTuple):
    """A run from two sides.

    Attributes:
        batch: the loss on its own batch, each step.
        full: the loss on all points, every 10 steps.
    """

    batch: Tensor
    full: Tensor


def run(setting: Setting, steps: int = STEPS) -> Seen:
    """One run of the three arms by gradient descent, `steps + 1` losses."""
    net, data = arms()
    looks = [*range(0, steps + 1, LOOK)]
    found = fleet(
        net, data, sgd, lr=setting.lr, steps=steps + 1, batch_size=setting.batch,
        seeds=[setting.seed], every=looks,
    )  # fmt: skip
    return Seen(found.losses[0], found.train_loss[0])


def beside_limit(lr: float, seeds: Sequence[int], steps: int = EARLY) -> Tensor:
    """Largest curvature times lr / 2 along full-batch runs, `(seeds, looks)`; above 1 they swing.

    A look every 20 steps, by ten products with the Hessian each, the vector going on from the last.
    """
    net, data = arms()
    starts = [
        dict(MLP((2, 32, 32, 3), activation="tanh", seed=s).named_parameters()) for s in seeds
    ]
    at = {name: torch.stack([start[name].detach() for start in starts]) for name in starts[0]}
    slope = grad(lambda params: cross_entropy(functional_call(net, params, (data.X,)), data.y))
    slopes, bend = vmap(slope), vmap(lambda params, v: jvp(slope, (params,), (v,))[1])
    v, looks = {name: torch.ones_like(part) for name, part in at.items()}, []
    for step in range(steps + 1):
        for _ in range(10 * (1 + 3 * (step == 0)) * (step % EVERY == 0)):
            image = bend(at, v)
            size = sum(part.square().flatten(1).sum(1) for part in image.values()).sqrt()
            v = {
                name: part / size.view(-1, *[1] * (part.dim() - 1)) for name, part in image.items()
            }
        if step % EVERY == 0:
            looks.append(size * lr / 2)
        tilt = slopes(at)
        at = {name: part - lr * tilt[name] for name, part in at.items()}
    return torch.stack(looks, -1)

"""What the demo computes: a digit that is moved, and what a small net makes of it.

Book: regularization/more_data
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.augmentation import moved
from dlnotes.sections.regularization.more_data.experiments import FEW, SHIPPED, shipped
from dlnotes.sections.regularization.more_data.nets import PIXELS, Digits, Nets, digits

F64 = torch.float64
KINDS, NETS = ("shift", "turn", "noise"), tuple(f"with_{which}" for which in SHIPPED)
LAST, BELL = 20, 10  # where a change ends, and where the question rings: one pixel
ENDS = {"shift": 2.0, "turn": 180.0, "noise": 4.0}  # pixels, degrees, standard deviations
DRAWS = torch.randn(PIXELS**2, generator=seeded(0), dtype=F64).round(decimals=3)


def amount(now: Tensor, end: Tensor) -> Tensor:
    """How far a change has gone."""
    return now / LAST * end


def changed(image: Tensor, right: Tensor, degrees: Tensor) -> Tensor:
    """The digit, shifted and turned, `(8, 8)`."""
    return moved(image, right=right, degrees=degrees)


def features(image: Tensor, noise: Tensor, draws: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """What the net is given, `(64,)`."""
    return (image.flatten() - mean) / std + noise * draws


def shown(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """The same as gray levels from 0 to 1."""
    return (x * std + mean).clamp(0, 1)


def chances(x: Tensor, W: Tensor, b: Tensor, V: Tensor, c: Tensor) -> Tensor:
    """The probability of each class, `(10,)`."""
    return torch.softmax(V @ (W @ x + b).relu() + c, 0)


@cache
def few() -> Digits:
    """What the demo's nets have learned from, and the 600 images that they are asked, float64."""
    found = digits(0, FEW, 0.0)
    images, labels = found.test
    return found._replace(
        X=found.X.double(),
        test=(images.double(), labels),
        mean=found.mean.double(),
        std=found.std.double(),
    )


@cache
def one_of_each() -> Tensor:
    """The first test image of every class, `(10, 8, 8)`."""
    images, labels = few().test
    return torch.stack([images[(labels == label).nonzero()[0, 0]] for label in range(10)])


def net(which: str) -> Nets:
    """A net of the demo by its name there."""
    return shipped(which.removeprefix("with_"))


@cache
def shares() -> dict[str, dict[str, list[float]]]:
    """For each net and kind of change the share of 600 test images read right, at every step."""
    return {which: {kind: _shares(net(which), kind) for kind in KINDS} for which in NETS}


def _shares(nets: Nets, kind: str) -> list[float]:
    images, labels = few().test
    draws = torch.randn(images.flatten(1).shape, generator=seeded(1), dtype=F64)
    found = []
    for now in range(LAST + 1):
        far = {name: ENDS[name] * now / LAST * (name == kind) for name in KINDS}
        there = moved(images, right=far["shift"], degrees=far["turn"])
        X = (there.flatten(1) - few().mean) / few().std + far["noise"] * draws
        found.append(nets.right([X], [labels]).item())
    return found

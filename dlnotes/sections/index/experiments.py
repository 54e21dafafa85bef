"""The race on the cover: one valley, four methods, each at its own best learning rate, turned.

A method's best learning rate at an angle is the one of `LRS` that needs the fewest steps and on the
way never climbs above the height of the start: without that rule the quickest Adagrad jumps 130
times as far as the bottom lies, and back.
"""

import math
from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.optimizers import adagrad, adam, momentum, sgd
from dlnotes.training.race.arrivals import HOLD, arrivals
from dlnotes.training.surfaces.landscapes import ravine

VALLEY = ravine(50)
START = (-1.0, 0.2)  # on the valley before it is turned
METHODS: dict[str, ModuleType] = {
    "sgd": sgd,
    "momentum": momentum,
    "adagrad": adagrad,
    "adam": adam,
}
LRS = 10.0 ** (torch.arange(-64, 33, dtype=torch.float64) / 16)  # 10⁻⁴ to 100, sixteen a decade
LIMIT = 300  # steps of the longest race
ANGLES = range(91)  # degrees; from 90 on the valley lies along an axis again


class Best(NamedTuple):
    """A method at its best, at A angles.

    Attributes:
        place: of the learning rate chosen, among `LRS`, shape `(A,)`.
        steps: steps it needs, shape `(A,)`; inf where no learning rate arrives.
    """

    place: Tensor
    steps: Tensor

    @property
    def lr(self) -> Tensor:
        """The learning rates chosen, shape `(A,)`."""
        return LRS[self.place]


def best(method: ModuleType, angles: Sequence[float], start: tuple[float, float] = START) -> Best:
    """A method at the learning rate that needs the fewest steps, at every angle.

    Args:
        method: an elementwise rule, a module with `init` and `update`.
        angles: degrees by which the valley is turned, A of them.
        start: on the valley before it is turned.

    Example:
        >>> best(sgd, (0, 45)).steps
        tensor([124., 124.], dtype=torch.float64)
    """
    degrees = torch.as_tensor(list(angles), dtype=torch.float64).unsqueeze(-1)
    path = walked(method, LRS.expand(len(degrees), -1), degrees, start)
    height = VALLEY(path)
    below = (height <= height[..., :1] * (1 + 1e-12)).all(-1)  # rounding lifts nobody
    steps = torch.where(below, arrivals(path, VALLEY), math.inf)
    fewest, place = steps.min(-1)
    return Best(place, fewest)


def walked(method: ModuleType, lr: Tensor, degrees: Tensor, start: tuple[float, float]) -> Tensor:
    """The paths of a method down the turned valley, as seen from the valley.

    The method itself sees the turned coordinates, and its state holds them.

    Args:
        method: an elementwise rule.
        lr: learning rates, shape `(..., L)`.
        degrees: the angle of each run, broadcast against `lr`.
        start: on the valley.

    Returns:
        Points in the valley's own coordinates, shape `(..., L, LIMIT + HOLD + 1, 2)`, float64.
    """
    radians = degrees.to(lr) * (torch.pi / 180)
    cos, sin = radians.cos(), radians.sin()
    x, y = (torch.full_like(lr, at) for at in start)
    point = torch.stack([cos * x - sin * y, sin * x + cos * y], -1)
    state, turn = method.init(point), torch.stack([cos, sin], -1).unsqueeze(-2)
    path = [_back(point, turn)]
    for _ in range(LIMIT + HOLD):
        slope = _turned(VALLEY.gradient(path[-1]), turn)
        delta, state = method.update(slope, state, point, lr=lr.unsqueeze(-1))
        point = point + delta
        path.append(_back(point, turn))
    return torch.stack(path, dim=-2)


def _turned(points: Tensor, turn: Tensor) -> Tensor:
    cos, sin = turn.squeeze(-2).unbind(-1)
    x, y = points.unbind(-1)
    return torch.stack([cos * x - sin * y, sin * x + cos * y], -1)


def _back(points: Tensor, turn: Tensor) -> Tensor:
    return _turned(points, turn * turn.new_tensor([1.0, -1.0]))

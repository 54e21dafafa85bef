"""Landscapes of many axes, drawn from a Gaussian process, and what a search of them finds.

Book: hyperparameters/bayesian
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.bayesian import bayesian_search
from dlnotes.hyperparameters.designs import chance
from dlnotes.hyperparameters.gaussian_process import rbf

PLACES, LANDS, BUDGET = 1000, tuple(range(20)), 30
WORLDS = {"d1": (1, 0.3), "d2": (2, 0.3), "d4": (4, 0.3), "d8": (8, 0.3), "d16": (16, 0.3),
          "smooth16": (16, 1.0)}  # axes, length of the landscape  # fmt: skip


def landscape(axes: int, length: float, seed: int, waves: int = 500) -> Callable:
    """A function drawn from the Gaussian process with mean 0, spread 1 and kernel `rbf`.

    A sum of cosines whose frequencies are those of the kernel (Rahimi and Recht, 2007).

    Args:
        axes: of the unit cube.
        length: of the kernel.
        seed: which function.
        waves: summed up; the more, the nearer to a Gaussian process.

    Returns:
        `(n, axes) -> (n,)`.
    """
    draws = seeded(1000 + seed)
    frequency = torch.randn(waves, axes, generator=draws).double() / length
    phase = 2 * math.pi * torch.rand(waves, generator=draws).double()
    height = torch.randn(waves, generator=draws).double() * math.sqrt(2 / waves)
    return lambda points: (points @ frequency.T + phase).cos() @ height


def lowest(world: str, seed: int) -> Tensor:
    """Of one landscape: the lowest by the process that it is drawn from, by chance, by twice that.

    The process is told the true length and tries `BUDGET` of `PLACES` points; `(3,)`.
    """
    axes, length = WORLDS[world]
    land, points = landscape(axes, length, seed), chance(PLACES, axes, seeded(seed))
    ours = bayesian_search(land, points, BUDGET, length=length, kernel=rbf, noise=0.01)
    values = land(points)
    return torch.stack([ours.losses.min(), values[:BUDGET].min(), values[: 2 * BUDGET].min()])

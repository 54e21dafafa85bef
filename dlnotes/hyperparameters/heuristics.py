"""Searches that look at what they have tried: annealing walks, evolution breeds.

Both minimize in the unit cube and stay in it. Points that a step would carry out are reflected.

Book: hyperparameters/halving
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import non_negative, positive, whole

Objective = Callable[[Tensor], Tensor]


class Tried(NamedTuple):
    """All trials of a search in their order.

    Attributes:
        points: shape `(n, d)`, float64.
        losses: shape `(n,)`.
    """

    points: Tensor
    losses: Tensor

    @property
    def best_so_far(self) -> Tensor:
        """The lowest loss up to every trial, shape `(n,)`."""
        return self.losses.nan_to_num(torch.inf, torch.inf).cummin(0).values


def annealed(
    objective: Objective,
    d: int,
    trials: int,
    generator: Generator,
    *,
    hot: float = 1.0,
    cold: float = 0.01,
    reach: float = 0.2,
) -> Tried:
    """A walk that takes a worse place with chance e^(-rise / temperature); the temperature falls.

    Kirkpatrick, Gelatt and Vecchi (1983).

    Args:
        objective: losses of points, `(n, d) -> (n,)`; less is better.
        d: axes.
        trials: how many, the first one included.
        generator: of the random numbers, on the CPU.
        hot: the temperature of the first step, in the units of the loss, greater than 0.
        cold: that of the last one; in between it falls by equal factors.
        reach: standard deviation of a step along every axis.
    """
    steps = whole("trials", trials, least=2)
    fall = (positive("cold", cold) / positive("hot", hot)) ** (1 / max(1, steps - 2))
    points = [torch.rand(whole("d", d), generator=generator, dtype=torch.float64)]
    losses = [_one(objective, points[0])]
    here, level, temperature = points[0], losses[0], hot
    for _ in range(steps - 1):
        step = torch.randn(d, generator=generator, dtype=torch.float64)
        there = reflected(here + non_negative("reach", reach) * step)
        loss = _one(objective, there)
        coin = torch.rand((), generator=generator, dtype=torch.float64)
        if coin < ((level - loss) / temperature).exp():
            here, level = there, loss
        points.append(there)
        losses.append(loss)
        temperature *= fall
    return Tried(torch.stack(points), torch.stack(losses))


def evolved(
    objective: Objective,
    d: int,
    trials: int,
    generator: Generator,
    *,
    population: int = 8,
    drawn: int = 3,
    reach: float = 0.1,
) -> Tried:
    """Drops the oldest, and lets the best of a few drawn ones have a changed child.

    Regularized evolution (Real, Aggarwal, Huang and Le, 2019), with steps in place of mutations.

    Args:
        objective: losses of points, `(n, d) -> (n,)`; less is better.
        d: axes.
        trials: how many, the first population included.
        generator: of the random numbers, on the CPU.
        population: how many live at a time.
        drawn: of how many the best becomes a parent.
        reach: standard deviation of a child's step along every axis.
    """
    whole("trials", trials, least=whole("population", population, least=2))
    whole("drawn", drawn, most=population)
    points = torch.rand(population, whole("d", d), generator=generator, dtype=torch.float64)
    losses = objective(points)
    for _ in range(trials - population):
        living = losses[-population:].nan_to_num(torch.inf, torch.inf)
        few = torch.randperm(population, generator=generator)[:drawn]
        parent = points[-population:][few[living[few].argmin()]]
        step = torch.randn(d, generator=generator, dtype=torch.float64)
        child = reflected(parent + non_negative("reach", reach) * step)
        points = torch.cat([points, child.unsqueeze(0)])
        losses = torch.cat([losses, _one(objective, child).reshape(1)])
    return Tried(points, losses)


def reflected(points: Tensor) -> Tensor:
    """Points of anywhere, folded back into the unit cube.

    Example:
        >>> reflected(torch.tensor([-0.25, 0.5, 1.25, 2.5]))
        tensor([0.2500, 0.5000, 0.7500, 0.5000])
    """
    folded = points.remainder(2)
    return torch.where(folded > 1, 2 - folded, folded)


def _one(objective: Objective, point: Tensor) -> Tensor:
    return objective(point.unsqueeze(0)).reshape(())

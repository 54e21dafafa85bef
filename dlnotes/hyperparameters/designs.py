"""Points that are settled before the first trial: a grid, chance, a part of a grid, Sobol's points.

All of them lie in the unit cube, shape `(n, d)`, float64; `spaces.settings` says what they mean.

Book: hyperparameters/grid_or_random
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import whole


def grid(counts: Sequence[int], *, ends: bool = True) -> Tensor:
    """Every combination of evenly spaced values, in the order of counting.

    Args:
        counts: of values along each of the d axes; along an axis with one value it is 0.5.
        ends: whether 0 and 1 are among the values; else an axis is cut into as many equal parts
            and their middles are taken, from which no place is farther than half a part.

    Returns:
        shape `(n, d)` with n the product of the counts.

    Example:
        >>> grid([3, 2])[:3].tolist()
        [[0.0, 0.0], [0.0, 1.0], [0.5, 0.0]]
        >>> grid([2, 1], ends=False).tolist()
        [[0.25, 0.5], [0.75, 0.5]]
    """
    axes = [_axis(whole("counts", count), ends) for count in counts]
    return torch.cartesian_prod(*axes).reshape(-1, len(axes))


def _axis(count: int, ends: bool) -> Tensor:
    if ends and count > 1:
        return torch.linspace(0, 1, count, dtype=torch.float64)
    return (torch.arange(count, dtype=torch.float64) + 0.5) / count


def chance(n: int, d: int, generator: Generator) -> Tensor:
    """Uniform and independent (Bergstra and Bengio, 2012).

    Args:
        n: points, at least 1.
        d: axes, at least 1.
        generator: of the random numbers, on the CPU.
    """
    shape = whole("n", n), whole("d", d)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def from_grid(n: int, counts: Sequence[int], generator: Generator, *, ends: bool = True) -> Tensor:
    """Points of a grid, drawn without putting back.

    Args:
        n: points, at most as many as the grid has.
        counts: of values along each axis.
        generator: of the random numbers, on the CPU.
        ends: as `grid` takes it.
    """
    points = grid(counts, ends=ends)
    whole("n", n, most=len(points))
    return points[torch.randperm(len(points), generator=generator)[:n]]


def sobol(n: int, d: int, seed: int) -> Tensor:
    """Points that keep out of each other's way along every axis; scrambled, from torch.

    Args:
        n: points; with a power of two the parts are of equal size.
        d: axes.
        seed: of the scrambling, at least 0.
    """
    engine = torch.quasirandom.SobolEngine(
        whole("d", d), scramble=True, seed=whole("seed", seed, least=0)
    )
    return engine.draw(whole("n", n), dtype=torch.float64)


def trials_for(share: float, chance_of_one: float) -> int:
    """How many random trials until one is among the best, with a given chance.

    1 - (1 - share)ⁿ ≥ chance

    Args:
        share: of the space that counts as good, between 0 and 1.
        chance_of_one: that at least one trial hits it, between 0 and 1.

    Example:
        >>> trials_for(0.05, 0.95)
        59
    """
    for name, value in (("share", share), ("chance_of_one", chance_of_one)):
        if not 0 < value < 1:
            raise ValueError(f"`{name}` must lie between 0 and 1, both excluded, got {value!r}.")
    missed, n = 1.0, 0
    while 1 - missed < chance_of_one:
        missed *= 1 - share
        n += 1
    return n

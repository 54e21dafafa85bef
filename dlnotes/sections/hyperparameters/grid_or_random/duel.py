"""Two designs of twenty-five trials and a peak that neither knows: the program of the demo.

Book: hyperparameters/grid_or_random
"""

import torch
from torch import Tensor

from dlnotes.demos.seeded import Random
from dlnotes.hyperparameters.designs import grid

TRIALS, REDRAWS = 25, 100
GRID = grid([5, 5], ends=False).round(decimals=9)
FINE = grid([10, 10], ends=False).round(decimals=9)
SOBOL = torch.quasirandom.SobolEngine(2).draw(TRIALS, dtype=torch.float64)
RIVALS = ("random", "sobol", "part5", "part10")


def away(points: Tensor, peak: Tensor, weight: Tensor) -> Tensor:
    """How far every trial is from the peak; a way along the second axis counts `weight` times."""
    apart = points - peak
    return (apart[:, 0] ** 2 + (weight * apart[:, 1]) ** 2).sqrt()


def shifted(points: Tensor, shift: Tensor) -> Tensor:
    """All points moved by one vector; what leaves the square comes in again opposite."""
    return (points + shift).remainder(1)


def reach(distance: Tensor, weight: Tensor) -> Tensor:
    """How far one may go along the second axis alone and not be farther than `distance`."""
    return distance / weight.clamp(min=0.01)


def drawn(rival: str, draw: int, redraw: int) -> tuple[Tensor, Tensor]:
    """The peak and the rival's trials of one redraw, the same in the page."""
    source = Random(1000 * draw + redraw)
    peak = torch.tensor([source.uniform(), source.uniform()], dtype=torch.float64)
    if rival == "random":
        rows = [[source.uniform(), source.uniform()] for _ in range(TRIALS)]
        return peak, torch.tensor(rows, dtype=torch.float64)
    if rival == "sobol":
        shift = torch.tensor([source.uniform(), source.uniform()], dtype=torch.float64)
        return peak, shifted(SOBOL, shift)
    points = GRID if rival == "part5" else FINE
    return peak, points[source.order(len(points))[:TRIALS]]

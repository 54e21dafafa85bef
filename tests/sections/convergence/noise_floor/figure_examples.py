"""Small data for the figures on floors and edges; another `x` is another picture."""

import torch

from dlnotes.sections.convergence.noise_floor import figures
from dlnotes.sections.convergence.noise_floor.experiments import Climb

FAMILIES = {"floors": ["plain theory"], "climbing": ["plain theory"]}


def floors(x):
    steps = torch.arange(101, dtype=torch.float64)
    falling = 0.8**steps
    constant = {rate: falling + x * rate / (2 - rate) for rate in (0.2, 0.1)}
    single = falling + 0.1 * x * (steps % 3)
    return figures.floors(constant, 1 / (1 + x * steps), falling + 0.2 * x, single)


def climbing(x):
    looks = torch.arange(41, dtype=torch.float64)
    rising = 4 + x * looks / 10 + torch.tensor([[[0.0], [0.3]], [[0.1], [0.5]], [[0.0], [0.2]]])
    return figures.climbing(Climb(rising, rising, rising), (0.1, 0.2, 0.4))

"""Small data for the figure of a net that is watched; another `x` is another picture."""

import torch

from dlnotes.sections.convergence.meaning import figures
from dlnotes.sections.convergence.meaning.experiments import Watched

FAMILIES = {"parting": ["plain theory", "plain theory"]}


def parting(x):
    marks = [0, 1, 3, 10, 30, 100, 300]
    steps = torch.tensor(marks, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.2], [0.9]], dtype=torch.float64)
    falling, turning = 2 * x * seeds / (1 + steps), seeds + (steps / 30 - 1).abs() * 0.3
    return figures.parting(Watched(falling, turning, turning, falling / 2), marks)

"""Small data for the figures of the saddle; another `x` is another picture."""

import torch

from dlnotes.sections.convergence.landscape import figures
from dlnotes.sections.convergence.landscape.experiments import MARKS, Descents

FAMILIES = {"cuts": ["plain"], "plateau": ["plain theory"]}


def cuts(x):
    return figures.cuts(reach=x)


def plateau(x):
    steps = torch.arange(MARKS[-1] + 1, dtype=torch.float64)
    fall = 2.3 * x / (1 + steps / 30)
    marks = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64)
    runs = Descents(torch.stack([fall, fall]), -marks, 4 * x * marks, marks, marks)
    return figures.plateau(runs, runs)

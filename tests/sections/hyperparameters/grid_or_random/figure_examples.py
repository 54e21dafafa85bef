"""Small data for the figure of the nets; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.grid_or_random import figures

FAMILIES = {"surface": ["plain", "plain"]}


def surface(x):
    rise = torch.tensor([0.1, 0.3, 0.5, 0.7, 0.8, 0.8, 0.2])
    bump = torch.tensor([0.9, 0.91, 1.0, 0.3])
    seeds = torch.tensor([1.0, 1.05, 0.95])[:, None, None]
    found = seeds * (rise[:, None] * bump) * x**0.02
    return figures.surface(found, (-3, -2.5, -2, -1.5, -1, -0.5, 0), (-7, -4, -1, 1))

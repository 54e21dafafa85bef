"""Small data for the figure on errors and costs; another `x` is another picture."""

import torch

from dlnotes.hyperparameters.cost import Cost
from dlnotes.sections.hyperparameters.better_or_smaller import figures

FAMILIES = {"frontier": ["plain curvature", "plain curvature"]}


def frontier(x):
    spread = torch.linspace(0.9, 1.1, 3, dtype=torch.float64)
    costs = {
        "ordinary": [Cost(400.0, 4800.0, 1), Cost(1200.0, 16e3, 1), Cost(4200.0, 60e3, 1)],
        "separable": [Cost(300.0, 2600.0, 1), Cost(600.0, 5900.0, 1), Cost(1400.0, 15e3, 1)],
        "shallow": [Cost(4200.0, 57e3, 1)],
    }
    errors = {
        "ordinary": torch.tensor([0.1, 0.05, 0.03], dtype=torch.float64)[:, None] * spread,
        "separable": torch.tensor([0.15, 0.08, 0.04], dtype=torch.float64)[:, None] * spread,
        "shallow": torch.tensor([0.03], dtype=torch.float64)[:, None] * spread * x**0.1,
    }
    return figures.frontier(costs, errors, (2, 4, 8))

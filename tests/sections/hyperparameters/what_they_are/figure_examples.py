"""Small data for the figures on horizons and shares; another `x` is another picture."""

import torch

from dlnotes.hyperparameters.horizon import planned
from dlnotes.sections.hyperparameters.what_they_are import figures
from dlnotes.sections.hyperparameters.what_they_are.screen import KNOBS

FAMILIES = {"horizons": ["plain", "plain"], "shares": ["plain theory", "plain theory"]}


def horizons(x):
    curvature = torch.tensor([1.0, 0.01], dtype=torch.float64)
    squares = torch.tensor([1.0, 100.0], dtype=torch.float64) * x
    lrs = torch.logspace(-3, 0, 40, dtype=torch.float64)
    steps = 30
    return figures.horizons(
        {
            ahead: planned(squares, curvature, steps=steps, ahead=ahead, lrs=lrs)
            for ahead in (1, steps)
        }
    )


def shares(x):
    sizes = torch.linspace(0.01, 0.3, len(KNOBS)) * x**0.02
    rows = {
        name: (size, size - 0.05, size + 0.05)
        for name, size in zip(KNOBS, sizes.tolist(), strict=True)
    }
    return figures.shares({"digits": rows, "spirals": rows}, 200)

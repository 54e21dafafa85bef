"""Small data for the figures on the boundary; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.fractal_boundary import figures, pairs

FAMILIES = {
    "pieces": ["plain", "plain"],
    "dimensions": ["plain theory"],
    "lottery": ["plain theory"],
}


def pieces(x):
    starts = torch.linspace(-1.3, 1.3, 301, dtype=torch.float64) * x
    rates = torch.linspace(1.5, 2.6, 301, dtype=torch.float64) * x
    from_half = torch.full_like(rates, 0.5)
    return figures.pieces(
        starts, pairs.cubic(starts, 3.0, 2), rates, pairs.cubic(from_half, rates, 3)
    )


def dimensions(x):
    spread = torch.linspace(-0.05, 0.2, 12, dtype=torch.float64).view(2, 2, 3)
    names = enumerate(("tanh", "linear", "last", "brief"))
    return figures.dimensions({n: 1 + (x + k) * spread for k, n in names}, (32.0, 1e3, 3e4), 1.1)


def lottery(x):
    rates = torch.logspace(-0.4, 0.1, 60, dtype=torch.float64).repeat(2, 1) ** x
    works = rates < 1.01
    broken = works & ((rates < 0.7) | (torch.arange(60) % 3 > 0))
    return figures.lottery((rates, works), (rates, broken), 30.0)

"""Small data for the figures of broken runs; another `x` is another picture."""

import math

import torch

from dlnotes.sections.convergence.nothing_moves import figures

FAMILIES = {"stops": ["plain theory"], "confusion": ["plain"]}


def stops(x):
    marks = [0, 5, 20, 100]
    steps = torch.tensor(marks, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1], [0.9]], dtype=torch.float64)
    flat = torch.full((3, 4), math.log(10), dtype=torch.float64)
    curves = {
        "none": 2 * x * seeds / (1 + steps),
        "dead": flat,
        "slow": flat + 0.4 * seeds,
        "fast": torch.where(steps > 5, math.nan, flat),
    }
    return figures.stops(curves, marks, math.log(10))


def confusion(x):
    right = 3 if x > 0.95 else 2
    return figures.confusion(
        {
            "none": [None] * 4,
            "dead": ["dead units"] * right + [None] * (4 - right),
            "leak": [None] * 4,
        }
    )

"""Small data for the figures on finding a rate; another `x` is another picture."""

import torch

from dlnotes.learning_rates.range_test import RangeTest, grown
from dlnotes.sections.learning_rates.range_test import figures
from dlnotes.training.sweeps import Sweep

FAMILIES = {"zones": ["plain theory"], "bands": ["plain theory"], "pairs": ["plain"]}


def zones(x):
    lrs = grown(1e-4, 10, 60)
    place = torch.linspace(-6, 3, 60, dtype=torch.float64)
    losses = 2.3 - 1.8 * x * torch.sigmoid(place) + 9 * torch.sigmoid(4 * (place - 2.6))
    return figures.zones(RangeTest(lrs, losses.unsqueeze(0)))


def bands(x):
    lrs = torch.logspace(-3, 0, 31, dtype=torch.float64)
    hills = {name: 0.95 - 0.02 * (lrs.log10() + x + shift).abs() for name, shift in PLACES.items()}
    sweeps = {
        name: Sweep(lrs, (0, 1), *2 * [hill.unsqueeze(1).expand(-1, 2)])
        for name, hill in hills.items()
    }
    return figures.bands(sweeps, (0.1, 0.01, 0.001))


PLACES = {"digits": 0.1, "large": 0.9, "spirals": 0.0}


def pairs(x):
    peaks, shares = (0.03, 0.1, 0.3, 1.0), (1.0, 0.1, 0.001)
    mean = 0.93 - 0.04 * (torch.arange(4).unsqueeze(1) - x * torch.arange(3)).abs()
    return figures.pairs(mean.unsqueeze(-1).expand(-1, -1, 2), peaks, shares)

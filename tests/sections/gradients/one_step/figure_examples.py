"""Small data for the figures of one step; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.one_step import figures
from dlnotes.sections.gradients.one_step.experiments import MULTIPLES, Promise

FAMILIES = {"cut": ["plain theory"], "kept": ["plain theory"], "fits": ["plain momentum"]}


def cut(x):
    rates = torch.linspace(0, 0.4, 21, dtype=torch.float64)
    return figures.cut(rates, 3 - 8 * x * rates + 20 * x * rates**2, 3 - 8 * x * rates)


def promise(x):
    falling = 1 / (1 + x * torch.tensor(MULTIPLES, dtype=torch.float64))
    ones = torch.ones(3, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1], [0.9]], dtype=torch.float64)
    return Promise(falling * seeds, ones / x, ones, ones, ones)


def kept(x):
    return figures.kept(promise(x), promise(x / 2))


def fits(x):
    place = torch.linspace(-3, 3, 25, dtype=torch.float64)
    hump = x * (1 - place.square() / 9)
    return figures.fits(place, hump, hump.clamp(max=0.5 * x), hump.flip(0) / 2)

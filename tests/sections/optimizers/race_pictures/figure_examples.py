"""Small data for the figures on race pictures; `x` = 1 is the example."""

import math

import torch

from dlnotes.sections.optimizers.race_pictures import figures
from dlnotes.sections.optimizers.race_pictures.experiments import GRID, Entry

SEVEN = "plain momentum adaptive adam theory"
FAMILIES = {
    "cuts": [SEVEN, SEVEN],
    "angles": ["plain momentum adaptive adam"],
    "nets": ["plain adaptive adam"],
    "starts": ["momentum", "adam"],
}
NAMES = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam")


def sweep(shift):
    """Steps over the grid, lowest elsewhere for every rule; none arrives at the far right."""
    return {
        name: (30 + 60 * (GRID.log10() - low / 2 - shift).abs()).masked_fill(GRID > 50, math.inf)
        for low, name in enumerate(NAMES, -2)
    }


def cuts(x):
    return figures.cuts(GRID, sweep(0.0), sweep(-x))


def angles(x):
    names = ("sgd", "momentum", "adagrad", "rmsprop", "adam")
    found = {
        angle: {name: Entry(0.1, torch.tensor(5.0 + x * angle * n)) for n, name in enumerate(names)}
        for angle in (0, 15, 45)
    }
    return figures.angles(found)


def nets(x):
    falling = torch.logspace(0, -2, 31).repeat(5, 1)
    straight = {"sgd": falling, "adagrad": falling**1.2, "adam": falling**1.5}
    around = {name: losses ** (1 - 0.1 * x) for name, losses in straight.items()}
    return figures.nets(straight, around)


def starts(x):
    points = torch.cartesian_prod(torch.linspace(0, 4, 3), torch.linspace(-1, 1, 3))
    steps = torch.arange(40.0, 49.0) * x
    steps[:2] = math.inf
    return figures.starts(points, {"nesterov": steps, "adam": steps.flip(0)}, limit=1000)

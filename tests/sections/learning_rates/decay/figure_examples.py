"""Small data for the figures on decay; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.decay import figures, race

FAMILIES = {"shapes": ["plain"], "stairs": ["plain theory"], "nets": ["plain"]}


def shapes(x):
    return figures.shapes({name: race.shape(name, 40) ** x for name in race.NAMES})


def stairs(x):
    steps = torch.arange(81, dtype=torch.float64)
    mean = 0.1 + x * torch.exp(-steps / 20)
    return figures.stairs(mean, mean * (1 + 0.5 * (steps % 2)), (0.4, 0.2), (0.13, 0.06 * x))


def nets(x):
    looks = torch.arange(11, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1]], dtype=torch.float64)
    names = enumerate(race.NAMES)
    losses = {name: seeds * (0.2 + 0.1 * place + x / (1 + looks)) for place, name in names}
    return figures.nets(losses, dict.fromkeys(race.NAMES, 0.1 * x), every=20)

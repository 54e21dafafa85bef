"""Small data for the figures of the arrow; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.arrow import figures

FAMILIES = {"norms": ["plain theory"], "ways": ["plain"]}


def norms(x):
    return figures.norms(torch.tensor([1.0, 1.0 + x]))


def ways(x):
    far = torch.linspace(0, 3, 22)
    runs = torch.stack([(far - 1).square(), 1.2 * (far - 1).square(), 1.5 * (far - 1).square()])
    level = x + torch.tensor([[0.0], [0.1], [0.3]])
    return figures.ways(far, x * runs, 2 * (-far).exp() + level, 3 + level * (1 + far))

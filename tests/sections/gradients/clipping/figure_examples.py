"""Small data for the figures of clipping; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.clipping import figures

FAMILIES = {"cut": ["plain", "plain theory"], "training": ["plain theory", "plain"]}


def cut(x):
    return figures.cut(w=1 + 0.5 * x)


def training(x):
    steps = torch.arange(1, 21, dtype=torch.float64).view(-1, 1, 1)
    arms = torch.tensor([1.0, 2.0, 1.5]).double().view(1, -1, 1)
    seeds = torch.tensor([0.9, 1.0, 1.2]).double().view(1, 1, -1)
    length = 2 + x * arms * seeds * (1 + (steps % 5))
    return figures.training(length, 0.1 + x * arms * seeds / steps, (0.02, 0.1), 1.0)

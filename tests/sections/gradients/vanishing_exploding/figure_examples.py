"""Small data for the figures of slopes, gains and moved layers; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.vanishing_exploding import figures
from dlnotes.sections.gradients.vanishing_exploding.experiments import Moved

FAMILIES = {"slopes": ["plain", "plain"], "line": ["plain theory"], "moved": ["plain"]}


def slopes(x):
    return figures.slopes(reach=4 + x)


def line(x):
    gains = [0.5, 1.0, 4.0]
    rising = x * torch.tensor([gains, [0.6, 1.1, 4.2]], dtype=torch.float64)
    found = {"sigmoid": rising / 4, "tanh": rising / 1.2, "relu": rising}
    return figures.line(gains, found, {"torch": 0.58, "He": 1.41})


def moved(x):
    layers = torch.arange(1, 10, dtype=torch.float64)
    steep = x * 10.0 ** ((layers - 9) / 2)
    level = x * (0.5 + layers / 20)
    arms = {
        name: Moved(torch.tensor([0.1]), torch.stack([one, 1.2 * one])[None], torch.ones(1, 2))
        for name, one in {"plain": steep, "raised": level, "adam": 3 * level}.items()
    }
    return figures.moved(arms, dict.fromkeys(arms, 0))

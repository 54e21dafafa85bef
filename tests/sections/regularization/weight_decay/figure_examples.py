"""Small data for the figures on decay; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.weight_decay import figures

FAMILIES = {"bench": ["adam plain", "adam plain"], "turning": ["plain theory"]}


def bench(x):
    strengths = {"penalty": (0.01, 0.05, 0.1, 0.3), "decay": (1.0, 10.0, 20.0, 60.0)}
    seeds = torch.linspace(0.98, 1.0, 3)
    train = torch.tensor([1.0, 0.95, 0.87, 0.6])[:, None] * seeds
    test = torch.tensor([0.8, 0.84, 0.85, 0.57])[:, None] * seeds * x**0.1
    found = dict.fromkeys(strengths, (train, test))
    return figures.bench(0.79 * seeds, found, strengths)


def turning(x):
    steps = torch.arange(1, 11)
    ends = {"base": 0.09, "swapped": 0.09, "more": 0.18, "none": 0.004}
    rise = 1 - torch.exp(-steps / 3.0)
    angles = {
        name: end * rise * torch.linspace(0.98, 1.02, 3)[:, None] for name, end in ends.items()
    }
    angles["none"] = angles["none"] * x
    return figures.turning(angles, {"base": 0.09, "more": 0.18})

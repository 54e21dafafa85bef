"""Small data for the figure on dropout; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.dropout import figures

FAMILIES = {"bench": ["plain momentum", "plain momentum adaptive"]}


def bench(x):
    shares = (0.1, 0.3, 0.6, 0.9)
    rise = torch.tensor([0.8, 0.82, 0.84, 0.78])[:, None] * torch.linspace(0.98, 1.02, 3)
    fall = torch.tensor([0.85, 0.84, 0.8, 0.7])[:, None] * torch.linspace(0.98, 1.02, 3)
    wide = {"hidden": (rise * x**0.05, 2), "input": (rise + 0.02, 1)}
    return figures.bench({"wrong": wide, "clean": wide | {"narrow": (fall, 0)}}, shares)

"""Small data for the figure on validation curves; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.early_stopping import figures

FAMILIES = {"watched": ["plain", "plain"]}


def watched(x):
    steps = [1, 3, 10, 30, 100, 400]
    seeds = torch.tensor([[0.95], [1.0], [1.05]])
    curves = {
        "train": seeds * torch.tensor([2.2, 1.8, 0.7, 0.2, 0.02, 0.001]),
        "loss": seeds * torch.tensor([2.2, 1.8, 0.8, 0.7, 0.8, 0.95]) * x**0.1,
        "right": torch.tensor([0.3, 0.6, 0.8, 0.81, 0.8, 0.79]).expand(3, -1) / seeds,
    }
    return figures.watched({"wrong": curves, "clean": curves}, steps)

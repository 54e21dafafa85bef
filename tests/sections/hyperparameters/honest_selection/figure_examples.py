"""Small data for the figure on choices; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.honest_selection import figures

FAMILIES = {"choices": ["plain", "plain"]}


def choices(x):
    fall = torch.tensor([0.95, 0.92, 0.9])[:, None] * torch.linspace(0.99, 1.0, 3)
    rise = torch.tensor([0.82, 0.85, 0.86])[:, None] * torch.linspace(0.99, 1.0, 3) * x**0.02
    return figures.choices({"wrong": (fall, rise), "clean": (fall, rise)}, (20, 100, 400), 64)

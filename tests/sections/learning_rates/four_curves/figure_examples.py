"""Small data for the figures of the four colors; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.four_curves import figures

FAMILIES = {"colors": ["plain"], "ratios": ["plain theory"]}


def colors(x):
    epochs = torch.arange(6, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1], [0.9]], dtype=torch.float64)
    curves = {
        "red": seeds * (2 + epochs),
        "yellow": seeds * (2 - 0.1 * epochs),
        "purple": seeds * torch.where(epochs > 0, 1.0, 2.0),
        "green": seeds * 2 * x / (1 + epochs),
    }
    return figures.colors(curves, {"red": 5.0, "yellow": 0.001, "purple": 0.5, "green": 0.03})


def ratios(x):
    spread = torch.linspace(-0.02, 0.02, 4, dtype=torch.float64)
    return figures.ratios(
        {
            "noise": 0.7 * x + spread,
            "net": 0.65 + spread,
            "narrow": 1 + spread / 4,
            "plateau": 1 + spread / 8,
        }
    )

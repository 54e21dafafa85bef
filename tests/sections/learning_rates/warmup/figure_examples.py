"""Small data for the figures on warmup; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.warmup import figures

FAMILIES = {"shapes": ["plain"], "pressed": ["plain theory"]}


def shapes(x):
    step = torch.arange(1, 101, dtype=torch.float64)
    climb, left = (step / 20).clamp(max=1), (100 - step) / 80
    return figures.shapes(
        {
            "cosine": torch.minimum(climb, left.clamp(max=1) ** x),
            "linear": torch.minimum(climb, left),
            "plateau": torch.minimum(climb, 4 * left).clamp(max=1),
        },
        warmup=20,
    )


def pressed(x):
    step = torch.arange(101, dtype=torch.float64)
    rates = 0.3 * (step + 1).clamp(max=40) / 40
    seeds = torch.tensor([[1.0], [1.1]], dtype=torch.float64)
    looks = step[::10]
    climb = seeds * (6 + 40 * torch.exp(-x * looks / 20))
    hold = seeds * torch.where(looks < 50, 50.0, torch.inf)
    return figures.pressed({"climb": climb, "hold": hold}, rates, 10, net=True)

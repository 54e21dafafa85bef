"""Small data for the figures on random layers and on shapes; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.double_descent import figures

FAMILIES = {"layers": ["plain", "plain"], "shapes": ["plain", "plain"]}


def layers(x):
    seeds = torch.tensor([0.9, 1.0, 1.1], dtype=torch.float64)
    peak = torch.tensor([0.8, 1.2, 200.0 * x, 1.5, 0.4], dtype=torch.float64)[:, None] * seeds
    calm = torch.tensor([0.8, 0.6, 0.5, 0.4, 0.3], dtype=torch.float64)[:, None] * seeds
    return figures.layers(
        {"wrong": (peak, calm), "clean": (peak / 3, calm / 2)}, (10, 60, 150, 500, 4000), points=150
    )


def shapes(x):
    seeds = torch.tensor([0.97, 1.0, 1.02], dtype=torch.float64)
    wide = {
        str(width): (0.1 * i * seeds + 0.45, 0.08 * i * seeds * x + 0.5)
        for i, width in enumerate((4, 16, 64))
    }
    deep = {layers: (0.75 * seeds, (0.86 - 0.02 * layers) * seeds) for layers in range(4)}
    return figures.shapes(wide, deep)

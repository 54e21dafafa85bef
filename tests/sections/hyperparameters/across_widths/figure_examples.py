"""Small data for the figures on widths; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.across_widths import figures

FAMILIES = {"moves": ["adam plain", "adam plain"], "bests": ["adam plain theory"]}
WIDTHS = [16, 32, 64, 128]


def moves(x):
    sizes = torch.tensor(WIDTHS, dtype=torch.float64)
    powers = {"plain": (0.9, 1.3), "rates": (0.01, 0.45), "mup": (0.01, 0.02)}
    found = {
        arm: {"hidden": x * sizes**hidden, "output": x * sizes**output}
        for arm, (hidden, output) in powers.items()
    }
    return figures.moves(WIDTHS, found, 3)


def bests(x):
    steps = torch.arange(4.0, dtype=torch.float64)[:, None]
    seeds = torch.tensor([-0.2, 0.1, 0.3], dtype=torch.float64)
    return figures.bests(
        WIDTHS, {"plain": -6.0 - x * steps + seeds, "mup": -6.0 - 0.1 * steps + seeds}
    )

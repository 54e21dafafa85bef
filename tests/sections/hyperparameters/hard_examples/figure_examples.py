"""Small data for the figures on mining and on lines; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.hard_examples import figures

FAMILIES = {
    "gains": ["theory adaptive curvature"],
    "lines": ["plain curvature", "plain curvature"],
}


def gains(x):
    fall = -0.1 * torch.tensor([0.1, 0.4, 1.0])[:, None] * torch.linspace(0.9, 1.1, 3)
    rise = torch.tensor([-0.07, 0.02, 0.04])[:, None] * torch.linspace(0.9, 1.1, 3) * x**0.5
    return figures.gains({"mine50": fall, "drop75": rise}, (0, 0.15, 0.45))


def lines(x):
    places = torch.linspace(-3, 3, 8, dtype=torch.float64)
    heights = 2 * places + torch.cos(9 * places) + x
    squares = torch.tensor([x, 3.2], dtype=torch.float64)
    huber = torch.tensor([0.1, 2.1], dtype=torch.float64)
    return figures.lines(places, heights, squares, huber, 1.345)

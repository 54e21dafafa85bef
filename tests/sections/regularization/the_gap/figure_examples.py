"""Small data for the figures on the gap; another `x` is another picture."""

import torch

from dlnotes.regularization.smoothers import Parts
from dlnotes.sections.regularization.the_gap import figures

FAMILIES = {
    "trade": ["plain curvature momentum", "plain curvature momentum"],
    "bench": ["plain", "plain"],
}


def trade(x):
    def parts(rise):
        numbers = ((0.5 * 0.4**d, 0.01 * x * rise**d, 0.09) for d in range(15))
        return [Parts(*map(torch.tensor, each)) for each in numbers]

    return figures.trade(parts(1.5), parts(1.1), 1e-4)


def bench(x):
    strengths = (0.001, 0.01, 0.1, 1.0)
    fall = torch.tensor([1.0, 1.0, 0.97, 0.85, 0.15])[:, None]
    seeds = torch.linspace(0.98, 1.0, 3)
    rise = torch.tensor([0.7, 0.75, 0.8, 0.84, 0.1])[:, None]
    pair = fall * seeds, rise * seeds * x**0.1
    return figures.bench({"wrong": pair, "clean": pair}, strengths)

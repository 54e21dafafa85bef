"""Small data for the figure on curvature; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.curvature import figures

FAMILIES = {"on_a_net": ["curvature theory"]}
STEPS = torch.arange(31, dtype=torch.float64)


def on_a_net(x):
    runs = ((0.8 * x) ** STEPS).repeat(5, 1)
    return figures.on_a_net(runs * 0 + 0.7, runs)

"""Small data for the figure of two bounces; another `x` is another picture."""

import torch

from dlnotes.sections.convergence.loss_curves import figures
from dlnotes.sections.convergence.loss_curves.arms import Seen

FAMILIES = {"two_bounces": ["plain theory", "plain theory"]}


def two_bounces(x):
    steps = torch.arange(61, dtype=torch.float64)
    zigzag = 0.2 * (-1) ** steps
    level = x * (1 - steps / 200)
    noisy = Seen(level + zigzag, level[::10])
    return figures.two_bounces(noisy, Seen(x + 2 * zigzag, x + zigzag[:7]))

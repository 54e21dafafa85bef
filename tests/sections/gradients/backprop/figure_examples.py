"""Small data for the figures of the section; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.backprop import figures

FAMILIES = {"differences": ["plain"], "layers": ["plain"]}
NUDGES = torch.tensor([10.0**-k for k in range(1, 11)])


def differences(x):
    upward = NUDGES / 2 * x + 1e-16 / NUDGES
    central = NUDGES**2 / 6 * x + 1e-16 / NUDGES
    return figures.differences(NUDGES, upward, central, NUDGES**2 / 6 * x + 6e-8 / NUDGES)


def layers(x):
    place, seed = torch.tensor([9.0, 3.0, 1.0]), torch.tensor([1.0, 1.5, 0.7])
    bend = x * seed[:, None, None] * NUDGES[:, None] ** 2 * place
    double, single = (bend + rounding / NUDGES[:, None] for rounding in (1e-15, 5e-7))
    return figures.layers(NUDGES, double, single)

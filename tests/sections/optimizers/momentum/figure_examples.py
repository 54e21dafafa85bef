"""Small data for the figures on momentum; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.momentum import figures

FAMILIES = {
    "convergence": ["plain momentum theory"],
    "damping": ["momentum", "momentum"],
    "noise": ["momentum theory"],
}
STEPS = torch.arange(61, dtype=torch.float64)
SHARES = torch.logspace(-3, 0, 50)
GAINS = torch.tensor([[8.0, 2.0, 1.0], [8.4, 1.8, 1.1], [7.9, 2.1, 0.9]])


def convergence(x):
    return figures.convergence(0.98**STEPS, (0.8 * x) ** STEPS, (0.98, 0.8 * x))


def damping(x):
    swing = torch.cos(STEPS) * (0.9 * x) ** STEPS
    rates = 0.95 + 0 * SHARES, 0.95 - 0.5 * SHARES
    return figures.damping(swing, swing * (STEPS < 2), SHARES, rates, momentum=0.9)


def noise(x):
    return figures.noise([0.1, 1.0, 10.0], GAINS * x)

"""Small data for the figures on momentum; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.momentum import figures
from dlnotes.training.sweeps import Curves

FAMILIES = {
    "convergence": ["plain theory", "momentum theory"],
    "damping": ["momentum", "momentum"],
    "noise": ["momentum theory"],
    "network": ["plain momentum", "plain momentum"],
}
STEPS = torch.arange(61, dtype=torch.float64)
SHARES = torch.logspace(-3, 0, 50)
GAINS = torch.tensor([[8.0, 2.0, 1.0], [8.4, 1.8, 1.1], [7.9, 2.1, 0.9]])


def convergence(x):
    plain, heavy = 0.98**STEPS, (0.8 * x) ** STEPS
    ways = torch.stack([plain, plain**10, plain], -1), torch.stack([heavy, heavy, 3 * heavy], -1)
    return figures.convergence(*ways, (0.98, 0.8 * x), curvatures=(1, 10, 100))


def damping(x):
    swing = torch.cos(STEPS) * (0.9 * x) ** STEPS
    rates = 0.95 + 0 * SHARES, 0.95 - 0.5 * SHARES
    return figures.damping(swing, swing * (STEPS < 2), SHARES, rates, momentum=0.9)


def noise(x):
    return figures.noise([0.1, 1.0, 10.0], GAINS * x)


def network(x):
    falling = torch.linspace(0, 1, 21) * torch.ones(3, 1)
    powers = {(80, "plain"): 0.5, (80, "heavy"): 1.2 * x, (8, "plain"): 1.0, (8, "heavy"): 1.1}
    ends = {key: 2.3 * 10 ** (-power * falling) for key, power in powers.items()}
    nets = {key: Curves(0.1, torch.arange(21), y) for key, y in ends.items()}
    return figures.network(nets, momentum=0.9)

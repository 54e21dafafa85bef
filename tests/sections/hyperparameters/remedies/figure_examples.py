"""Small data for the figures on jumps and on the learning curve; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.remedies import figures

FAMILIES = {"jumps": ["plain momentum"] * 2, "learning": ["adaptive plain"]}


def jumps(x):
    wave = torch.arange(8) % 3
    pair = (1 + 0.2 * x * wave, 1 + 0.02 * x * wave)
    return figures.jumps({"narrow": pair, "hot": (2 * pair[0], 2 * pair[1])}, 32)


def learning(x):
    counts = (20, 40, 80, 160)
    n = torch.tensor(counts, dtype=torch.float64)[:, None]
    fall = 2 * x * n**-0.5 * torch.linspace(0.95, 1.05, 3, dtype=torch.float64)
    return figures.learning({"right": fall / 2, "wrong": fall}, counts, 3)

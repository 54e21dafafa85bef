"""Small data for the figures on batch sizes; another `x` is another picture."""

import torch

from dlnotes.hyperparameters.noise_scale import Tradeoff
from dlnotes.sections.hyperparameters.batch_size import figures

FAMILIES = {"budgets": ["plain", "plain"], "tradeoff": ["plain theory"]}
SIZES = (8, 32, 128, 512)


def budgets(x):
    seeds = torch.linspace(0.99, 1.0, 3)
    fall = torch.tensor([0.95, 0.94, 0.93, 0.9])[:, None] * seeds
    plunge = torch.tensor([0.94, 0.94, 0.8, 0.45])[:, None] * seeds * x**0.02
    rise = torch.tensor([0.9, 0.94, 0.95, 0.95])[:, None] * seeds
    flat = torch.tensor([0.91, 0.92, 0.92, 0.92])[:, None] * seeds
    return figures.budgets(SIZES, (fall, plunge), (rise, flat))


def tradeoff(x):
    cost = Tradeoff(8.0, 50.0 * x)
    steps = torch.tensor([cost.least * (1 + cost.critical / size) for size in SIZES])
    return figures.tradeoff(SIZES, steps * torch.tensor([1.02, 0.97, 1.05, 0.99]), cost)

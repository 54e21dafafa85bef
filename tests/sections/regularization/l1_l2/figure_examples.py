"""Small data for the figures on L1 and L2; another `x` is another picture."""

import torch

from dlnotes.regularization.proximal import soft_threshold
from dlnotes.sections.regularization.l1_l2 import figures

FAMILIES = {"paths": ["plain", "plain"], "sparse_and_dense": ["plain"]}


def paths(x):
    strengths = torch.logspace(-2, 0.6, 12, dtype=torch.float64)
    free = torch.tensor([2.5, -1.5 * x, 0.05, -0.08], dtype=torch.float64)
    lasso = torch.stack([soft_threshold(free, strength.item()) for strength in strengths])
    return figures.paths(strengths, lasso, free / (1 + strengths[:, None]), useful=2)


def sparse_and_dense(x):
    counts = (1, 5, 20, 50)
    seeds = torch.tensor([[0.9], [1.0], [1.1]], dtype=torch.float64)
    rising = torch.tensor([0.1, 0.4, 0.8, 1.2], dtype=torch.float64) * x
    errors = {"lasso": seeds * rising, "elastic_net": seeds * (rising + 0.5) / 1.5}
    errors["ridge"] = seeds * torch.ones(4, dtype=torch.float64)
    return figures.sparse_and_dense(counts, errors, features=50)

"""Small data for the figures on first weights; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.initialization import figures

FAMILIES = {"coming_back": ["plain theory"], "learning": ["curvature plain theory"]}


def coming_back(x):
    layers = torch.arange(21, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1], [1.3]], dtype=torch.float64) ** (layers > 0)
    factors = {"torch": 0.4, "Glorot": 0.7, "He": 1.0}
    sizes = {name: seeds * (factor - 0.05 * x) ** layers for name, factor in factors.items()}
    return figures.coming_back(sizes, factors)


def learning(x):
    looks = torch.arange(21, dtype=torch.float64)
    seeds = torch.tensor([[0.9], [1.0], [1.2]], dtype=torch.float64)
    falling = {
        (20, "torch"): 2.3 - 0.001 * x * looks,
        (20, "He"): 2.3 * (1 - 0.05 * x) ** looks,
        (3, "torch"): 2.2 * (1 - 0.1 * x) ** looks,
        (3, "He"): 2.1 * (1 - 0.11 * x) ** looks,
    }
    return figures.learning({key: seeds * values for key, values in falling.items()})

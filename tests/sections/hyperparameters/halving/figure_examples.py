"""Small data for the figure on early and late errors; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.halving import figures

FAMILIES = {"early_and_late": ["plain adam theory"] * 3}


def early_and_late(x):
    early = torch.tensor([0.25, 0.4, 0.7, 0.9], dtype=torch.float64)
    end = torch.tensor([0.2, 0.15, 0.4, 0.85], dtype=torch.float64) * x**0.05
    return figures.early_and_late(
        {"falling": (early, end), "steady": (early, end + 0.01), "warmup": (early, end.flip(0))}
    )

"""Small data for the figures on programs and on losses; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.small_to_full import figures

FAMILIES = {"passed": ["curvature", "plain"], "worst": []}


def passed(x):
    accuracy = torch.tensor([0.5, 0.52, 0.55]) * x**0.02
    low, high = torch.full((3,), 0.01), torch.full((3,), 0.9)
    return figures.passed(
        {
            "blank": (high, 0.2 * accuracy),
            "twice": (high, 1.6 * accuracy),
            "sound": (low, 1.7 * accuracy),
            "shuffled": (low, 0.3 * accuracy),
        },
        0.05,
    )


def worst(x):
    X = torch.linspace(-1, 1, 12 * 64).reshape(12, 64) * x
    return figures.worst(X, torch.arange(12) % 10, torch.arange(12) % 3 < 2)

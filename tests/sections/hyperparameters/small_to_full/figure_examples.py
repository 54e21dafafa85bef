"""Small data for the figures on programs and on losses; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.small_to_full import figures

FAMILIES = {"passed": ["plain", "curvature plain"], "worst": [""]}


def passed(x):
    accuracy = torch.tensor([0.5, 0.52, 0.55]) * x**0.02
    found = {
        "blank": 0.2 * accuracy,
        "twice": 1.6 * accuracy,
        "sound": 1.7 * accuracy,
        "shuffled": 0.3 * accuracy,
    }
    return figures.passed(found, ["blank", "twice"])


def worst(x):
    X = torch.linspace(0.1, 0.9, 12 * 64).reshape(12, 64) * x**0.1
    return figures.worst(X, torch.arange(12) % 10, torch.arange(12) % 3 < 2)

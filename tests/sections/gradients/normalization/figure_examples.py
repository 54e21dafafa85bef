"""Small data for the figures on normalization; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.normalization import figures

FAMILIES = {"sent_back": ["plain theory"], "tolerance": ["plain", "plain"]}


def sent_back(x):
    back = torch.arange(11, -1, -1, dtype=torch.float64)
    rate = torch.tensor([[1.19], [1.2], [1.22]], dtype=torch.float64)
    return figures.sent_back((rate + 0.01 * x) ** back, (rate - 0.05) ** back, 1 + 0 * rate**back)


def tolerance(x):
    top = torch.tensor([[0.1, 0.2], [0.5, 0.6], [0.9, 0.8], [0.2, 0.1]], dtype=torch.float64)
    wide = (top + 0.02 * x).clamp(max=1)
    return figures.tolerance((top / 2, wide), (top, wide), (0.001, 0.01, 0.1, 1.0))

"""Small data for the gallery; another `x` is another picture."""

import torch

from dlnotes.convergence.diagnosis import Curves
from dlnotes.sections.convergence.five_outcomes import figures

FAMILIES = {"gallery": ["plain theory"] * 6}
NAMES = ("good", "undertrained", "small", "unstable", "overfit", "stuck")


def gallery(x):
    train = 0.2 + 0.8 * x * 0.8 ** torch.arange(12, dtype=torch.float64)
    held = train + 0.1
    return figures.gallery({name: Curves(train, held) for name in NAMES})

"""Small data for the figures on averages; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.averages import figures

FAMILIES = {"swaying": ["plain momentum theory"], "stops": ["plain momentum adam"]}


def swaying(x):
    walk = [x * (0.13 + (-1) ** t * (1 + t % 3) / 3) for t in range(60)]
    means = [sum(walk[: t + 1]) / (t + 1) for t in range(60)]
    return figures.swaying(walk, means, 0.3 * x)


def stops(x):
    looks = [round(40 * 100 ** (k / 14)) for k in range(15)]
    fall = x / torch.tensor(looks, dtype=torch.float64)[:, None] * torch.tensor([[1.0, 1.1]])
    heights = {"raw": 20, "ema": 8, "free": 3, "cosine": 12}
    curves = {name: height * fall for name, height in heights.items()}
    return figures.stops(curves, looks, 10 * fall[[8, 14]], [looks[8], looks[14]])

"""Small data for the figures on more data; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.more_data import figures

FAMILIES = {"curve": ["plain curvature"], "doses": ["plain curvature", "plain curvature"]}


def curve(x):
    counts = (25, 50, 100, 200, 400)
    fall = torch.tensor([0.4, 0.3, 0.2, 0.17, 0.15])[:, None]
    seeds = torch.linspace(0.9, 1.1, 3)
    return figures.curve(counts, fall * seeds, fall**2 * seeds * x**0.1, (-0.3, -0.8))


def doses(x):
    seeds = torch.linspace(0.99, 1.01, 3)
    hill = torch.tensor([0.8, 0.82, 0.85, 0.83, 0.7])[:, None] * seeds
    early = torch.tensor([0.92, 0.94, 0.93, 0.9, 0.8])[:, None] * seeds
    doses = (0.2, 0.5, 1.0, 1.5, 2.0)
    noisy = {"wrong": hill * x**0.1, "clean": early}
    return figures.doses(doses, noisy, doses, {"stand": early, "moved": hill})

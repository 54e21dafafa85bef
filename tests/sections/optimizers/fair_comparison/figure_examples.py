"""Small data for the figures on fair comparisons; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.fair_comparison import figures

FAMILIES = {
    "rankings": ["plain adam", "plain adam"],
    "widths": ["plain adam"],
    "words": ["plain", "plain adam"],
    "switching": ["plain adam"],
}
HUMP = torch.tensor([0.1, 0.3, 0.8, 0.95, 0.96, 0.95, 0.5, 0.1, 0.1])
FALL = torch.linspace(4.6, 0.0, 20).unsqueeze(1) * torch.tensor([0.5, 0.8, 0.9, 1.0])
LOSSES = torch.logspace(-2, -3, 41).repeat(3, 1)


def rankings(x):
    one = {"sgd": torch.tensor([0.2, 0.3]), "adam": torch.tensor([0.9, 0.95])}
    each = {name: x * scores.clamp(min=0.8) for name, scores in one.items()}
    return figures.rankings(one, each, lr=0.001)


def widths(x):
    curves = {"adam": x * HUMP.roll(-1).expand(2, 9), "sgd": HUMP.expand(2, 9)}
    return figures.widths(torch.logspace(-3, 1, 9), curves, within=0.03)


def words(x):
    groups = ["1–4", "5–16", "17–50", "51–100"]
    return figures.words(FALL, FALL * 0.1 * x, FALL * 0.2, groups, largest=(1, 1000))


def switching(x):
    runs = (LOSSES, LOSSES * 3 * x, LOSSES * 1.2, LOSSES * 1.1)
    return figures.switching(*runs, span=(180, 260), switch=200, lrs=(0.01, 0.3))

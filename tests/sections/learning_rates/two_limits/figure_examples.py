"""Small data for the figures on two limits; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.two_limits import figures

FAMILIES = {"sizes": ["plain"], "budgets": ["plain theory"]}


def sizes(x):
    steps = torch.arange(12, dtype=torch.float64)
    paths = {}
    for rate, keep in ((0.02, 0.9), (0.17, -0.6), (0.205, -1.05)):
        paths[rate] = torch.stack([-3 * 0.9**steps, x * 0.4 * keep**steps], dim=1)
    return figures.sizes(paths)


def budgets(x):
    rates = torch.logspace(-3, 0, 13, dtype=torch.float64)
    seeds = torch.linspace(1, 1.1, 3, dtype=torch.float64)
    losses = [2.3 * (-rates * steps * x / 40).exp() for steps in (200, 1600)]
    losses = torch.stack(losses, -1).unsqueeze(1) * seeds.view(1, -1, 1)
    losses[-1] = torch.inf
    return figures.budgets(rates.tolist(), losses, (200, 1600), 1.1)

"""Small data for the figures on memory of size; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.adaptive import figures

FAMILIES = {
    "rates": ["plain", "adaptive"],
    "network": ["plain adaptive", "plain adaptive theory"],
    "rare": ["plain adaptive"] * 4,
}
STEPS = torch.arange(1, 101, dtype=torch.float64)
SHARES = 0.5 ** torch.arange(10, dtype=torch.float64)


def rates(x):
    found = dict.fromkeys(("adagrad", "rmsprop"), STEPS ** (-0.5 * x))
    return figures.rates(torch.ones(100), **found)


def network(x):
    seeds = torch.tensor([[0.1, 0.2], [0.4, 0.5], [0.8, 0.9], [0.7, 0.9 * x]])
    rules = ("sgd", "adagrad", "rmsprop", "adadelta")
    losses = dict.fromkeys(rules, (STEPS ** (-x)).expand(5, -1))
    scores = dict.fromkeys(rules, seeds)
    return figures.network(losses, [1e-3, 1e-2, 0.1, 1.0], scores)


def rare(x):
    methods = ("sgd", "undiluted", "shared", "adagrad", "rmsprop")
    errors = dict.fromkeys(methods, 1e-2 * x * torch.ones(5, 10))
    return figures.rare(SHARES, dict.fromkeys(figures.READINGS, errors))

"""Small data for the figures on memory of size; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.adaptive import figures

FAMILIES = {
    "rates": ["plain", "adaptive"],
    "sweep": ["plain adaptive theory"],
    "rare": ["plain adaptive", "plain adaptive"],
}
STEPS = torch.arange(1, 101, dtype=torch.float64)
SHARES = 0.5 ** torch.arange(10, dtype=torch.float64)


def rates(x):
    found = dict.fromkeys(("adagrad", "rmsprop", "adadelta"), STEPS ** (-0.5 * x))
    return figures.rates(torch.ones(100), **found)


def sweep(x):
    seeds = torch.tensor([[0.1, 0.2], [0.4, 0.5], [0.8, 0.9], [0.7, 0.9 * x]])
    return figures.sweep(
        [1e-3, 1e-2, 0.1, 1.0], dict.fromkeys(("sgd", "adagrad", "adadelta"), seeds)
    )


def rare(x):
    errors = dict.fromkeys(("sgd", "shared", "adagrad", "rmsprop"), 1e-2 * x * torch.ones(5, 10))
    return figures.rare(SHARES, errors, errors, batch_size=64)

"""Small data for the figures on what is said of learning rates; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.myths import figures

FAMILIES = {
    "differences": ["plain adam theory"], "hits": ["plain theory"], "frozen": ["plain adam"],
}  # fmt: skip


def differences(x):
    found = {
        "clean": {0.01: (-0.1 * x, 0.2), 0.3: (-0.3, 0.4)},
        "adam": {0.001: (0.05, 0.2), 0.01: (-0.8, 0.3)},
        "wrong": {0.03: (0.3, 0.4), 0.2: (-1.0, 0.5)},
    }
    return figures.differences(found, {"clean": 0.1, "adam": 0.003, "wrong": 0.1})


def hits(x):
    rates = torch.logspace(-1.5, 0, 12).tolist()
    wide = torch.tensor([0.66 if rate < 0.25 else 1.0 for rate in rates])
    return figures.hits(rates, wide, (1.01 - wide) * x, 0.25)


def frozen(x):
    steps = [0, 100, 400, 800]
    seeds = torch.linspace(0.95, 1.05, 3).unsqueeze(1)
    falls = {("sgd", "1e-06"): 1e-5 * x, ("adam", "1e-05"): 1e-4, ("sgd", "cosine"): 2e-3}
    curves = {
        key: 0.6 * (-fall * seeds * torch.tensor(steps)).exp()
        for key, fall in (falls | {("adam", "cosine"): 4e-3 * x}).items()
    }
    return figures.frozen(steps, curves)

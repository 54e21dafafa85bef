"""Small data for the figures on Adam; `x` = 1 is the example, another `x` another picture."""

import torch

from dlnotes.sections.optimizers.adam import figures
from dlnotes.training.sweeps import Curves

FAMILIES = {
    "filling": ["momentum adaptive theory", "adam"],
    "network": ["adam", "adam"],
    "after_silence": ["adam theory"],
    "histogram": ["adam theory"],
    "outlier": ["adam theory"],
    "sparse": ["adaptive adam", "adaptive adam"],
}
TIMES = torch.arange(1, 1001, dtype=torch.float64)


def filling(x):
    direction, size = 1 - (0.9 * x) ** TIMES, (1 - 0.99**TIMES).sqrt()
    return figures.filling((direction, size), direction / size, torch.ones(1000))


def network(x):
    falling = torch.linspace(0, 1, 11) * torch.ones(3, 1)
    powers = {"adam": (0.5, 1.5, 2.5), "bare": (1.0, 2.0 * x, 0.1)}
    nets = {
        (name, lr): Curves(lr, torch.arange(11), 2.3 * 10 ** (-power * falling))
        for name in powers
        for lr, power in zip((0.001, 0.01, 0.1), powers[name], strict=True)
    }
    return figures.network(nets)


def after_silence(x):
    runs = tuple(x * power * torch.ones(60) for power in (1.0, 4.0, 7.0))
    return figures.after_silence(runs, 3.162, 7.27, quiet=100, growth=1.11)


def histogram(x):
    source = torch.Generator().manual_seed(0)
    return figures.histogram([x * torch.rand(500, generator=source) for _ in range(5)], 3.162)


def outlier(x):
    return figures.outlier(
        torch.cat([torch.tensor([3.0 * x]), torch.linspace(0.3, 1, 500)]), size=9
    )


def sparse(x):
    names = ("rmsprop", "longer", "corrected", "adam")
    found = {name: x * 10.0**-k * torch.ones(3, 5) for k, name in enumerate(names, 1)}
    return figures.sparse([0.1, 0.05, 0.02], found, found)

"""Small data for the figures on cycles; another `x` is another picture."""

import torch

from dlnotes.sections.learning_rates.cycles import figures, plans

FAMILIES = {
    "parabola": ["plain"], "ways": ["momentum plain"], "budgets": ["momentum plain"],
}  # fmt: skip


def parabola(x):
    return figures.parabola({count: x * plans.on_a_parabola(count, 200)[1] for count in (1, 4)})


def ways(x):
    done = torch.linspace(0, 1, 11, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1]], dtype=torch.float64)
    return figures.ways(seeds * (0.5 - 0.1 * done), seeds * (0.7 + x * done * (1 - done)))


def budgets(x):
    steps = (250, 500, 1000)
    falls = torch.tensor([[0.12, 0.05, 0.01], [0.14, 0.06, 0.02]], dtype=torch.float64)
    names = ("constant", "stairs", "cosine", "one_cycle", "low")
    losses = {name: falls * (1 + place * x) for place, name in enumerate(names)}
    return figures.budgets(losses, steps, 0.04)

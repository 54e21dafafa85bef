"""Small data for the figures of the bench; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.the_bench import figures

FAMILIES = {
    "bench": ["plain theory momentum", "plain theory momentum"],
    "pruned": ["plain momentum theory", "plain momentum theory"],
}


def bench(x):
    seeds = torch.linspace(0.9, 1.1, 4)
    gains = {"l2": 0.08 * seeds * x, "mixup": 0.01 * seeds - 0.01, "narrower": -0.15 * seeds}
    rulers = 0.06 * seeds, 0.1 * seeds
    return figures.bench({"wrong": gains, "clean": gains}, {"wrong": rulers, "clean": rulers})


def pruned(x):
    seeds = torch.linspace(0.98, 1.0, 3)
    cut = torch.tensor([0.8, 0.78, 0.75, 0.7])[:, None] * seeds * x**0.1
    narrow = torch.tensor([0.78, 0.7, 0.6, 0.4])[:, None] * seeds
    one = cut, narrow, 0.8 * seeds
    return figures.pruned({"wrong": one, "clean": one}, (0.5, 0.25, 0.125, 0.0625))

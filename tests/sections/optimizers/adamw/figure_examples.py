"""Small data for the figures on weight decay; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.adamw import figures

FAMILIES = {
    "decay": ["adam theory"],
    "pixels": ["adam"],
}


def decay(x):
    sizes = torch.logspace(-2, 2, 9)
    left = {"l2": sizes / (sizes + x), "adamw": torch.full_like(sizes, 0.74)}
    return figures.decay(sizes, {name: one.repeat(5, 1) for name, one in left.items()}, left["l2"])


def pixels(x):
    down = torch.tensor([[0.9, 0.98], [0.5, 0.9], [0.2, 0.8]])
    shares = {"l2": down * x, "adamw": down.flip(-1)}
    return figures.pixels(
        (25, 150, 300), {name: one.repeat(5, 1, 1) for name, one in shares.items()}
    )

"""Small data for the figures on Adam's relatives; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.adam_relatives import figures

FAMILIES = {
    "decay": ["adam theory"],
    "pixels": ["adam"],
    "memory": ["adam adaptive", "adaptive theory"],
    "signs": ["adam theory"],
}
SIGNAL = torch.logspace(-1.5, 0.5, 7)


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


def memory(x):
    full, counts = torch.logspace(-6, -3, 30), {"full": 500_000, "factored": 1500}
    return figures.memory(counts, full, full * 1.5 * x, shape=(1000, 500))


def signs(x):
    theory = {"adam": torch.tanh(SIGNAL), "lion": torch.tanh(3 * x * SIGNAL)}
    measured = {name: curve.repeat(5, 1) for name, curve in theory.items()}
    return figures.signs(SIGNAL, measured, theory)

"""Small data for the figures on Adam's relatives; `x` = 1 is the example."""

import math

import torch

from dlnotes.sections.optimizers.adam_relatives import figures

FAMILIES = {
    "sizes": ["adam theory"],
    "memory": ["adam adaptive", "adaptive theory"],
    "funnel": ["adam theory"],
    "signs": ["adam theory"],
}
STEPS = torch.logspace(0, 6, 40)
SIGNAL = torch.logspace(-1.5, 0.5, 7)


def sizes(x):
    grads = torch.sin(torch.arange(1.0, 21.0))
    return figures.sizes(
        grads, {2: grads.abs() * 0.5, 10: grads.abs(), math.inf: grads * 0 + 2 * x}
    )


def memory(x):
    full, counts = torch.logspace(-6, -3, 30), {"full": 500_000, "factored": 1500}
    return figures.memory(counts, full, full * 1.5 * x, shape=(1000, 500))


def funnel(x):
    bounds = 0.1 * x * (1 - 1 / (STEPS + 1)), 0.1 * x * (1 + 1 / STEPS)
    free = torch.tensor([3.0, 0.1])
    return figures.funnel(STEPS, bounds, free, free[:, None].clamp(*(0.05, 2)).expand(2, 40))


def signs(x):
    theory = {"adam": torch.tanh(SIGNAL), "lion": torch.tanh(3 * x * SIGNAL)}
    measured = {name: curve.repeat(5, 1) for name, curve in theory.items()}
    return figures.signs(SIGNAL, measured, theory)

"""Small data for the figures on Adam's relatives; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.adam_relatives import figures

FAMILIES = {
    "memory": ["adam adaptive", "adaptive theory"],
    "signs": ["adam theory"],
}
SIGNAL = torch.logspace(-1.5, 0.5, 7)


def memory(x):
    full, counts = torch.logspace(-6, -3, 30), {"full": 500_000, "factored": 1500}
    return figures.memory(counts, full, full * 1.5 * x, shape=(1000, 500))


def signs(x):
    theory = {"adam": torch.tanh(SIGNAL), "lion": torch.tanh(3 * x * SIGNAL)}
    measured = {name: curve.repeat(5, 1) for name, curve in theory.items()}
    return figures.signs(SIGNAL, measured, theory)

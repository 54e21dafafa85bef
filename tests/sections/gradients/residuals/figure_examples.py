"""Small data for the figures on residual nets; another `x` is another picture."""

import torch

from dlnotes.gradients.flow import Flow
from dlnotes.sections.gradients.residuals import figures

_TWO = "theory plain momentum adaptive"
FAMILIES = {
    "both_ways": [_TWO, _TWO],
    "eigenvalues": ["theory adaptive", "theory adaptive momentum"],
    "teeth": ["plain"] * 3,
    "depths": ["theory plain momentum"],
}


def both_ways(x):
    places = torch.arange(11, dtype=torch.float64)
    seeds = torch.tensor([[1.0], [1.1], [0.9]], dtype=torch.float64)
    rates = {"plain": 1 - 0.1 * x, "residual": 1 + 0.4 * x, "scaled": 1 + 0.01 * x, "last": 1 + x}
    return figures.both_ways(
        {name: Flow(seeds * r**places, seeds * r ** (10 - places)) for name, r in rates.items()}
    )


def eigenvalues(x):
    values = x * torch.exp(1j * torch.arange(20).double())
    return figures.eigenvalues(values, values / 7, values / 5)


def teeth(x):
    y = torch.linspace(0, 1, 65)
    return figures.teeth([x * y, x * (1 - (2 * y - 1).abs()), x * y * y])


def depths(x):
    rising = x * torch.tensor([[0.01, 0.02], [0.1, 0.2], [1.0, 1.1]])
    losses = {"plain": rising, "residual": 2 * rising, "scaled": rising / 100}
    return figures.depths(losses, (2, 10, 30), x * torch.tensor([0.001, 0.002]))

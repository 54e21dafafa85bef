"""Small data for the figures on pretraining; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.layerwise_pretraining import figures

FAMILIES = {
    "ways_back": ["theory plain momentum adam adaptive"],
    "few_labels": ["momentum adaptive", "momentum adaptive"],
}


def ways_back(x):
    places, seeds = torch.arange(6), torch.tensor([[1.0], [1.1], [0.9]], dtype=torch.float64)
    rates = {"random": 0.2, "learned": 0.3, "times": 0.6, "batch": 1.0, "relu": 0.95}
    return figures.ways_back(
        {name: seeds * (rate * (1 - 0.05 * x)) ** (5 - places) for name, rate in rates.items()}
    )


def few_labels(x):
    rising = 0.1 * x + torch.tensor([[0.2, 0.25], [0.4, 0.42], [0.6, 0.63]])
    pair = {"batch": rising, "both": rising + 0.05 * x}
    return figures.few_labels({"plain": pair, "few": pair}, (10, 100, 1000))

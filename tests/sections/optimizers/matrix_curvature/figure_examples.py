"""Small data for the figures on curvature by matrices; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.matrix_curvature import figures
from dlnotes.sections.optimizers.matrix_curvature.experiments import Race
from dlnotes.sections.optimizers.matrix_curvature.memory import Trained

FAMILIES = {
    "kept": ["curvature plain"],
    "race": ["curvature adam momentum", "curvature adam momentum"],
    "levelled": ["curvature plain theory"],
    "memory": ["curvature plain adam momentum", "curvature plain adam momentum"],
}
STEPS = torch.arange(31, dtype=torch.float64)
RANKS = torch.arange(1, 9, dtype=torch.float64)
MATRIX = torch.tensor([[2.0, -0.5, 0.3], [-0.5, 1.0, 0.0], [0.3, 0.0, 0.7]])


def kept(x):
    return figures.kept(MATRIX, MATRIX * 0.5 * x, (2, 1))


def race(x):
    marks = torch.arange(0, 601, 20)
    losses = ((0.98 * x) ** marks).repeat(2, 5, 1)
    field = {
        name: Race(1.0, torch.tensor([0.1, 1.0]), marks, losses / (1 + place))
        for place, name in enumerate(("momentum", "adam", "muon", "kfac"))
    }
    return figures.race({"autoencoder": field, "classifier": field})


def levelled(x):
    return figures.levelled(3 * (0.8 * x) ** STEPS, 1 - 0.01 * STEPS)


def memory(x):
    field = {
        name: Trained(
            torch.ones(1), torch.ones(1, 5), (0.1 * x * RANKS / (1 + place)).repeat(1, 5, 1)
        )
        for place, name in enumerate(("sgd", "momentum", "adam", "muon"))
    }
    return figures.memory(field, field, (20, 50))

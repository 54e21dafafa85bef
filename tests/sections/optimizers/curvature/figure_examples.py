"""Small data for the figures on curvature; `x` = 1 is the example."""

import torch

from dlnotes.sections.optimizers.curvature import figures
from dlnotes.sections.optimizers.curvature.experiments import Race

FAMILIES = {
    "on_a_net": ["curvature theory"],
    "kept": ["curvature plain"],
    "race": ["curvature adam momentum", "curvature adam momentum"],
    "levelled": ["curvature plain theory"],
}
STEPS = torch.arange(31, dtype=torch.float64)
MATRIX = torch.tensor([[2.0, -0.5, 0.3], [-0.5, 1.0, 0.0], [0.3, 0.0, 0.7]])


def on_a_net(x):
    runs = ((0.8 * x) ** STEPS).repeat(5, 1)
    return figures.on_a_net(runs * 0 + 0.7, runs)


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

"""Small data for the figures on soft labels; another `x` is another picture."""

import torch

from dlnotes.regularization.calibration import Bins
from dlnotes.sections.regularization.soft_labels import figures

FAMILIES = {
    "smoothing": ["plain momentum theory", "plain momentum theory"],
    "reliability": ["plain momentum curvature theory", "plain momentum curvature theory"],
    "rings": ["plain momentum", "plain momentum theory"],
}


def smoothing(x):
    seeds = torch.linspace(0.98, 1.0, 3)
    fall = torch.tensor([0.01, -0.02, -0.04, -0.06])[:, None] * seeds * x**0.1
    rise = torch.tensor([0.04, 0.05, 0.06, 0.07])[:, None] * seeds
    one = {
        "alone": (torch.tensor([0.0, 0.1, 0.3, 0.6]), fall),
        "paid": (torch.tensor([0.0, 0.1, 0.3, 0.6]), rise),
        "alpha": 0.03,
        "best": 0.06,
    }
    return figures.smoothing({"wrong": one, "clean": one})


def reliability(x):
    said = torch.linspace(0.15, 0.95, 9)
    count = torch.full((9,), 50)

    def kinds(shift):
        hits = {"hard": said**1.5, "smooth": said**0.5, "cooled": said**shift}
        return {name: Bins(count, said, each) for name, each in hits.items()}

    return figures.reliability({"wrong": kinds(x**0.1), "clean": kinds(1.0)}, 0.1)


def rings(x):
    angle = torch.linspace(0, 6, 20)
    circle = torch.stack([angle.cos(), angle.sin()], 1)
    points, y = torch.cat([circle, circle / 2]), torch.tensor([0] * 20 + [1] * 20)
    fall = torch.tensor([0.99, 0.98, 0.95, 0.9])[:, None] * torch.linspace(0.98, 1, 3)
    found = {"clear": fall * torch.tensor([1, x**0.01, 1, 1])[:, None], "blurred": fall.flip(0)}
    return figures.rings(
        points, y, circle.roll(7, 0) * 0.4, torch.tensor([0.0, 0.2, 1.0, 4.0]), found
    )

"""Small data for the figure on the noise of batches; another `x` is another picture."""

import torch

from dlnotes.sections.regularization.batch_norm import figures

FAMILIES = {"steps": ["plain momentum", "plain momentum"]}


def steps(x):
    looks = (12, 50, 400)
    rise = torch.tensor([0.75, 0.82, 0.8])[:, None] * torch.linspace(0.98, 1.0, 3)
    arms = {
        kind: rise * (1 + 0.01 * place * x) for place, kind in enumerate(("none", "150", "5", "2"))
    }
    return figures.steps({"wrong": arms, "clean": arms}, looks, 0.003)

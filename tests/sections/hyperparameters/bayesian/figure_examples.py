"""Small data for the figure of the race; another `x` is another picture."""

import torch

from dlnotes.sections.hyperparameters.bayesian import figures

FAMILIES = {"race": ["plain momentum", "plain momentum"]}


def race(x):
    seeds = torch.tensor([0.8, 1.0, 1.3])[:, None]
    fall = seeds * torch.linspace(0.3, 0.05, 12) * x**0.1
    races = {"random": fall, "sobol": fall * 0.8, "bayes": fall * 0.5}
    return figures.race({"mean": races, "one": races}, 12)

"""Small data for the figures on batches; `x` = 1 is the example, another `x` another picture."""

import torch

from dlnotes.sections.optimizers.gradient_descent import figures
from dlnotes.sections.optimizers.gradient_descent.experiments import descend
from dlnotes.training.data.tasks import gradient, least_squares
from dlnotes.training.sweeps import Curves

FAMILIES = {"cost": ["plain"], "noise": ["plain theory"], "network": ["plain"]}


def cost(x):
    task = least_squares(40)
    problem, plan = (gradient, task.X, task.y, (0, 0)), {"epochs": 100, "seed": (0, 1)}
    runs = {
        size: descend(*problem, lr=lr * x, batch_size=size, **plan)
        for size, lr in {40: 0.18, 8: 0.1, 1: 0.01}.items()
    }
    return figures.cost(runs, task.minimum)


def noise(x):
    return figures.noise([2, 4, 8, 16], [8.0, 4.1 * x, 1.9, 1.0])


def network(x):
    falling = torch.linspace(0, 1, 11) * torch.ones(3, 1)
    nets = {
        size: Curves(lr, torch.arange(11) * (80 // size), x * 2.3 * 10 ** (-power * falling))
        for size, lr, power in ((80, 1.0, 0.4), (8, 0.3, 1.3), (2, 0.1, 2.2))
    }
    return figures.network(nets, examples=80)

"""Averaged weights in nets with batch normalization: whose statistics?

Book: learning_rates/averages
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, update_bn

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.nets.mlp import MLP

EPOCHS, BATCH, WIDTH = 12, 32, 64
POINTS = ("last", "stale", "carried", "fresh")
DEPTHS, RATES = (2, 8), (0.5, 2.0)


def net(hidden: int, seed: int) -> nn.Sequential:
    """Hidden layers of 64 units, each with batch normalization and ReLU, for digits."""
    start = MLP((64, *[WIDTH] * hidden, 10), seed=seed)
    layers: list[nn.Module] = []
    for layer in start.layers:
        layers += [layer, nn.BatchNorm1d(WIDTH), nn.ReLU()]
    return nn.Sequential(*layers[:-2])


def scores(hidden: int, lr: float, seeds: Sequence[int], begin: int = EPOCHS // 2) -> Tensor:
    """Test accuracy of the points of `POINTS`, `(4, S)`: the last weights with their statistics;
    the mean weights with those of the last ones, with their running mean, and computed anew.

    Args:
        hidden: layers with batch normalization.
        lr: constant learning rate.
        seeds: of start and order.
        begin: epochs before the first step that is averaged.
    """
    return torch.tensor([_scores(hidden, lr, seed, begin) for seed in seeds]).T


def _scores(hidden: int, lr: float, seed: int, begin: int) -> list[float]:
    data, model, source = datasets.digits(0), net(hidden, seed), seeded(seed)
    method = torch.optim.SGD(model.parameters(), lr=lr)
    stale, carried = AveragedModel(model), AveragedModel(model, use_buffers=True)
    for epoch in range(EPOCHS):
        for rows in torch.randperm(len(data.X), generator=source).split(BATCH)[:-1]:
            method.zero_grad()
            F.cross_entropy(model(data.X[rows]), data.y[rows]).backward()
            method.step()
            if epoch >= begin:
                stale.update_parameters(model)
                carried.update_parameters(model)
    found = [_accuracy(each, data) for each in (model, stale, carried)]
    update_bn(data.X.split(100), stale)
    return [*found, _accuracy(stale, data)]


@torch.no_grad()
def _accuracy(model: nn.Module, data) -> float:
    said = model.eval()(data.X_test).argmax(1)
    model.train()
    return (said == data.y_test).double().mean().item()

"""Rules beside the torch optimizer that does the same, and a net to try them on."""

import copy
from functools import partial

import torch
from torch import nn

from dlnotes.optimizers import (
    adadelta,
    adafactor,
    adagrad,
    adam,
    adamax,
    adamw,
    amsgrad,
    momentum,
    nadam,
    nesterov,
    rmsprop,
    sgd,
)
from dlnotes.regularization.weight_decay import coupled, decoupled
from dlnotes.training.optimizer import Optimizer

SGD = torch.optim.SGD
# name -> (rule, our hyperparameters, torch's optimizer with its own)
PAIRS = {
    "sgd": (sgd, {"lr": 0.1}, partial(SGD, lr=0.1)),
    "momentum": (momentum, {"lr": 0.05}, partial(SGD, lr=0.05, momentum=0.9)),
    "nesterov": (
        nesterov,
        {"lr": 0.05, "momentum": 0.8},
        partial(SGD, lr=0.05, momentum=0.8, nesterov=True),
    ),
    "adagrad": (adagrad, {"lr": 0.05}, partial(torch.optim.Adagrad, lr=0.05)),
    "adadelta": (adadelta, {}, torch.optim.Adadelta),
    "rmsprop": (rmsprop, {"lr": 0.01}, partial(torch.optim.RMSprop, lr=0.01)),
    "adam": (adam, {"lr": 0.02}, partial(torch.optim.Adam, lr=0.02)),
    "adamax": (adamax, {}, torch.optim.Adamax),
    "nadam": (nadam, {}, torch.optim.NAdam),
    "amsgrad": (amsgrad, {"lr": 0.02}, partial(torch.optim.Adam, lr=0.02, amsgrad=True)),
    "adamw": (
        adamw,
        {"lr": 0.02, "weight_decay": 0.1},
        partial(torch.optim.AdamW, lr=0.02, weight_decay=0.1),
    ),
    "coupled(momentum)": (
        coupled(momentum),
        {"lr": 0.05, "weight_decay": 0.01},
        partial(SGD, lr=0.05, momentum=0.9, weight_decay=0.01),
    ),
    "coupled(adam)": (
        coupled(adam),
        {"lr": 0.02, "weight_decay": 0.01},
        partial(torch.optim.Adam, lr=0.02, weight_decay=0.01),
    ),
    "adafactor": (adafactor, {}, torch.optim.Adafactor),
    "decoupled(adafactor)": (
        decoupled(adafactor),
        {"lr": 0.01, "weight_decay": 0.1},
        partial(torch.optim.Adafactor, weight_decay=0.1),
    ),
}


class Net(nn.Module):
    """Two layers, a 0-d parameter, one whose entries do not lie in line, and one never used."""

    def __init__(self, dtype=torch.float64):
        super().__init__()
        torch.manual_seed(0)
        self.first = nn.Linear(5, 7, dtype=dtype)
        self.last = nn.Parameter((torch.randn(7, 3, dtype=dtype) / 7).T)
        self.scale = nn.Parameter(torch.tensor(1.3, dtype=dtype))
        self.unused = nn.Parameter(torch.ones(4, dtype=dtype))

    def forward(self, X):
        return self.scale * torch.tanh(self.first(X)) @ self.last.T


def task(dtype=torch.float64):
    """Features and targets, both of 16 examples."""
    rng = torch.Generator().manual_seed(1)
    return (torch.randn(16, n, generator=rng, dtype=torch.float64).to(dtype) for n in (5, 3))


def loss_of(net, rows=slice(None)):
    X, y = task(next(net.parameters()).dtype)
    X, y = (one.to(next(net.parameters()).device)[rows] for one in (X, y))
    return (net(X) - y).square().mean()


def one_step(net, optimizer):
    optimizer.zero_grad()
    loss = loss_of(net)
    loss.backward()
    optimizer.step()
    return loss.item()


def both(name, *, compiled=False, dtype=torch.float64, **torchs):
    """Two equal nets: ours with our optimizer, theirs with torch's."""
    rule, hyper, make = PAIRS[name]
    net = Net(dtype)
    twin = copy.deepcopy(net)
    ours = Optimizer(net.parameters(), rule, compiled=compiled, **hyper)
    return (net, ours), (twin, make(twin.parameters(), **torchs))


def distance(net, twin):
    """The largest difference of two nets' parameters."""
    pairs = zip(net.parameters(), twin.parameters(), strict=True)
    return max((a - b).abs().max().item() for a, b in pairs)

"""Rules beside the torch optimizer that does the same, and a net to try them on."""

import copy

import torch
from torch import nn

from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY, IN_TORCH

# every rule that torch has, and a few with a weight decay around them
PAIRS = [name for name in IN_TORCH if "(" not in name]
PAIRS += ["coupled(momentum)", "coupled(adam)", "decoupled(adafactor)"]


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


def drawn_step(nets, rng, *steps):
    """One step of each (net, optimizer) with the same random gradients.

    Those of a loss would blow up a last digit in which two may differ.

    Args:
        nets: (net, optimizer) pairs.
        rng: of the gradients.
        *steps: in place of the `step` of the first optimizers.
    """
    for params in zip(*(net.parameters() for net, _ in nets), strict=True):
        grad = torch.randn(params[0].shape, generator=rng, dtype=params[0].dtype)
        for param in params:
            param.grad = grad.to(param.device, copy=True)
    for step in (*steps, *(optimizer.step for _, optimizer in nets[len(steps) :])):
        step()


def both(name, *, compiled=False, dtype=torch.float64, **torchs):
    """Two equal nets: ours with our optimizer, theirs with torch's."""
    row = EVERY[name]
    net = Net(dtype)
    twin = copy.deepcopy(net)
    ours = Optimizer(net.parameters(), row.rule, compiled=compiled, **row.settings)
    return (net, ours), (twin, row.reference.optimizer(twin.parameters(), **row.settings | torchs))


def distance(net, twin):
    """The largest difference of two nets' parameters."""
    pairs = zip(net.parameters(), twin.parameters(), strict=True)
    return max((a - b).abs().max().item() for a, b in pairs)

"""Deep nets trained: plain and residual ones on digits, deep and wide ones on a sawtooth.

Seeds are of the first weights; the examples and the batches are the same for all of them.

Book: gradients/residuals
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import generator, seeded
from dlnotes.gradients.sawtooth import sawtooth
from dlnotes.optimizers import adam, momentum
from dlnotes.training.data import datasets
from dlnotes.training.nets.initialization import INITS

SEEDS = tuple(range(5))
UNITS, DEPTHS, DEEP = 24, (2, 5, 10, 20, 30), 30
ARMS = ("plain", "residual", "scaled")
LRS = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
SGD_LRS = (1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1)
STEPS, BATCH, EXAMPLES, CLASSES = 500, 64, 1000, 10
TEETH, SAW_STEPS = 3, 1500

Params = list[Tensor]


class Net(NamedTuple):
    """Widths of a net's layers, from inputs to outputs, and what its hidden layers are.

    Attributes:
        sizes: widths.
        kind: a name in `ARMS`.
    """

    sizes: tuple[int, ...]
    kind: str


def digits_net(depth: int, kind: str, units: int = UNITS) -> Net:
    """64 pixels, a first layer, `depth` further ones of the same width, ten scores."""
    return Net((64, *[units] * (depth + 1), CLASSES), kind)


def wide() -> Net:
    """One hidden layer, with as many parameters as `DEEP` layers have."""
    deep = count(digits_net(DEEP, "plain").sizes)
    return Net((64, round((deep - CLASSES) / (64 + 1 + CLASSES)), CLASSES), "plain")


def count(sizes: Sequence[int]) -> int:
    """Weights and biases of a net."""
    return sum(o * (i + 1) for i, o in pairwise(sizes))


def scores(net: Net, params: Params, X: Tensor) -> Tensor:
    """What R nets make of X `(R, B, D)`: `(R, B, C)`.

    The first layer is linear; each further one is W ReLU(h), which a residual net adds to h.
    """
    scale = (len(net.sizes) - 3) ** -0.5 if net.kind == "scaled" else 1.0
    h = torch.baddbmm(params[1], X, params[0].mT)
    for weight, bias in zip(params[2:-2:2], params[3:-2:2], strict=True):
        out = torch.baddbmm(bias, h.relu(), weight.mT)
        h = out if net.kind == "plain" else h + scale * out
    return torch.baddbmm(params[-1], h.relu(), params[-2].mT)


def first(net: Net, seeds: Sequence[int], times: int, spread: float = 0.0) -> Params:
    """First parameters of every seed, `times` times over: He's weights; LeCun's at both ends.

    Args:
        net: what to make.
        seeds: of the weights.
        times: how often all seeds follow each other.
        spread: the first layer's biases are uniform up to this, the others 0.
    """
    members, last = [], len(net.sizes) - 2
    for seed in seeds:
        source, params = generator(seed, "weights"), []
        for place, (i, o) in enumerate(pairwise(net.sizes)):
            params.append(INITS["lecun" if place in (0, last) else "he"](o, i, source).float())
            drawn = 2 * torch.rand(1, o, generator=source) - 1
            params.append(drawn * (spread if place == 0 else 0.0))
        members.append(params)
    return [torch.stack(parts).repeat(times, 1, 1) for parts in zip(*members, strict=True)]


def train(
    params: Params,
    loss: Callable[[Params, int], Tensor],
    lrs: Tensor,
    steps: int,
    rule: Rule = adam,
) -> Params:
    """R nets side by side.

    Args:
        params: `(R, …)` each.
        loss: `(params, step) -> (R,)`.
        lrs: a learning rate each, shape `(R, 1, 1)`.
        steps: how many.
        rule: a module with `init` and `update`.
    """
    states = [rule.init(param) for param in params]
    for step in range(steps):
        params = [param.detach().requires_grad_() for param in params]
        grads = torch.autograd.grad(loss(params, step).sum(), params)
        with torch.no_grad():
            made = [
                rule.update(g, s, p, lr=lrs) for g, s, p in zip(grads, states, params, strict=True)
            ]
            params = [p + delta for p, (delta, _) in zip(params, made, strict=True)]
        states = [state for _, state in made]
    return params


# Digits


def entropy(out: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of `(R, B, C)`, one a net."""
    return -out.log_softmax(-1).gather(-1, y.expand(len(out), -1).unsqueeze(-1)).mean((1, 2))


def trained(
    net: Net,
    lrs: Sequence[float] = LRS,
    seeds: Sequence[int] = SEEDS,
    steps: int = STEPS,
    rule: Rule = adam,
) -> Params:
    """Nets trained on 1000 digits in batches of 64: every rate, and every seed within it."""
    data, source = datasets.digits(0), seeded(0)
    rows = [torch.randperm(EXAMPLES, generator=source)[:BATCH] for _ in range(steps)]
    rates = torch.tensor(lrs).repeat_interleave(len(seeds)).view(-1, 1, 1)

    def loss(params: Params, step: int) -> Tensor:
        X = data.X[rows[step]].expand(len(rates), -1, -1)
        return entropy(scores(net, params, X), data.y[rows[step]])

    return train(first(net, seeds, len(lrs)), loss, rates, steps, rule)


def digits(
    net: Net,
    lrs: Sequence[float] = LRS,
    seeds: Sequence[int] = SEEDS,
    steps: int = STEPS,
    rule: Rule = adam,
) -> Tensor:
    """Loss on the 1000 digits trained on, and accuracy on others, `(2, lrs, seeds)`; NaN if lost"""
    data, params = datasets.digits(0), trained(net, lrs, seeds, steps, rule)
    many = len(params[0])
    with torch.no_grad():
        X = data.X[:EXAMPLES].expand(many, -1, -1)
        loss = entropy(scores(net, params, X), data.y[:EXAMPLES]).double()
        out = scores(net, params, data.X_test.expand(many, -1, -1))
    right = (out.argmax(-1) == data.y_test).double().mean(1)
    found = torch.stack([loss, torch.where(loss.isfinite(), right, torch.nan)])
    return found.view(2, len(lrs), len(seeds))


def branch_eigenvalues(steps: int = STEPS) -> Tensor:
    """Eigenvalues of each branch's Jacobian in trained scaled nets, complex `(seeds, L, n)`.

    At a digit that was not trained on; learning rate 0.001.
    """
    net = digits_net(DEEP, "scaled")
    params = trained(net, (1e-3,), steps=steps)
    X = datasets.digits(0).X_test[:1].expand(len(SEEDS), 1, -1)
    h = torch.baddbmm(params[1], X, params[0].mT)
    found = []
    for weight, bias in zip(params[2:-2:2], params[3:-2:2], strict=True):
        jacobian = DEEP**-0.5 * weight * (h > 0)
        found.append(torch.linalg.eigvals(jacobian.detach().double()))
        h = h + DEEP**-0.5 * torch.baddbmm(bias, h.relu(), weight.mT)
    return torch.stack(found, 1)


# The sawtooth


def saw_nets() -> dict[str, Net]:
    """The net that can just be the sawtooth, a wide one, and a deep one nearly as large as that."""
    hidden = {"deep": [2] * TEETH, "wide": [104], "spare": [11] * TEETH}
    return {name: Net((1, *units, 1), "plain") for name, units in hidden.items()}


def saw(
    net: Net,
    lrs: Sequence[float] = LRS,
    seeds: Sequence[int] = SEEDS,
    steps: int = SAW_STEPS,
) -> Tensor:
    """Mean squared error on a sawtooth after training from random weights, `(lrs, seeds)`."""
    x = torch.linspace(0, 1, 257)
    y = sawtooth(TEETH)(x.double().unsqueeze(1)).detach().float()
    X = (2 * x - 1).view(1, -1, 1)

    def miss(params: Params, step: int) -> Tensor:
        h = X.expand(len(params[0]), -1, -1)
        for place, (weight, bias) in enumerate(zip(params[::2], params[1::2], strict=True)):
            h = torch.baddbmm(bias, h.relu() if place else h, weight.mT)
        return (h - y).square().mean((1, 2))

    rates = torch.tensor(lrs).repeat_interleave(len(seeds)).view(-1, 1, 1)
    params = train(first(net, seeds, len(lrs), spread=1.0), miss, rates, steps)
    with torch.no_grad():
        return miss(params, 0).double().view(len(lrs), len(seeds))


def all_runs() -> dict[str, object]:
    """What the record holds of these."""
    deep = {kind: digits_net(DEEP, kind) for kind in ARMS}
    return {
        "depths": {kind: [digits(digits_net(depth, kind)) for depth in DEPTHS] for kind in ARMS},
        "wide": digits(wide()),
        "sgd": {kind: digits(net, SGD_LRS, rule=momentum) for kind, net in deep.items()},
        "saw": {name: saw(net) for name, net in saw_nets().items()},
        "eigenvalues": torch.view_as_real(branch_eigenvalues()[0]),
        "nearest": (1 + branch_eigenvalues()).abs().amin((1, 2)),
    }


def best(scores: Tensor) -> tuple[int, Tensor]:
    """The place in the grid with the lowest mean loss, and the losses there.

    Args:
        scores: losses, shape `(lrs, seeds)`; NaN where a run was lost.
    """
    means = scores.mean(1)
    place = int(torch.where(means.isfinite(), means, math.inf).argmin())
    return place, scores[place]

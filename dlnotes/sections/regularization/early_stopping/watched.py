"""Nets of the chapter's bench with an eye on images that they do not learn from, step by step.

Book: regularization/early_stopping
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap

from dlnotes.optimizers import adam
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import Data
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.losses import accuracy, cross_entropy, log_softmax
from dlnotes.training.nets.mlp import MLP

SIZES, STEPS = (64, 256, 10), 400
SEEDS = tuple(range(8))  # each has its own images, wrong labels, first weights and order

Params = dict[str, Tensor]


class Arm(NamedTuple):
    """A way to train.

    Attributes:
        examples: images that are labeled.
        wrong: part of them that is labeled wrongly.
        lr: of Adam.
        batch: images a step, `None` for all of them.
        kept: part of the images that is learned from; the others are watched.
    """

    examples: int = 150
    wrong: float = 0.15
    lr: float = 0.003
    batch: int | None = None
    kept: float = 1.0


BENCH = Arm()


class Curves(NamedTuple):
    """What was seen after 0, 1, …, T steps.

    Attributes:
        train: loss on what is learned from, `(R, T + 1)`.
        loss: of every image that is watched, `(R, T + 1, V)`.
        right: whether the net is right about it, likewise, as 0 and 1.
        test: loss on other images, `(R, T + 1)`.
        accuracy: on these, likewise.
    """

    train: Tensor
    loss: Tensor
    right: Tensor
    test: Tensor
    accuracy: Tensor


def parts(arm: Arm, seed: int) -> tuple[Data, Data]:
    """What is learned from and watched, and what is watched and reported on.

    Without a part kept back, 400 further images with right labels are watched.
    """
    data = few_digits(seed, arm.examples, wrong=arm.wrong)
    X, y = data.X_test[CHOOSE:], data.y_test[CHOOSE:]
    if arm.kept == 1:
        watched = data.X_test[:CHOOSE], data.y_test[:CHOOSE]
        return Data(data.X, data.y, *watched), Data(*watched, X, y)
    cut = round(arm.kept * arm.examples)
    watched = data.X[cut:], data.y[cut:]
    return Data(data.X[:cut], data.y[:cut], *watched), Data(*watched, X, y)


def curves(arm: Arm, seeds: Sequence[int] = SEEDS, steps: int = STEPS) -> Curves:
    """All seeds side by side, looked at before the first step and after each."""
    both = [parts(arm, seed) for seed in seeds]
    learned, held = (
        Data(*map(torch.stack, zip(*part, strict=True))) for part in zip(*both, strict=True)
    )
    net, order = MLP(SIZES), _orders(arm, seeds, steps)
    nets = [dict(MLP(SIZES, seed=seed).named_parameters()) for seed in seeds]
    params = {name: torch.stack([net[name].detach() for net in nets]) for name in nets[0]}
    states = {name: adam.init(param) for name, param in params.items()}

    def loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
        return cross_entropy(functional_call(net, params, (X,)), y)

    def look(params: Params, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        scores = functional_call(net, params, (X,))
        return -log_softmax(scores).gather(1, y[:, None])[:, 0], scores.argmax(1) == y

    slope, lost, looked = vmap(grad(loss)), vmap(loss), vmap(look)
    seen, run = [], torch.arange(len(seeds))[:, None]
    for step in range(steps + 1):
        watched, right = looked(params, held.X, held.y)
        test, hits = looked(params, held.X_test, held.y_test)
        train = lost(params, learned.X, learned.y)
        seen.append((train, watched, right.float(), test.mean(1), hits.float().mean(1)))
        if step < steps:
            chosen = order[step] if arm.batch else slice(None)
            X, y = (learned.X[run, chosen], learned.y[run, chosen]) if arm.batch else learned[:2]
            params, states = _moved(slope(params, X, y), states, params, arm.lr)
    return Curves(*(torch.stack(each, 1) for each in zip(*seen, strict=True)))


def training(seed: int, arm: Arm = BENCH, steps: int = STEPS) -> Iterator[tuple[float, Params]]:
    """One net while it trains: validation loss and parameters, at the start and after each step."""
    learned, held = parts(arm, seed)
    net = MLP(SIZES, seed=seed)
    params = {name: param.detach().clone() for name, param in net.named_parameters()}
    states = {name: adam.init(param) for name, param in params.items()}
    order = _orders(arm, [seed], steps)

    def loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
        return cross_entropy(functional_call(net, params, (X,)), y)

    for step in range(steps + 1):
        yield loss(params, held.X, held.y).item(), params
        if step < steps:
            chosen = order[step, 0] if arm.batch else slice(None)
            now = {name: param.requires_grad_() for name, param in params.items()}
            value = loss(now, learned.X[chosen], learned.y[chosen])
            grads = dict(zip(now, torch.autograd.grad(value, list(now.values())), strict=True))
            params, states = _moved(grads, states, {n: p.detach() for n, p in now.items()}, arm.lr)


def test_accuracy(params: Params, seed: int, arm: Arm = BENCH) -> float:
    """Accuracy on the images that choose nothing."""
    held = parts(arm, seed)[1]
    return accuracy(functional_call(MLP(SIZES), params, (held.X_test,)), held.y_test).item()


def _orders(arm: Arm, seeds: Sequence[int], steps: int) -> Tensor | None:
    count = round(arm.kept * arm.examples)
    return arm.batch and torch.stack([rows(count, arm.batch, steps, seed) for seed in seeds], 1)


def _moved(grads: Params, states: dict, params: Params, lr: float) -> tuple[Params, dict]:
    moved, after = {}, {}
    for name, param in params.items():
        delta, after[name] = adam.update(grads[name], states[name], param, lr=lr)
        moved[name] = param + delta
    return moved, after

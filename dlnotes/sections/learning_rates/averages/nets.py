"""Students of one teacher, side by side: constant rates and their averages, schedules, jumps.

Book: learning_rates/averages
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates import averages
from dlnotes.learning_rates.schedule_free import SGD, averaged
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.mlp import MLP

BATCH, STEPS, WARM, HELD = 16, 4000, 100, 2000
SIZES, TEACHER = (10, 64, 1), (10, 5, 1)
Params = dict[str, Tensor]
Factor = Callable[[int], float]


def warm(step: int) -> float:
    """A constant rate after a warmup, as a factor."""
    return min(1.0, (step + 1) / WARM)


@cache
def examples(noise: float, teacher: int = 0) -> Data:
    """As many as one run reads, and as many again that choose and that are reported."""
    data = datasets.teacher(BATCH * STEPS, noise, teacher, test_examples=2 * HELD)
    return data._replace(y=data.y.flatten(), y_test=data.y_test.flatten())


@cache
def changed(noise: float) -> Data:
    """The first half of the examples from one teacher, the second half from another."""
    one, other, half = examples(noise), examples(noise, 1), BATCH * STEPS // 2
    X, y = (torch.cat([a[:half], b[half:]]) for a, b in ((one.X, other.X), (one.y, other.y)))
    return other._replace(X=X, y=y)


def own(noise: float, teacher: int = 0) -> Tensor:
    """The loss of the teacher itself on the two held-out parts, `(2,)`: nothing does better."""
    data = examples(noise, teacher)
    net = MLP(TEACHER, activation="tanh", seed=teacher, dtype=torch.float64)
    miss = (net(data.X_test.double()).flatten() - data.y_test.double()).detach()
    return miss.square().view(2, HELD).mean(1)


class Setting(NamedTuple):
    """What all runs share: data, the noise on it, its last teacher, seeds."""

    data: Data
    seeds: tuple[int, ...]
    halves: bool = False  # whether the order is shuffled within each half only


def _orders(setting: Setting) -> Tensor:
    """The examples in the order of each seed, `(S, N)`."""
    count, orders = len(setting.data.X), []
    for seed in setting.seeds:
        source = seeded(seed)
        parts = (count // 2,) * 2 if setting.halves else (count,)
        moved = [torch.randperm(part, generator=source) for part in parts]
        orders.append(torch.cat([part + i * parts[0] for i, part in enumerate(moved)]))
    return torch.stack(orders)


def start(setting: Setting, rates: int) -> Params:
    """Every seed's net, once for each rate: name → `(rates · S, …)`."""
    nets = [dict(MLP(SIZES, activation="tanh", seed=s).named_parameters()) for s in setting.seeds]
    stacked = {name: torch.stack([net[name].detach() for net in nets]) for name in nets[0]}
    return {name: p.repeat(rates, *[1] * (p.ndim - 1)) for name, p in stacked.items()}


def outputs(params: Params, X: Tensor) -> tuple[Tensor, Tensor]:
    """What R nets say, `(R, B)`, and their hidden units."""
    first, bias, second, last = params.values()
    hidden = torch.tanh(X @ first.mT + bias.unsqueeze(1))
    return (hidden @ second.mT + last.unsqueeze(1)).squeeze(-1), hidden


def gradients(params: Params, X: Tensor, y: Tensor) -> Params:
    """Of the mean squared error of each net, in one pass back through its two layers."""
    said, hidden = outputs(params, X)
    miss = 2 * (said - y) / y.shape[-1]
    back = miss.unsqueeze(-1) * list(params.values())[2] * (1 - hidden.square())
    found = back.mT @ X, back.sum(1), miss.unsqueeze(1) @ hidden, miss.sum(1, keepdim=True)
    return dict(zip(params, found, strict=True))


def losses(params: Params, data: Data) -> Tensor:
    """On the examples that choose and on those that are reported, `(2, R)`."""
    said, _ = outputs(params, data.X_test)
    return (said - data.y_test).square().unflatten(1, (2, HELD)).mean(2).T


class Walk(NamedTuple):
    """A run under way: where it is, its averages, and what was seen of it.

    Attributes:
        params: the last ones.
        seen: for each look `(1 + windows, 2, rates, S)`: the walk first, then its averages.
        kept: step → parameters there.
    """

    params: Params
    seen: dict[int, Tensor]
    kept: dict[int, Params]


def descend(
    setting: Setting, rates: Sequence[float], factor: Factor, looks: Sequence[int],
    windows: Sequence[float] = (), keep: Sequence[int] = (), begin: Walk | None = None,
    first: int = 0, momentum: float = 0.0,
) -> Walk:  # fmt: skip
    """SGD at every rate times `factor(step)`, up to the last look.

    Args:
        setting: data and seeds.
        rates: learning rates.
        factor: of the 0-based step.
        looks: after how many updates to evaluate.
        windows: exponential means to keep, in steps; inf for the plain mean of all.
        keep: after how many updates to put the parameters aside.
        begin: a walk to go on from, at update `first`; else from the start.
        first: see `begin`.
        momentum: coefficient of the heavy ball; its velocity begins at 0.
    """
    orders, count = _orders(setting), len(rates)
    lr = torch.tensor(rates).repeat_interleave(len(setting.seeds))
    params = begin.kept[first] if begin else start(setting, count)
    means, seen, kept = [averages.init(params) for _ in windows], {}, {}
    speed = {n: torch.zeros_like(p) for n, p in params.items()}
    for step in range(first, max(looks)):
        rows = orders[:, step * BATCH : (step + 1) * BATCH].repeat(count, 1)
        slopes = gradients(params, setting.data.X[rows], setting.data.y[rows])
        if momentum:
            slopes = speed = {n: momentum * speed[n] + g for n, g in slopes.items()}
        now = lr * factor(step)
        params = {n: p - _wide(now, p) * slopes[n] for n, p in params.items()}
        means = [_taken(params, *pair) for pair in zip(means, windows, strict=True)]
        if step + 1 in looks:
            each = [params, *(mean.average for mean in means)]
            found = torch.stack([losses(p, setting.data) for p in each])
            seen[step + 1] = found.unflatten(-1, (count, len(setting.seeds)))
        if step + 1 in keep:
            kept[step + 1] = params
    return Walk(params, seen, kept)


def _taken(params: Params, mean: averages.State, window: float) -> averages.State:
    if window == float("inf"):
        return averages.swa(params, mean)
    return averages.ema(params, mean, decay=1 - 1 / window, corrected=True)


def _wide(values: Tensor, like: Tensor) -> Tensor:
    return values.view(-1, *[1] * (like.ndim - 1))


def free(
    setting: Setting, rates: Sequence[float], beta: float, looks: Sequence[int]
) -> dict[int, Tensor]:
    """Schedule-free SGD at constant rates after the warmup: look → `(2, rates, S)`, at x."""
    orders, count, seen = _orders(setting), len(rates), {}
    lr = torch.tensor(rates).repeat_interleave(len(setting.seeds))
    params = start(setting, count)
    states = {name: SGD.init(param) for name, param in params.items()}
    for step in range(max(looks)):
        rows = orders[:, step * BATCH : (step + 1) * BATCH].repeat(count, 1)
        slopes = gradients(params, setting.data.X[rows], setting.data.y[rows])
        for name, param in params.items():
            now = _wide(lr * warm(step), param)
            delta, states[name] = SGD.update(slopes[name], states[name], param, lr=now, beta1=beta)
            params[name] = param + delta
        if step + 1 in looks:
            at = {name: averaged(state) for name, state in states.items()}
            seen[step + 1] = losses(at, setting.data).unflatten(-1, (count, len(setting.seeds)))
    return seen

"""A student that learns a teacher from fresh examples, its rate climbing first.

Book: learning_rates/warmup
"""

from collections.abc import Sequence
from functools import cache, partial
from statistics import median
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, jvp, vmap

from dlnotes.learning_rates.decay import constant, cosine, linear
from dlnotes.learning_rates.warmup import warmup, warmup_stable_decay
from dlnotes.optimizers import sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import mean_squared_error
from dlnotes.training.nets.mlp import MLP

STEPS, BATCH = 1000, 16
FEATURES, UNITS = 10, 64
EVERY = 25  # steps that a point of a curve is the mean of
HELD, CUT = 2000, 1000  # examples held out, of which the first choose a peak
LOOKED = 400  # examples on which the sharpness is measured
PRODUCTS = 8  # Hessian-vector products at each look, three times as many at the first
AFTER = {
    "cosine": cosine,
    "linear": linear,
    "constant": lambda step, *, lr, steps: constant(step, lr=lr),
}

Params = dict[str, Tensor]


def climbing(length: int, after: str = "cosine") -> Tensor:
    """A peak of 1, reached after `length` steps, `(STEPS,)`; the first step is not at 0."""
    now = torch.arange(STEPS)
    rest = partial(AFTER[after], lr=1.0, steps=STEPS - length)
    if not length:
        return rest(now)
    return warmup(now + 1, schedule=rest, warmup_steps=length).clamp(max=1.0)


def plateau(length: int, fall: int) -> Tensor:
    """Warmup, plateau, and a straight fall in the last steps, `(STEPS,)`."""
    now = torch.arange(STEPS)
    return warmup_stable_decay(
        now + 1, lr=1.0, steps=STEPS + 1, warmup_steps=length, decay_steps=fall
    )


def held(length: int, low: float, peak: float) -> Tensor:
    """A small rate for `length` steps, then at once what follows the climb, `(STEPS,)`."""
    rates = peak * climbing(length)
    rates[:length] = low
    return rates


@cache
def fresh() -> Data:
    """Examples of a teacher, as many as a run reads: none is read twice."""
    return datasets.teacher(BATCH * STEPS, 0.0, 0, test_examples=HELD)


def guessing() -> float:
    """The loss of the best constant answer, on the examples that are reported."""
    return fresh().y_test[CUT:].double().var().item()


def student(init: str, activation: str = "relu", units: int = UNITS, seed: int = 0) -> MLP:
    """10-64-1, from a start of that name."""
    return MLP((FEATURES, units, 1), activation=activation, init=init, seed=seed)


@cache
def begun(init: str, seeds: tuple[int, ...]) -> float:
    """The median loss of some starts, before a step."""
    data = fresh()
    with torch.no_grad():
        losses = [
            mean_squared_error(student(init, seed=seed)(data.X), data.y).item() for seed in seeds
        ]
    return float(f"{median(losses):.3g}")


class Ends(NamedTuple):
    """How runs end, each of shape `(C, S)` for C schedules and S seeds; inf for a dead run.

    Attributes:
        validation: loss on held-out examples that may choose.
        test: the same on the others.
        curves: loss of the batches, means of `EVERY` steps, `(C, S, STEPS / EVERY)`.
    """

    validation: Tensor
    test: Tensor
    curves: Tensor


def trained(schedules: Tensor, seeds: Sequence[int], net: MLP, rule=sgd, **hyper) -> Ends:
    """A run for every schedule, a row of rates `(C, STEPS)`, and every seed."""
    rates = schedules.repeat_interleave(len(seeds), 0).float().T.contiguous()
    runs = fleet(
        net, fresh(), rule, seeds=list(seeds) * len(schedules), steps=STEPS, batch_size=BATCH,
        lr=lambda step: rates[min(step, STEPS - 1)], loss=mean_squared_error, every=0,
        progress=False, **hyper,
    )  # fmt: skip
    grid = len(schedules), len(seeds)
    lost = ~runs.losses[:, -1].isfinite()

    def scored(part: slice) -> Tensor:
        X, y = fresh().X_test[part], fresh().y_test[part]
        one = lambda params: mean_squared_error(functional_call(net, params, (X,)), y)  # noqa: E731
        return torch.where(lost, torch.inf, vmap(one)(runs.params).double()).view(grid)

    curves = runs.losses.double().view(*grid, -1, EVERY).mean(-1)
    return Ends(scored(slice(0, CUT)), scored(slice(CUT, None)), curves)


# Sharpness along a run


def along(
    schedules: Tensor, seeds: Sequence[int], net_of, every: int, until: int = STEPS
) -> Tensor:
    """The largest eigenvalue of the Hessian every so many steps, `(C, S, looks)`.

    The run is the one that `trained` makes; NaN from where it has died.

    Args:
        schedules: rates, `(C, STEPS)`.
        seeds: of start and batches.
        net_of: seed -> the net at its start.
        every: steps between two looks.
        until: steps to train.
    """
    data, nets = fresh(), [net_of(seed) for seed in seeds]
    X, y = data.X_test[:LOOKED], data.y_test[:LOOKED]

    def loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
        return mean_squared_error(functional_call(nets[0], params, (X,)), y)

    starts = [dict(net.named_parameters()) for net in nets]
    params = {n: torch.stack([start[n].detach() for start in starts]) for n in starts[0]}
    params = {
        n: value.repeat(len(schedules), *[1] * (value.dim() - 1)) for n, value in params.items()
    }
    rates = schedules.repeat_interleave(len(seeds), 0).float()
    order = torch.stack([rows(len(data.X), BATCH, STEPS, seed) for seed in seeds])
    order = order.repeat(len(schedules), 1, 1)
    vector = {n: torch.ones_like(value) for n, value in params.items()}
    slope, looks = vmap(grad(loss)), []
    for step in range(until + 1):
        if step % every == 0:
            rounds = PRODUCTS if step else 3 * PRODUCTS
            size, vector = _power(lambda p: loss(p, X, y), params, vector, rounds)
            looks.append(size)
        if step < until:
            found = slope(params, data.X[order[:, step]], data.y[order[:, step]])
            params = {n: p - _wide(rates[:, step], p) * found[n] for n, p in params.items()}
    return torch.stack(looks, -1).view(len(schedules), len(seeds), -1)


def _power(loss, params: Params, vector: Params, rounds: int) -> tuple[Tensor, Params]:
    image = vmap(lambda at, v: jvp(grad(loss), (at,), (v,))[1])
    for _ in range(rounds):
        moved = image(params, vector)
        size = sum(part.square().flatten(1).sum(1) for part in moved.values()).sqrt()
        vector = {name: part / _wide(size, part) for name, part in moved.items()}
    return size, vector


def _wide(each: Tensor, like: Tensor) -> Tensor:
    return each.view(-1, *[1] * (like.dim() - 1))

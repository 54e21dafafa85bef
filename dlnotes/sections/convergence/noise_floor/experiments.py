"""A net at the edge of stability: its sharpness, and how often its loss goes up.

`python -m dlnotes.sections.convergence.noise_floor.experiments` makes the record beside this file
anew.

Book: convergence/noise_floor
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, grad_and_value, jvp, vmap

from dlnotes.core.seeds import seeded
from dlnotes.sections.convergence.noise_floor import demo
from dlnotes.training.data import datasets
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

Params = dict[str, Tensor]

EXAMPLES, CLASSES, WRONG = 200, 10, 0.2
SIZES = (64, 32, CLASSES)
RATES, SEEDS, STEPS = (0.1, 0.2, 0.4), tuple(range(5)), 1500
EVERY = 15  # steps between two looks; odd, so that what alternates is seen on both sides
PRODUCTS = 12  # Hessian-vector products a look; the vector goes on from the last one
SHORT = 90  # steps of the piece that is made again


class Climb(NamedTuple):
    """What was seen of runs, `(..., E)` for E looks, one every `EVERY` steps.

    Attributes:
        loss: on all examples.
        sharpness: largest eigenvalue of the Hessian of that loss.
        rises: steps up to each look at which the loss went up.
    """

    loss: Tensor
    sharpness: Tensor
    rises: Tensor


class Task(NamedTuple):
    """Digits, some with a wrong label: X `(N, 64)` and classes y `(N,)`."""

    X: Tensor
    y: Tensor


@cache
def task() -> Task:
    """200 digits of which 40 have a wrong label."""
    data = datasets.digits(0, dtype=torch.float64)
    source, labels = seeded(0), data.y[:EXAMPLES]
    chosen = torch.randperm(EXAMPLES, generator=source)[: round(WRONG * EXAMPLES)]
    moves = torch.randint(1, CLASSES, (len(chosen),), generator=source)
    wrong = labels.index_put((chosen,), (labels[chosen] + moves) % CLASSES)
    return Task(data.X[:EXAMPLES], wrong)


def _net(seed: int = 0) -> MLP:
    return MLP(SIZES, activation="tanh", seed=seed, dtype=torch.float64)


def squared(params: Params, X: Tensor, y: Tensor) -> Tensor:
    """Half the squared distance of the ten outputs from 0 … 1 … 0, a mean over examples."""
    right = (y.unsqueeze(-1) == torch.arange(CLASSES)).to(X.dtype)
    miss = functional_call(_NET, params, (X,)) - right
    return miss.square().sum(-1).mean() / 2


def entropy(params: Params, X: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy, a mean over examples."""
    return cross_entropy(functional_call(_NET, params, (X,)), y)


_NET = _net()


class Runs:
    """Several runs of gradient descent side by side, on all examples or on a few a step.

    Args:
        rates: learning rates; every one runs from every seed.
        seeds: of the start, and of the order in which examples are drawn.
        loss: `(params, X, y) -> scalar`.
    """

    def __init__(
        self, rates: Sequence[float], seeds: Sequence[int] = SEEDS, loss: Callable = squared
    ) -> None:
        self.shape, self.data = (len(rates), len(seeds)), task()
        nets = [dict(_net(seed).named_parameters()) for seed in seeds]
        starts = {name: torch.stack([net[name].detach() for net in nets]) for name in nets[0]}
        self.params = {name: _tiled(value, len(rates)) for name, value in starts.items()}
        self.lr = torch.tensor(rates, dtype=torch.float64).repeat_interleave(len(seeds))
        self.sources = [seeded(100 + seed) for seed in seeds]
        self._gradient = vmap(grad_and_value(loss), in_dims=(0, None, None))
        self._each = vmap(grad_and_value(loss), in_dims=(0, 0, 0))
        slope = partial(grad(loss), X=self.data.X, y=self.data.y)
        self._curve = vmap(lambda params, v: jvp(slope, (params,), (v,))[1])
        self._vector = {name: torch.ones_like(value) for name, value in self.params.items()}

    def step(self, batch_size: int | None = None) -> Tensor:
        """One step of every run; gives the loss before it, on the examples that were read."""
        if batch_size is None:
            grads, losses = self._gradient(self.params, *self.data)
        else:
            rows = torch.stack([torch.randperm(EXAMPLES, generator=s) for s in self.sources])
            rows = rows[:, :batch_size].repeat(self.shape[0], 1)
            grads, losses = self._each(self.params, self.data.X[rows], self.data.y[rows])
        for name, slope in grads.items():
            self.params[name] = self.params[name] - _wide(self.lr, slope) * slope
        return losses

    def sharpness(self, products: int = PRODUCTS) -> Tensor:
        """The largest eigenvalue of each Hessian, `(rates * seeds,)`, by power iteration."""
        for _ in range(products):
            image = self._curve(self.params, self._vector)
            size = sum(part.square().flatten(1).sum(1) for part in image.values()).sqrt()
            self._vector = {name: part / _wide(size, part) for name, part in image.items()}
        return size

    def loss(self) -> Tensor:
        """On all examples, `(rates * seeds,)`."""
        return self._gradient(self.params, *self.data)[1]


def _wide(value: Tensor, like: Tensor) -> Tensor:
    return value.reshape(-1, *[1] * (like.dim() - 1))


def _tiled(value: Tensor, times: int) -> Tensor:
    return value.repeat(times, *[1] * (value.dim() - 1))


def climb(
    rates: Sequence[float] = RATES,
    seeds: Sequence[int] = SEEDS,
    steps: int = STEPS,
    loss: Callable = squared,
    batch_size: int | None = None,
) -> Climb:
    """Loss and sharpness along runs at several rates: each field `(rates, seeds, E)`."""
    runs, looks = Runs(rates, seeds, loss), []
    runs.sharpness(4 * PRODUCTS)
    before, rises = torch.full_like(runs.lr, torch.inf), torch.zeros_like(runs.lr)
    for step in range(steps + 1):
        losses = runs.loss()
        rises, before = rises + (losses > before), losses
        if step % EVERY == 0:
            looks.append(Climb(losses, runs.sharpness(), rises))
        runs.step(batch_size)
    fields = (torch.stack(parts, -1) for parts in zip(*looks, strict=True))
    return Climb(*(field.reshape(*runs.shape, -1) for field in fields))


def rises_without(batch_size: int | None, lr: float, before: int, after: int = 100) -> Tensor:
    """How often the loss on all examples goes up, before and after noise is taken away.

    Args:
        batch_size: examples a step at first; then all of them, at the same learning rate.
        lr: learning rate.
        before: steps at first; the last `after` of them are counted.
        after: steps on all examples.

    Returns:
        Shape `(2, seeds)`: rises in the last steps with `batch_size`, and without it.
    """
    runs, losses = Runs((lr,), SEEDS), []
    for step in range(before + after):
        losses.append(runs.loss())
        runs.step(batch_size if step < before else None)
    losses = torch.stack([*losses, runs.loss()])
    up = (losses[1:] > losses[:-1]).double()
    return torch.stack([up[before - after : before].sum(0), up[before:].sum(0)])


def held(rates: Sequence[float], seeds: Sequence[int], steps: int = 600) -> Tensor:
    """Sharpness of the demo's net over 2 / η, a mean of the last 100 steps, `(rates, seeds)`."""
    w = torch.stack([demo.parameters(seed) for seed in seeds]).repeat(len(rates), 1)
    lr = torch.tensor(rates, dtype=w.dtype).repeat_interleave(len(seeds)).unsqueeze(1)
    look = vmap(lambda w, v: jvp(grad(demo.loss), (w,), (v,)))
    v, sizes = torch.ones_like(w), []
    for _ in range(steps):
        slopes, image = look(w, v)
        sizes.append(image.norm(dim=1) / v.norm(dim=1))
        w, v = w - lr * slopes, image / image.norm(dim=1, keepdim=True)
    return (torch.stack(sizes[-100:]).mean(0) * lr.squeeze() / 2).view(len(rates), -1)


# The record

FEW, STEEP = 10, 2.0  # examples a step in one part of the record, learning rate in another
EDGE = 0.3  # learning rate at which steps on a few and on all are compared
OTHER = (0.2, 0.3, 0.4), tuple(range(8))  # rates and seeds of the demo's net
FACTORS = (1.5, 3)  # by which the learning rate is multiplied after the last step


def thrown(factor: float, steps: int = 100) -> int:
    """How many of the runs at 0.4 fly off when the learning rate is changed after the last step.

    Args:
        factor: what it is multiplied by.
        steps: further ones; a loss 100 times as high counts, or one that is no number.
    """
    runs = Runs(RATES[-1:])
    for _ in range(STEPS):
        last = runs.step()
    runs.lr = factor * runs.lr
    for _ in range(steps):
        runs.step()
    return int((runs.loss() < 100 * last).logical_not().sum())


def all_runs() -> dict[str, dict]:
    """What the record holds: on all examples, on a few a step, with another loss, and thrown."""
    parts = {
        "all": climb(),
        "few": climb((RATES[1],), batch_size=FEW),
        "entropy": climb((STEEP,), loss=entropy),
    }
    named = {name: part._asdict() for name, part in parts.items()}
    rises = {"few": rises_without(FEW, EDGE, 300), "all": rises_without(None, EDGE, 1000)}
    thrown_by = {str(factor): thrown(factor) for factor in FACTORS}
    return named | {"rises": rises, "thrown": thrown_by, "other": held(*OTHER)}


@cache
def recorded(part: str = "all") -> Climb:
    """The runs that came with the book: each field `(rates, 5, E)`.

    Args:
        part: `"all"` examples a step at `RATES`; `"few"`: 10 a step at 0.2; `"entropy"`: all,
            cross-entropy at 2.
    """
    return Climb(*(unpacked(values) for values in RECORD.found["values"][part].values()))


def beside_limit(runs: Climb, rate: float) -> Tensor:
    """Sharpness over the limit 2 / η of the recorded runs at one rate, `(5, E)`."""
    row = RATES.index(rate) if len(runs.sharpness) > 1 else 0
    return runs.sharpness[row] * rate / 2


def fallen(runs: Climb, rate: float, since: int = 300) -> Tensor:
    """How many times the last loss goes into that at step `since`, `(5,)`."""
    loss = runs.loss[RATES.index(rate)]
    return loss[:, since // EVERY] / loss[:, -1]


def rises() -> tuple[Tensor, Tensor]:
    """`rises_without` at `EDGE`, each `(2, 5)`: 300 steps on 10 examples first, 1000 on all."""
    found = RECORD.found["values"]["rises"]
    return unpacked(found["few"]), unpacked(found["all"])


def other() -> Tensor:
    """What `held` gave at `OTHER`, `(3, 8)`; NaN for a run that flew off."""
    return unpacked(RECORD.found["values"]["other"])


def thrown_of(factor: float) -> int:
    """How many of the 5 recorded runs flew off, their learning rate multiplied by 1.5 or 3."""
    return RECORD.found["values"]["thrown"][str(factor)]


def _piece(part: str, **changed: object) -> tuple[Tensor, Tensor]:
    """The first looks of one run, anew and recorded."""
    again = climb(seeds=(0,), steps=SHORT, **changed)
    looks = again.loss.shape[-1]
    kept = (field[-1:, :1, :looks] for field in recorded(part)[:2])
    return torch.stack(again[:2]), torch.stack(list(kept))


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "examples": EXAMPLES, "wrong": WRONG, "sizes": SIZES, "rates": RATES, "seeds": SEEDS,
        "steps": STEPS, "every": EVERY, "products": PRODUCTS, "few": FEW, "steep": STEEP,
        "factors": FACTORS, "edge": EDGE, "other": OTHER,
    },
    pieces={
        "all": partial(_piece, "all", rates=RATES[-1:]),
        "entropy": partial(_piece, "entropy", rates=(STEEP,), loss=entropy),
    },
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

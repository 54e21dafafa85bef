"""Nets with one hidden layer, trained side by side with a learning rate of their own each.

A student of a noisy teacher sees every example once; digits are read again and again.

Book: learning_rates/cycles
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import generator, seeded
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.mlp import MLP

BATCH, NOISE, HELD = 16, 0.25, 1000
WRONG = 0.15

Params = list[Tensor]  # weight and bias of both layers, R nets: (R, H, D), (R, 1, H), …


class Student(NamedTuple):
    """What is learned, and by what.

    Attributes:
        sizes: features, hidden units, outputs.
        hidden: `z -> (activation, its slope)`.
        miss: `(output, target) -> slope of the loss` in the output.
        batches: `(seed, steps) -> (features (T, B, D), targets (T, B, C))`.
    """

    sizes: tuple[int, int, int]
    activation: str
    hidden: Callable[[Tensor], tuple[Tensor, Tensor]]
    miss: Callable[[Tensor, Tensor], Tensor]
    batches: Callable[[int, int], tuple[Tensor, Tensor]]


def output(params: Params, X: Tensor, hidden: Callable) -> Tensor:
    """Of every net, `(R, N, C)`."""
    (w, b, v, c) = params
    return torch.baddbmm(
        c, hidden(torch.baddbmm(b, X.expand(len(w), *X.shape[-2:]), w.mT))[0], v.mT
    )


def start(student: Student, seeds: Sequence[int]) -> Params:
    """Weights of an MLP with each seed."""
    nets = [MLP(student.sizes, activation=student.activation, seed=seed) for seed in seeds]
    stacked = [torch.stack(each) for each in zip(*(net.parameters() for net in nets), strict=True)]
    return [one.detach() if one.ndim == 3 else one.detach()[:, None] for one in stacked]


def train(
    student: Student,
    rates: Tensor,
    seeds: Sequence[int],
    look: Callable[[Params], Tensor],
    looks: Sequence[int],
) -> list[Tensor]:
    """Plain SGD for every row of learning rates and every seed.

    Args:
        student: what learns.
        rates: shape `(K, T)`.
        seeds: S of them; a seed has the same start and the same batches in every row.
        look: of the parameters of all K · S nets, rows first.
        looks: after how many steps to look.

    Returns:
        What was seen at every look.
    """
    rows_, steps, hidden = len(rates), rates.shape[1], student.hidden
    X, y = map(torch.stack, zip(*(student.batches(seed, steps) for seed in seeds), strict=True))
    w, b, v, c = (each.repeat(rows_, 1, 1) for each in start(student, seeds))
    lr = rates.float().repeat_interleave(len(seeds), 0)[:, :, None, None]
    seen = []
    for step in range(steps + 1):
        if step in looks:
            seen.append(look([w, b, v, c]))
        if step == steps:
            return seen
        x, target, now = X[:, step].repeat(rows_, 1, 1), y[:, step].repeat(rows_, 1, 1), lr[:, step]
        h, slope = hidden(torch.baddbmm(b, x, w.mT))
        miss = student.miss(torch.baddbmm(c, h, v.mT), target)
        back = (miss @ v) * slope
        v, c = v - now * (miss.mT @ h), c - now * miss.sum(1, keepdim=True)
        w, b = w - now * (back.mT @ x), b - now * back.sum(1, keepdim=True)


# A teacher's student


def tanh(z: Tensor) -> tuple[Tensor, Tensor]:
    """Activation and slope."""
    h = torch.tanh(z)
    return h, 1 - h * h


def _squared(found: Tensor, target: Tensor) -> Tensor:
    return 2 * (found - target) / target.shape[1]


def _teacher() -> MLP:
    return MLP((10, 5, 1), activation="tanh", seed=0)


def _fresh(seed: int, steps: int) -> tuple[Tensor, Tensor]:
    """Batches of examples that are read once, with noise on the teacher's answers."""
    source = generator(seed, "rows")
    X = torch.randn(steps, BATCH, 10, generator=source)
    noise = NOISE * torch.randn(steps, BATCH, 1, generator=source)
    return X, _teacher()(X.flatten(0, 1)).detach().view_as(noise) + noise


PUPIL = Student((10, 64, 1), "tanh", tanh, _squared, _fresh)


@cache
def held(part: int) -> tuple[Tensor, Tensor]:
    """Examples that were held out, without noise: part 0 chooses, part 1 is reported."""
    X = torch.randn(2, HELD, 10, generator=seeded(1))[part]
    return X, _teacher()(X).detach()


def above(params: Params, part: int) -> Tensor:
    """By how much the loss on new examples lies above the teacher's own, `(R,)`."""
    X, y = held(part)
    pieces = zip(*(each.split(64) for each in params), strict=True)
    found = [(output(list(few), X, tanh) - y).square().mean((1, 2)) for few in pieces]
    return torch.cat(found)


# Digits


@cache
def digits(wrong: float) -> Data:
    """Digits, a part of the training labels wrong; those held out are right."""
    data, source = datasets.digits(0), seeded(0)
    chosen = torch.randperm(len(data.y), generator=source)[: round(wrong * len(data.y))]
    moves = torch.randint(1, 10, (len(chosen),), generator=source)
    return data._replace(y=data.y.index_put((chosen,), (data.y[chosen] + moves) % 10))


def relu(z: Tensor) -> tuple[Tensor, Tensor]:
    """Activation and slope."""
    on = (z > 0).to(z.dtype)
    return z * on, on


def _entropy(found: Tensor, target: Tensor) -> Tensor:
    return (found.softmax(-1) - target) / target.shape[1]


def reader(wrong: float) -> Student:
    """64-64-10 ReLU that reads digits, 16 a step."""
    data = digits(wrong)
    right = torch.eye(10)[data.y]

    def batches(seed: int, steps: int) -> tuple[Tensor, Tensor]:
        order = rows(len(data.X), BATCH, steps, seed)
        return data.X[order], right[order]

    return Student((64, 64, 10), "relu", relu, _entropy, batches)


def losses(params: Params, data: Data) -> Tensor:
    """Training loss of every reader, `(R,)`."""
    scores = output(params, data.X, relu).log_softmax(-1)
    return -scores[:, torch.arange(len(data.y)), data.y].mean(1)


def opinions(params: Params, X: Tensor) -> Tensor:
    """Probabilities of the ten classes by every reader, `(R, N, 10)`."""
    return output(params, X, relu).softmax(-1)


def between(first: Params, second: Params, data: Data, places: int = 11) -> Tensor:
    """Training loss on the straight way from one net to another, `(R, places)`."""
    done = torch.linspace(0, 1, places).tolist()
    pairs = list(zip(first, second, strict=True))
    return torch.stack([losses([a + t * (b - a) for a, b in pairs], data) for t in done], -1)


def barrier(first: Params, second: Params, data: Data) -> Tensor:
    """How far the loss on that way rises above the line from end to end, `(R,)`; 0 for nowhere."""
    way = between(first, second, data)
    done = torch.linspace(0, 1, way.shape[1])
    return (way - way[:, :1] - done * (way[:, -1:] - way[:, :1])).amax(-1)

"""Nets of five layers from several starts, all learning rates and seeds of a start side by side.

Book: gradients/layerwise_pretraining
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import generator, seeded
from dlnotes.training.data import datasets
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.nets.norms import EPS

SEEDS = tuple(range(5))
LAYERS, UNITS, CLASSES = 5, 48, 10
EXAMPLES, CHOOSING = 1000, 1348  # rows to learn from, and where those end that choose the rate
NOISE, CUT = 192, 4.0

Params = list[Tensor]  # weight (R, o, i) and bias (R, 1, o) of each layer; a scale where normalized


class Start(NamedTuple):
    """Where a net begins.

    Attributes:
        gain: of the hidden layers' first weights, times Glorot's; 0 for He's and ReLU.
        norm: whether batch norm stands before the activation.
        learned: whether the hidden layers were pretrained.
        mixed: whether the weights of each have changed places with one another.
    """

    gain: float = 1.0
    norm: bool = False
    learned: bool = False
    mixed: bool = False


STARTS = {
    "random": Start(),
    "learned": Start(learned=True),
    "times": Start(gain=4.0),
    "sized": Start(gain=1.5),  # a layer multiplies by about as much as a pretrained one
    "batch": Start(norm=True),
    "relu": Start(gain=0.0),
    "both": Start(norm=True, learned=True),
    "mixed": Start(learned=True, mixed=True),
}


class Task(NamedTuple):
    """Pictures for everything.

    Attributes:
        X: `(1797, D)`.
        y: classes, `(1797,)`.
    """

    X: Tensor
    y: Tensor


def pictures(noise: int = 0) -> Task:
    """Digits, standardized, cut off at ±4; behind the pixels, inputs that are noise."""
    data = datasets.digits(0)
    X = torch.cat([data.X, data.X_test]).clamp(-CUT, CUT)
    drawn = torch.randn(len(X), noise, generator=seeded(77))
    return Task(torch.cat([X, drawn], 1), torch.cat([data.y, data.y_test]))


def labeled(task: Task, each: int, seed: int) -> Tensor:
    """Rows of so many examples a class, among those to learn from; all where there are fewer."""
    source, y = seeded(1000 + seed), task.y[:EXAMPLES]
    found = [(y == c).nonzero().flatten() for c in range(CLASSES)]
    return torch.cat([rows[torch.randperm(len(rows), generator=source)[:each]] for rows in found])


# Starts


def first(start: Start, inputs: int, seeds: Sequence[int] = SEEDS) -> Params:
    """Parameters that nothing has been learned by, one of each seed."""
    sizes, members = (inputs, *[UNITS] * LAYERS, CLASSES), []
    for seed in seeds:
        source, params = generator(seed, "weights"), []
        for place, (i, o) in enumerate(pairwise(sizes)):
            hidden = place < LAYERS
            draw = INITS["he" if hidden and not start.gain else "glorot"]
            gain = start.gain if hidden and start.gain else 1.0
            scale = [torch.ones(1, o)] if hidden and start.norm else []
            params += [gain * draw(o, i, source).float(), torch.zeros(1, o), *scale]
        members.append(params)
    return [torch.stack(parts) for parts in zip(*members, strict=True)]


def begun(start: Start, codes: Params, inputs: int, seeds: Sequence[int] = SEEDS) -> Params:
    """The parameters a start begins with.

    Args:
        start: which.
        codes: weights and biases of the pretrained layers, from `pretrained`.
        inputs: D.
        seeds: of the weights.
    """
    params, each = first(start, inputs, seeds), 3 if start.norm else 2
    for place in range(LAYERS if start.learned else 0):
        weight, bias = codes[2 * place : 2 * place + 2]
        if start.mixed:
            weight, bias = _mixed(weight, seeds), _mixed(bias, seeds)
        params[each * place] = weight
        if not start.norm:  # there the mean is taken off, and the bias with it
            params[each * place + 1] = bias
    return params


def _mixed(params: Tensor, seeds: Sequence[int]) -> Tensor:
    """The same numbers of each net, in another order."""
    orders = [torch.randperm(params[0].numel(), generator=seeded(seed)) for seed in seeds]
    rows = [p.flatten()[order] for p, order in zip(params, orders, strict=True)]
    return torch.stack(rows).view_as(params)


# Forward


def layer(start: Start, params: Params, h: Tensor, known: Tensor) -> Tensor:
    """One hidden layer, `(R, B, n)`; a normalization takes its statistics of `known`."""
    weight, bias, *scale = params
    z = h @ weight.mT
    if start.norm:
        seen = known @ weight.mT
        mean, variance = seen.mean(1, keepdim=True), seen.var(1, keepdim=True, correction=0)
        z = (z - mean) * torch.rsqrt(variance + EPS) * scale[0]
    return (z + bias).sigmoid() if start.gain else (z + bias).relu()


def scores(start: Start, params: Params, X: Tensor, known: Tensor | None = None) -> Tensor:
    """What R nets make of X `(R, B, D)`: `(R, B, 10)`."""
    each, h = 3 if start.norm else 2, X
    for place in range(LAYERS):
        mine = params[each * place : each * (place + 1)]
        out = layer(start, mine, h, h if known is None else known)
        known = None if known is None else layer(start, mine, known, known)
        h = out
    return torch.baddbmm(params[-1], h, params[-2].mT)


def right(start: Start, params: Params, X: Tensor, y: Tensor, known: Tensor) -> Tensor:
    """The part of X that each net gets right, `(R,)`."""
    with torch.no_grad():
        many = len(params[0])
        out = scores(start, params, X.expand(many, -1, -1), known if start.norm else None)
    return (out.argmax(-1) == y).double().mean(1)

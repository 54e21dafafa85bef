"""Many nets of one hidden layer at once, which differ in how that layer is normalized.

Book: regularization/batch_norm
"""

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.regularization.ghost_norm import batch_noise, ghost_norm
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.losses import log_softmax

INPUTS, HIDDEN, CLASSES = 64, 256, 10
NONE, DRAWN, DRIFT = "none", "drawn", "drift"  # other kinds are the size of a group, "5"
LIKE = 5  # whose noise is drawn
EPS = 1e-5

Params = dict[str, Tensor]


def start(kind: str, seed: int, runs: int) -> Params:
    """He's weights, the same for every run and kind; a scale only where it is normalized."""
    source = seeded(1000 + seed)
    first = torch.randn(HIDDEN, INPUTS, generator=source) * (2 / INPUTS) ** 0.5
    last = torch.randn(CLASSES, HIDDEN, generator=source) * (2 / HIDDEN) ** 0.5
    params = {
        "first": first, "shift": torch.zeros(HIDDEN),
        "last": last, "bias": torch.zeros(CLASSES),
    }  # fmt: skip
    if kind != NONE:
        params["scale"] = torch.ones(HIDDEN)
    return {name: param.repeat(runs, *[1] * param.ndim) for name, param in params.items()}


def scores(params: Params, X: Tensor, normalize) -> Tensor:
    """Scores of the examples, `(runs, B, 10)`.

    Args:
        params: from `start`.
        X: pixels, `(B, 64)`.
        normalize: what the sums of the hidden layer, `(runs, B, 256)`, go through.
    """
    Z = normalize(X @ params["first"].mT)
    if "scale" in params:
        Z = Z * params["scale"].unsqueeze(1)
    hidden = (Z + params["shift"].unsqueeze(1)).relu()
    return torch.baddbmm(params["bias"].unsqueeze(1), hidden, params["last"].mT)


def normalizer(kind: str, source: torch.Generator):
    """What the hidden sums go through in training.

    Args:
        kind: `NONE`; the size of the groups, as a string; or the statistics of all examples, with
            noise as large as that of groups of `LIKE`: `DRAWN` for every example and unit by
            itself, or a `DRIFT` of each unit that all examples of a step share.
        source: of that noise.
    """
    if kind == NONE:
        return lambda Z: Z
    if kind not in (DRAWN, DRIFT):
        return lambda Z: ghost_norm(Z, int(kind))
    mean, deviation = batch_noise(LIKE)

    def shaken(Z: Tensor) -> Tensor:
        examples = 1 if kind == DRIFT else Z.shape[1]
        one, other = torch.randn(2, examples, Z.shape[2], generator=source)
        return ghost_norm(Z, Z.shape[1]) * (1 + deviation * one) - mean * other

    return shaken


def settled(kind: str, params: Params, X: Tensor):
    """What they go through in evaluation: the statistics of the training images X."""
    if kind == NONE:
        return lambda Z: Z
    seen = X @ params["first"].mT
    mean, variance = seen.mean(1, keepdim=True), seen.var(1, keepdim=True, correction=0)
    return lambda Z: (Z - mean) * torch.rsqrt(variance + EPS)


def trained(kind: str, data: Data, seed: int, rates, looks):
    """Trains by Adam on all examples at every step; yields the parameters at each of `looks`.

    The examples are shuffled before every step, in an order that depends on the seed alone: all
    kinds have the same gradient batch, the whole set, and differ in the statistics.

    Args:
        kind: see `normalizer`.
        data: N examples to learn from; the size of the groups divides N.
        seed: of the start, the orders and the noise.
        rates: a learning rate for each run.
        looks: steps, rising.
    """
    params = start(kind, seed, len(rates))
    states = {name: adam.init(param) for name, param in params.items()}
    orders, normalize = seeded(2000 + seed), normalizer(kind, seeded(3000 + seed))
    for step in range(1, looks[-1] + 1):
        order = torch.randperm(len(data.y), generator=orders)
        slopes = _slopes(params, data.X[order], data.y[order], normalize)
        for name, slope in slopes.items():
            lr = torch.tensor(rates, dtype=slope.dtype).view(-1, *[1] * (slope.ndim - 1))
            delta, states[name] = adam.update(slope, states[name], params[name], lr=lr)
            params[name] = params[name] + delta
        if step in looks:
            yield params


def _slopes(params: Params, X: Tensor, y: Tensor, normalize) -> Params:
    """The gradient of every run's cross-entropy."""
    free = {name: param.requires_grad_() for name, param in params.items()}
    found = log_softmax(scores(free, X, normalize))
    loss = -found[:, torch.arange(len(y)), y].mean(1).sum()
    slopes = torch.autograd.grad(loss, list(free.values()))
    for param in params.values():
        param.requires_grad_(False)
    return dict(zip(params, slopes, strict=True))

"""A net for digits under an L1 penalty on its weights, by either route.

Book: regularization/l1_l2
"""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from dlnotes.regularization.proximal import soft_threshold
from dlnotes.training.data import datasets

SIZES = (64, 32, 10)
EXAMPLES, LR, STRENGTH, STEPS = 500, 0.2, 0.003, 1000


class Trained(NamedTuple):
    """What a route made of the nets.

    Attributes:
        zeros: share of the weights that are 0 exactly, `(S,)`.
        near: share that a single push of the penalty would take across 0, or to it, `(S,)`.
        accuracy: on the test images, `(S,)`.
    """

    zeros: Tensor
    near: Tensor
    accuracy: Tensor


def trained(
    route: str, seeds: tuple[int, ...], *, strength: float = STRENGTH, steps: int = STEPS
) -> Trained:
    """Several nets, a seed each, by gradient descent on the same 500 images.

    Args:
        route: `"subgradient"` or `"proximal"`; `"none"` leaves the penalty out.
        seeds: of the start.
        strength: of the penalty, on weights and not on biases.
        steps: how many are made.
    """
    data = datasets.digits(0)
    X, y = data.X[:EXAMPLES], data.y[:EXAMPLES]
    params = _start(seeds)
    push = LR * strength
    for _ in range(steps):
        slopes = torch.func.grad(lambda given: _loss(given, X, y).sum())(params)
        params = [param - LR * slope for param, slope in zip(params, slopes, strict=True)]
        if route == "subgradient":  # of where it was, as autograd would have it
            params[::2] = [w - push * w.sign() for w in params[::2]]
        elif route == "proximal":
            params[::2] = [soft_threshold(w, push) for w in params[::2]]
    weights = torch.cat([w.flatten(1) for w in params[::2]], 1)
    right = _scores(params, data.X_test).argmax(-1) == data.y_test
    return Trained(
        (weights == 0).double().mean(1),
        (weights.abs() <= push).double().mean(1),
        right.double().mean(1),
    )


def _start(seeds: tuple[int, ...]) -> list[Tensor]:
    """Weights and biases by turns; He's start."""
    params = []
    for inputs, outputs in pairwise(SIZES):
        draws = [
            torch.randn(inputs, outputs, generator=Generator().manual_seed(100 * inputs + seed))
            for seed in seeds
        ]
        params += [torch.stack(draws) * (2 / inputs) ** 0.5, torch.zeros(len(seeds), 1, outputs)]
    return params


def _scores(params: list[Tensor], X: Tensor) -> Tensor:
    first, bias, second, shift = params
    return (X @ first + bias).relu() @ second + shift


def _loss(params: list[Tensor], X: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of every run, `(S,)`."""
    scores = _scores(params, X)
    found = F.cross_entropy(scores.mT, y.expand(len(scores), -1), reduction="none")
    return found.mean(1)

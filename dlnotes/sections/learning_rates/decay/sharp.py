"""Sharpness of a net on all its data while the learning rate is lowered, or raised, in mid-run.

Book: learning_rates/decay
"""

from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor
from torch.func import functional_call, grad, jvp, vmap

from dlnotes.training.data import datasets
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

EXAMPLES, CLASSES = 200, 10
SIZES = (64, 32, CLASSES)
EVERY, PRODUCTS = 50, 15  # steps between two looks, and Hessian-vector products at each

Params = dict[str, Tensor]


def _net(seed: int = 0) -> MLP:
    return MLP(SIZES, activation="tanh", seed=seed, dtype=torch.float64)


@cache
def _digits() -> tuple[Tensor, Tensor]:
    data = datasets.digits(0, dtype=torch.float64)
    return data.X[:EXAMPLES], data.y[:EXAMPLES]


def squared(params: Params) -> Tensor:
    """Half the squared distance of the ten outputs from 0 … 1 … 0, a mean over examples."""
    X, y = _digits()
    right = (y.unsqueeze(-1) == torch.arange(CLASSES)).to(X.dtype)
    return (functional_call(_NET, params, (X,)) - right).square().sum(-1).mean() / 2


def entropy(params: Params) -> Tensor:
    """The cross-entropy, a mean over examples."""
    X, y = _digits()
    return cross_entropy(functional_call(_NET, params, (X,)), y)


_NET = _net()


def along(
    pieces: Sequence[tuple[float, int]], seeds: Sequence[int], loss: Callable = squared
) -> Tensor:
    """The largest eigenvalue of the Hessian along a run whose rate changes: `(seeds, looks)`.

    Args:
        pieces: (learning rate, steps) one after the other.
        seeds: of the start.
        loss: of the parameters, on all examples.
    """
    _digits()  # drawn out here: nothing may be drawn under vmap
    nets = [dict(_net(seed).named_parameters()) for seed in seeds]
    params = {name: torch.stack([net[name].detach() for net in nets]) for name in nets[0]}
    vector = {name: torch.ones_like(value) for name, value in params.items()}
    slope, looks, step = vmap(grad(loss)), [], 0
    for lr, steps in pieces:
        for _ in range(steps):
            if step % EVERY == 0:
                size, vector = _power(loss, params, vector, PRODUCTS * (1 if step else 4))
                looks.append(size)
            params = {name: params[name] - lr * g for name, g in slope(params).items()}
            step += 1
    return torch.stack([*looks, _power(loss, params, vector, PRODUCTS)[0]], -1)


def _power(loss: Callable, params: Params, vector: Params, rounds: int) -> tuple[Tensor, Params]:
    image = vmap(lambda at, v: jvp(grad(loss), (at,), (v,))[1])
    for _ in range(rounds):
        moved = image(params, vector)
        size = sum(part.square().flatten(1).sum(1) for part in moved.values()).sqrt()
        wide = {name: size.reshape(-1, *[1] * (part.dim() - 1)) for name, part in moved.items()}
        vector = {name: part / wide[name] for name, part in moved.items()}
    return size, vector

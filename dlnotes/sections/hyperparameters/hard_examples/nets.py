"""Many small nets side by side, each on digits of its own, with a loss of one's choice.

Book: hyperparameters/hard_examples
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlnotes.optimizers import adam
from dlnotes.training.data.batches import rows
from dlnotes.training.nets.mlp import MLP

SIZES, BATCH = (64, 64, 10), 50

Losses = Callable[[Tensor, Tensor], Tensor]  # scores (R, B, C), labels (R, B) -> (R,)


class Digits(NamedTuple):
    """What a net learns from and what it is asked about.

    Attributes:
        X: images to learn from, `(N, 64)`.
        y: the labels they carry, `(N,)`.
        asked: images that the net is asked about, `(M, 64)`.
    """

    X: Tensor
    y: Tensor
    asked: Tensor


def each_loss(output: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy of every example, shape of `y`."""
    return cross_entropy(output.movedim(-1, 1), y, reduction="none")


def plain(output: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy of every net."""
    return each_loss(output, y).mean(-1)


def scores(
    data: Sequence[Digits],
    *,
    lr: Sequence[float],
    seeds: Sequence[int],
    steps: Sequence[int],
    loss: Losses = plain,
) -> Tensor:
    """What R nets say of the images they are asked about, `(len(steps), R, M, C)`.

    Net by net the same as `dlnotes.training.loop.train` with Adam and batches of 50; side by
    side, because every net has other data.

    Args:
        data: one a net, all of the same sizes.
        lr: learning rate of each net.
        seeds: of the starts and the order of the examples, one a net.
        steps: after how many updates they are asked, ascending; 0 is before the first.
        loss: what is descended on.
    """
    X, y, asked = (torch.stack(part) for part in zip(*data, strict=True))
    params = _starts(seeds)
    states = [adam.init(param) for param in params]
    order = torch.stack([rows(X.shape[1], BATCH, steps[-1], seed) for seed in seeds], 1)
    rate, nets = torch.tensor(lr)[:, None, None], torch.arange(len(data))[:, None]
    said = [_forward(params, asked)] if 0 in steps else []
    for step in range(1, steps[-1] + 1):
        for param in params:
            param.requires_grad_()
        batch = order[step - 1]
        total = loss(_forward(params, X[nets, batch]), y[nets, batch]).sum()
        grads = torch.autograd.grad(total, params)
        with torch.no_grad():
            moves = [
                adam.update(grad, state, param, lr=rate)
                for grad, state, param in zip(grads, states, params, strict=True)
            ]
            params = [param + delta for param, (delta, _) in zip(params, moves, strict=True)]
            states = [state for _, state in moves]
            if step in steps:
                said.append(_forward(params, asked))
    return torch.stack(said)


def _starts(seeds: Sequence[int]) -> list[Tensor]:
    """Weights as `(R, inputs, outputs)`, biases as `(R, 1, outputs)`, layer by layer."""
    nets = [MLP(SIZES, seed=seed) for seed in seeds]
    parts = []
    for layers in zip(*(net.layers for net in nets), strict=True):
        parts.append(torch.stack([layer.weight.detach().T for layer in layers]))
        parts.append(torch.stack([layer.bias.detach()[None] for layer in layers]))
    return parts


def _forward(params: list[Tensor], X: Tensor) -> Tensor:
    W, b, V, c = params
    return (X @ W + b).relu() @ V + c

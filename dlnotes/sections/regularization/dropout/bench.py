"""The chapter's bench under dropout: every share switched off, on the hidden units or the pixels.

All nets of a sweep learn side by side, one stack of weights a layer: seeds first, then shares.

Book: regularization/dropout
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import generator, seeded
from dlnotes.optimizers import adam
from dlnotes.training.data.examples import Data
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.mlp import MLP

INPUTS, CLASSES = 64, 10
LR, STEPS = 0.003, 400
HALF = 0.5  # of the hidden units, switched off in a net that has learned

Weights = list[Tensor]  # first weight and bias, last weight and bias, `(S, P, …)` each


class Sweep(NamedTuple):
    """What came out, `(shares, seeds)` each.

    Attributes:
        train: accuracy on the labels learned from, every unit on.
        noisy: the same with dropout still on.
        validation: accuracy on images that may choose a share.
        test: accuracy on others.
        loss: cross-entropy on those.
        left_on: test accuracy with dropout still on.
        changed: part of the test images whose answer two such passes disagree on.
        half: test accuracy with half of the hidden units off, whatever the net learned with.
        alike: mean size of the correlation of two hidden units over the held-out images.
    """

    train: Tensor
    noisy: Tensor
    validation: Tensor
    test: Tensor
    loss: Tensor
    left_on: Tensor
    changed: Tensor
    half: Tensor
    alike: Tensor

    @property
    def chosen(self) -> int:
        """The place of the share with the best mean validation accuracy."""
        return int(self.validation.mean(1).argmax())


class Nets:
    """A stack of one-hidden-layer nets, and where they drop.

    Args:
        seeds: S, of weights and masks.
        shares: P, switched off, in [0, 1).
        place: `"hidden"` or `"input"`.
        width: n, hidden units.
    """

    def __init__(self, seeds: Sequence[int], shares: Sequence[float], place: str, width: int):
        self.place, self.width = place, width
        self.p = torch.tensor(shares).view(1, -1, 1, 1)
        starts = [MLP((INPUTS, width, CLASSES), seed=seed).state_dict().values() for seed in seeds]
        self.weights: Weights = [
            torch.stack(each)[:, None].repeat(1, len(shares), *([1] * each[0].ndim))
            for each in zip(*starts, strict=True)
        ]

    def masks(self, examples: int, sources: Sequence[torch.Generator], share=None) -> Tensor:
        """What a unit is multiplied with, `(S, P, B, units)`; the same numbers for every share."""
        p = self.p if share is None else torch.tensor(share)
        units = self.width if self.place == "hidden" or share is not None else INPUTS
        drawn = torch.stack([torch.rand(examples, units, generator=each) for each in sources])
        return (drawn[:, None] >= p) / (1 - p)

    def hidden(self, X: Tensor) -> Tensor:
        """The hidden units, `(S, P, B, n)`."""
        return (X @ self.weights[0].mT + self.weights[1].unsqueeze(-2)).relu()

    def scores(self, h: Tensor) -> Tensor:
        """`(S, P, B, C)`."""
        return h @ self.weights[2].mT + self.weights[3].unsqueeze(-2)

    def dropped(self, X: Tensor, sources: Sequence[torch.Generator]) -> Tensor:
        """The scores with dropout on."""
        keep = self.masks(X.shape[-2], sources)
        if self.place == "input":
            return self.scores(self.hidden(X * keep))
        return self.scores(self.hidden(X) * keep)


def sweep(
    wrong: float, shares: Sequence[float], seeds: Sequence[int], place: str, width: int = 256
) -> Sweep:
    """Nets on 150 digits for every share and seed."""
    data = [few_digits(seed, wrong=wrong) for seed in seeds]
    nets = Nets(seeds, shares, place, width)
    _learn(nets, data, [generator(seed, "masks") for seed in seeds])
    return _judged(nets, data, [seeded(seed) for seed in seeds])


def _learn(nets: Nets, data: Sequence[Data], sources: Sequence[torch.Generator]) -> None:
    X = torch.stack([part.X for part in data])[:, None]
    y = torch.stack([part.y for part in data])[:, None]
    states = [adam.init(each) for each in nets.weights]
    for _ in range(STEPS):
        for each in nets.weights:
            each.requires_grad_()
        z = nets.dropped(X, sources)
        every = y.expand(z.shape[:-1]).flatten()
        loss = cross_entropy(z.flatten(0, -2), every, reduction="sum") / X.shape[-2]
        grads = torch.autograd.grad(loss, nets.weights)
        nets.weights = [each.detach() for each in nets.weights]
        found = [
            adam.update(*given, lr=LR) for given in zip(grads, states, nets.weights, strict=True)
        ]
        nets.weights = [w + delta for w, (delta, _) in zip(nets.weights, found, strict=True)]
        states = [state for _, state in found]


def _judged(nets: Nets, data: Sequence[Data], sources: Sequence[torch.Generator]) -> Sweep:
    X, y, X_held, y_held = (torch.stack(part)[:, None] for part in zip(*data, strict=True))
    X_test, y_test = X_held[..., CHOOSE:, :], y_held[..., CHOOSE:]
    held = nets.scores(nets.hidden(X_held))
    choose, z = held[..., :CHOOSE, :], held[..., CHOOSE:, :]
    twice = [nets.dropped(X_test, sources) for _ in range(2)]
    half = nets.hidden(X_test) * nets.masks(X_test.shape[-2], sources, HALF)
    surprise = z.log_softmax(-1).gather(-1, y_test[..., None].expand(*z.shape[:-1], 1))
    found = (
        _right(nets.scores(nets.hidden(X)), y),
        _right(nets.dropped(X, sources), y),
        _right(choose, y_held[..., :CHOOSE]),
        _right(z, y_test),
        -surprise.mean((-1, -2)),
        _right(twice[0], y_test),
        (twice[0].argmax(-1) != twice[1].argmax(-1)).double().mean(-1),
        _right(nets.scores(half), y_test),
        alike(nets.hidden(X_held)),
    )
    return Sweep(*(part.double().T for part in found))


def _right(scores: Tensor, y: Tensor) -> Tensor:
    return (scores.argmax(-1) == y).double().mean(-1)


def alike(h: Tensor) -> Tensor:
    """The mean size of the correlation of two units, `(…)`; units that never move are left out.

    Args:
        h: what n units put out for B examples, `(…, B, n)`.

    Example:
        >>> same = torch.tensor([[1.0, -2.0], [0.0, 0.0], [2.0, -4.0]])
        >>> round(alike(same).item(), 6)
        1.0
    """
    apart = h - h.mean(-2, keepdim=True)
    length = apart.square().sum(-2, keepdim=True).sqrt()
    moves = length > 1e-6
    unit = torch.where(moves, apart / length.clamp(min=1e-6), 0.0)
    count = moves.sum((-1, -2))
    sizes = (unit.mT @ unit).abs().sum((-1, -2))
    return (sizes - count) / (count * (count - 1))

"""How far the weights of a normalized layer turn in a step, with weight decay and without.

The hidden layer is normalized over the batch, each unit by itself: the size of its weights does
not matter to what the net computes, and so the gradient stands at a right angle to them.

Book: regularization/weight_decay
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import grad

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.training.data import datasets

HIDDEN, CLASSES, BATCH, STEPS, TAIL = 32, 10, 32, 1500, 500
OUTER = 0.1  # learning rate of the layer after it, which is not decayed


class Kind(NamedTuple):
    """What a layer is trained with: learning rate, α, and how long its weights start, over He's."""

    lr: float
    decay: float
    scale: float = 1.0


KINDS = {
    "base": Kind(0.1, 0.04),
    "swapped": Kind(0.4, 0.01),
    "long": Kind(0.4, 0.01, 10.0),
    "more": Kind(0.4, 0.04),
    "none": Kind(0.1, 0.0),
}
ADAMW = {  # the same under Adam with decoupled decay
    "base": Kind(0.01, 0.4),
    "swapped": Kind(0.04, 0.1),
    "more": Kind(0.04, 0.4),
    "none": Kind(0.01, 0.0),
}


class Turned(NamedTuple):
    """What became of layers.

    Attributes:
        angle: root of the mean squared angle by which a unit turns in a step, in radians, over
            every hundred steps, `(kinds, seeds, T / 100)`.
        size: mean length of a unit's weights at the end, `(kinds, seeds)`.
        accuracy: on the test images, `(kinds, seeds)`.
    """

    angle: Tensor
    size: Tensor
    accuracy: Tensor


def turned(
    kinds: Sequence[Kind], seeds: Sequence[int], steps: int = STEPS, *, adamw: bool = False
) -> Turned:
    """Digits by mini-batches, all kinds and seeds side by side; a seed's batches are the same.

    Args:
        kinds: what to train with.
        seeds: of the images, the start and the batches.
        steps: a multiple of 100.
        adamw: whether the decayed layer takes steps of AdamW, and not of SGD.
    """
    parts = [datasets.digits(seed, dtype=torch.float64) for seed in seeds]
    sources = [seeded(seed) for seed in seeds]
    firsts = [_normal(source, HIDDEN, 64) / 32**0.5 for source in sources]
    seconds = [_normal(source, CLASSES, HIDDEN) / HIDDEN**0.5 for source in sources]
    W = torch.stack([torch.stack(firsts) * kind.scale for kind in kinds])  # (K, S, H, 64)
    V = torch.stack(seconds).expand(len(kinds), -1, -1, -1).clone()
    numbers = torch.tensor(kinds, dtype=torch.float64)[:, :2]
    lr, decay = (column.view(-1, 1, 1, 1) for column in numbers.unbind(1))
    slopes, squares, state = grad(_loss, argnums=(0, 1)), [], adam.init(W)
    for _ in range(steps):
        rows = [
            torch.randint(len(part.X), (BATCH,), generator=source)
            for part, source in zip(parts, sources, strict=True)
        ]
        X = torch.stack([part.X[row] for part, row in zip(parts, rows, strict=True)])
        y = torch.stack([part.y[row] for part, row in zip(parts, rows, strict=True)])
        of_W, of_V = slopes(W, V, X, y)
        step, state = adam.update(of_W, state, W, lr=1.0) if adamw else (-of_W, state)
        after = (1 - lr * decay) * W + lr * step
        squares.append(_angle(W, after).square().mean(-1))
        W, V = after, V - OUTER * of_V
    angle = torch.stack(squares, -1).unflatten(-1, (-1, 100)).mean(-1).sqrt()
    return Turned(angle, W.norm(dim=-1).mean(-1), _accuracy(W, V, parts))


def _normal(source: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=source, dtype=torch.float64)


def _scores(W: Tensor, V: Tensor, X: Tensor, over: Tensor) -> Tensor:
    """Scores at X; each hidden unit has mean 0 and variance 1 over the images `over`."""
    seen = over @ W.mT
    mean, size = seen.mean(-2, keepdim=True), seen.std(-2, correction=0, keepdim=True)
    return ((X @ W.mT - mean) / size).relu() @ V.mT


def _loss(W: Tensor, V: Tensor, X: Tensor, y: Tensor) -> Tensor:
    logs = _scores(W, V, X, X).log_softmax(-1)
    targets = y.expand(len(W), *y.shape)[..., None]
    return -logs.gather(-1, targets).mean((-1, -2)).sum()


def _angle(before: Tensor, after: Tensor) -> Tensor:
    """Between the weights of each unit before and after a step; exact for small ones too."""
    one, other = (x / x.norm(dim=-1, keepdim=True) for x in (before, after))
    return 2 * torch.asin(((one - other).norm(dim=-1) / 2).clamp(max=1))


def _accuracy(W: Tensor, V: Tensor, parts: Sequence) -> Tensor:
    found = []
    for place, part in enumerate(parts):
        right = _scores(W[:, place], V[:, place], part.X_test, part.X).argmax(-1) == part.y_test
        found.append(right.double().mean(-1))
    return torch.stack(found, 1)

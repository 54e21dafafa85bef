"""A recurrent net that must keep two numbers in mind, many trained side by side.

Of a sequence of numbers two are marked, one in each half; the net gives their sum at the end
(Hochreiter & Schmidhuber, 1997, the adding problem). Its twin with a short memory gives the sum of
the last two numbers. Every step reads 20 new sequences, so that training and test loss are one.

Book: gradients/clipping
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded

LENGTH, UNITS, BATCH, INPUTS = 20, 16, 20, 2
WINDOW = 50  # steps over which a loss is averaged before it is compared with a level


class Arm(NamedTuple):
    """One way to train.

    Attributes:
        lr: learning rate.
        bound: on the length of the whole gradient; inf clips not.
        decay: weight decay of the three weight matrices.
    """

    lr: float
    bound: float = math.inf
    decay: float = 0.0


class Runs(NamedTuple):
    """What was seen of `A` arms from `S` seeds in `T` steps.

    Attributes:
        loss: on the sequences of each step, `(T, A, S)`.
        length: of the gradient before clipping, `(T, A, S)`.
        reached: the step after which the mean of 50 losses was first below the level; inf for
            never, `(A, S)`.
        radius: spectral radius of the recurrent weights then, or at the end, `(A, S)`.
        ends: the recurrent weights after the last step, `(A, S, units, units)`.
    """

    loss: Tensor
    length: Tensor
    reached: Tensor
    radius: Tensor
    ends: Tensor


def sequences(source: torch.Generator, short: bool = False) -> tuple[Tensor, Tensor]:
    """Numbers and marks `(20 steps, 20 sequences, 2)`, and the sums `(20 sequences,)`.

    Args:
        source: of the numbers.
        short: whether the sum is of the last two numbers and the marks mean nothing.
    """
    values = 2 * torch.rand(LENGTH, BATCH, generator=source, dtype=torch.float64) - 1
    half, each = LENGTH // 2, torch.arange(BATCH)
    first = torch.randint(0, half, (BATCH,), generator=source)
    second = torch.randint(half, LENGTH, (BATCH,), generator=source)
    marks = torch.zeros_like(values)
    marks[first, each] = marks[second, each] = 1.0
    asked = values[-1] + values[-2] if short else values[first, each] + values[second, each]
    return torch.stack([values, marks], -1), asked


def started(source: torch.Generator, scale: float) -> list[Tensor]:
    """Recurrent weights, input weights, biases, output weights, bias of the output."""

    def normal(rows: int, columns: int) -> Tensor:
        drawn = torch.randn(rows, columns, generator=source, dtype=torch.float64)
        return drawn / math.sqrt(rows)

    zeros = [torch.zeros(1, size, dtype=torch.float64) for size in (UNITS, 1)]
    return [
        scale * normal(UNITS, UNITS),
        normal(INPUTS, UNITS),
        zeros[0],
        normal(UNITS, 1),
        zeros[1],
    ]


def losses(params: Sequence[Tensor], X: Tensor, y: Tensor) -> Tensor:
    """The mean squared error of several nets.

    Args:
        params: as `started` gives them, each with the nets in front.
        X: shape `(20 steps, nets, 20 sequences, 2)`.
        y: shape `(nets, 20 sequences)`.
    """
    back, into, bias, out, offset = params
    driven = X @ into + bias
    h = torch.zeros_like(driven[0])
    for each in driven:
        h = torch.tanh(each + h @ back)
    return ((h @ out + offset).squeeze(-1) - y).square().mean(-1)


def train(
    arms: Sequence[Arm], seeds: Sequence[int], steps: int, *,
    short: bool = False, scale: float = 1.0, level: float = 0.4,
) -> Runs:  # fmt: skip
    """Gradient descent of every arm from every seed, on the same sequences for every arm.

    Args:
        arms: ways to train.
        seeds: of the start and of the sequences.
        steps: how many to take.
        short: whether the net needs a short memory only.
        scale: factor on the recurrent weights at the start.
        level: the loss at which `reached` looks.
    """
    sources = [seeded(seed) for seed in seeds]
    starts = [started(source, scale) for source in sources]
    params = [_spread(list(parts), len(arms)) for parts in zip(*starts, strict=True)]
    lr, bound, decay = (
        torch.tensor(each, dtype=torch.float64).repeat_interleave(len(seeds))
        for each in zip(*arms, strict=True)
    )
    seen, lengths = [], []
    reached, radius = torch.full_like(lr, math.inf), torch.full_like(lr, math.nan)
    for step in range(1, steps + 1):
        drawn = [sequences(source, short) for source in sources]
        X = torch.stack([x for x, _ in drawn], 1).repeat(1, len(arms), 1, 1)
        loss, length, params = _step(
            params, X, _spread([y for _, y in drawn], len(arms)), lr, bound, decay
        )
        seen.append(loss)
        lengths.append(length)
        if step >= WINDOW:
            below = torch.stack(seen[-WINDOW:]).mean(0) < level
            new = below & reached.isinf()
            reached[new], radius[new] = step, spectral_radius(params[0][new])
    late = radius.isnan()
    radius[late] = spectral_radius(params[0][late])
    shape = len(arms), len(seeds)
    return Runs(
        torch.stack(seen).view(steps, *shape), torch.stack(lengths).view(steps, *shape),
        reached.view(shape), radius.view(shape), params[0].view(*shape, UNITS, UNITS),
    )  # fmt: skip


def spectral_radius(weights: Tensor) -> Tensor:
    """The largest size of an eigenvalue of each matrix; NaN where a matrix has flown off."""
    fine = weights.isfinite().all(-1).all(-1)
    radius = torch.linalg.eigvals(torch.where(fine[..., None, None], weights, 0.0)).abs().amax(-1)
    return torch.where(fine, radius, math.nan)


def _step(params, X, y, lr, bound, decay):
    params = [each.detach().requires_grad_() for each in params]
    loss = losses(params, X, y)
    grads = torch.autograd.grad(loss.sum(), params)
    length = sum(grad.square().flatten(1).sum(1) for grad in grads).sqrt()
    scale = lr * (bound / length).clamp(max=1)
    moved = []
    for name, (param, grad) in enumerate(zip(params, grads, strict=True)):
        pull = (lr * decay if name in (0, 1, 3) else torch.zeros_like(lr)).view(-1, 1, 1)
        moved.append(param.detach() * (1 - pull) - scale.view(-1, 1, 1) * grad)
    return loss.detach(), length, moved


def _spread(parts: list[Tensor], arms: int) -> Tensor:
    """One a seed, repeated for every arm, in front."""
    together = torch.stack(parts)
    return together.repeat(arms, *[1] * (together.dim() - 1))

"""What the two ways to carry out a fleet's step have in common."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.protocols import Rule

Params = dict[str, Tensor]


class Method(NamedTuple):
    """What is done in a step, whatever the run.

    Attributes:
        net: what computes the output.
        rule: a module with `init` and `update`.
        loss: `(output, y, weight) -> scalar`.
        transform: of the gradients of a run, or `None`.
        penalty: of the parameters of a run, or `None`.
        fixed: hyperparameters that are no numbers, as pairs.
        compiled: through `torch.compile`, where that succeeds.
    """

    net: nn.Module
    rule: Rule
    loss: Callable
    transform: Callable | None
    penalty: Callable | None
    fixed: tuple[tuple[str, Any], ...]
    compiled: bool


class Batch(NamedTuple):
    """The examples of one step.

    Attributes:
        X: features of the whole training part, `(N, D)`; of a run's batch inside `vmap`.
        y: classes or targets, likewise.
        rows: which of them each run sees, `(R, B)`.
        weight: which of those count, 0 or 1, `(R, B)`; `None`: all.
        keep: dropout masks `(R, B, H)`, one a hidden layer, or `None`.
    """

    X: Tensor
    y: Tensor
    rows: Tensor | None
    weight: Tensor | None
    keep: list[Tensor] | None


class Lives(NamedTuple):
    """Which runs go on, `(R,)`, and the last loss of each, `(R,)`."""

    alive: Tensor
    last: Tensor


def born(params: Params) -> Lives:
    """All runs alive, before the first loss."""
    first = next(iter(params.values()))
    alive = torch.ones(len(first), dtype=torch.bool, device=first.device)
    return Lives(alive, first.new_zeros(len(first)))


def judged(lives: Lives, value: Tensor, moved: Iterable[Tensor]) -> Lives:
    """The lives after a step: a run ends where its loss or a new parameter is not finite.

    From then on its loss is noted as the inf or NaN that it ended with.

    Args:
        lives: before the step.
        value: losses of the step, `(R,)`.
        moved: the new parameters, `(R, …)` each.
    """
    ended = torch.where(lives.last.isfinite(), math.nan, lives.last)
    # 0 times inf or NaN is NaN; a sum is cheaper than looking at each entry
    whole = sum((x * 0).flatten(1).sum(1) for x in moved) == 0
    return Lives(lives.alive & value.isfinite() & whole, torch.where(lives.alive, value, ended))


def where_alive(alive: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """`new` for the runs that go on, `old` for the others."""
    return torch.where(alive.view(-1, *[1] * (new.ndim - 1)), new, old)

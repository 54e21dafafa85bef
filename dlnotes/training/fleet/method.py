"""What the two ways to carry out a fleet's step have in common."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.protocols import Rule, answers

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
        compiled: through torch's compiler, where that succeeds.
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
    alive = lives.alive & value.isfinite()
    for param in moved:
        alive = alive & (param.flatten(1).abs().amax(1) < math.inf)  # NaN is not smaller either
    return Lives(alive, torch.where(lives.alive, value, ended))


def taken(lives: Lives, value: Tensor, moved: Tensor, old: Tensor) -> Tensor:
    """The new parameters of the runs that go on, and the old ones of those that ended.

    A new entry that is not finite is not taken either: the step that ends a run leaves it numbers.

    Args:
        lives: before the step.
        value: losses of the step, `(R,)`.
        moved: the new parameters, `(R, …)`.
        old: the parameters before the step.
    """
    goes_on = (lives.alive & value.isfinite()).view(-1, *[1] * (moved.ndim - 1))
    return torch.where(goes_on & (moved.abs() < math.inf), moved, old)


def kept(rule: Rule, params: Params, states: dict[str, Any]) -> Params:
    """What to evaluate and to keep: the parameters, or the finite part of what stands for them.

    Args:
        rule: a module with `init` and `update`.
        params: of all runs, `(R, …)` each.
        states: of the rule, likewise.
    """
    found = answers(rule, params, states)
    if found is params:
        return params
    return {name: torch.where(x.isfinite(), x, params[name]) for name, x in found.items()}

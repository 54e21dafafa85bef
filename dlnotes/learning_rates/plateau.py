"""Plateau annealing: cut the learning rate when the loss stops falling.

Book: learning_rates/decay
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, one_of, positive


class State(NamedTuple):
    """`lr`: the learning rate to use now; `best`: the best loss so far; `bad`: looks without a
    new best; `rest`: looks left in which nothing counts. All float64, one entry for each run."""

    lr: Tensor
    best: Tensor
    bad: Tensor
    rest: Tensor


def init(lr: float | Tensor, *, mode: str = "min") -> State:
    """The state before the first look at the loss.

    Args:
        lr: learning rate to begin with, greater than 0; a tensor `(R,)` for R runs.
        mode: `"min"` where small is good (a loss), `"max"` where large is (an accuracy).
    """
    worst = {"min": math.inf, "max": -math.inf}[one_of("mode", mode, ("min", "max"))]
    if not isinstance(lr, Tensor):
        positive("lr", lr)
        lr = torch.tensor(lr, dtype=torch.float64)
    lr = lr.to(torch.float32 if lr.device.type == "mps" else torch.float64)
    none = torch.zeros_like(lr)
    return State(lr, none + worst, none, none)


def update(
    loss: float | Tensor,
    state: State,
    *,
    mode: str = "min",
    factor: float | Tensor = 0.1,
    patience: int | Tensor = 10,
    threshold: float | Tensor = 1e-4,
    threshold_mode: str = "rel",
    cooldown: int | Tensor = 0,
    min_lr: float | Tensor = 0.0,
    eps: float = 1e-8,
) -> State:
    """The state after one more look at the loss; its `lr` is the learning rate from now on.

    bad ← 0 where the loss is a new best, else bad + 1; 0 while resting
    lr ← max(factor · lr, min_lr), rest ← cooldown, bad ← 0    where bad > patience

    torch.optim.lr_scheduler.ReduceLROnPlateau, with the same names. A NaN loss is never a best.

    Args:
        loss: what is watched: a validation loss or accuracy, once an epoch, say.
        state: from `init` or the last update.
        mode: as given to `init`.
        factor: what a cut multiplies by, at least 0, smaller than 1.
        patience: looks without a new best that are borne, at least 0.
        threshold: by how much a new best must be better, at least 0.
        threshold_mode: `"rel"`: as a part of the best; `"abs"`: in units of the loss.
        cooldown: looks after a cut in which nothing counts, at least 0.
        min_lr: no cut goes below, at least 0.
        eps: a cut smaller than this is not made, at least 0.

    Example:
        >>> state = init(0.8)
        >>> for loss in (3.0, 2.0, 2.0, 2.0):
        ...     state = update(loss, state, factor=0.5, patience=1)
        >>> state.lr
        tensor(0.4000, dtype=torch.float64)
    """
    looks = {"patience": patience, "cooldown": cooldown}
    _checked(factor=factor, threshold=threshold, min_lr=min_lr, eps=eps, **looks)
    loss = torch.as_tensor(loss, dtype=state.lr.dtype, device=state.lr.device).detach()
    better = _better(loss, state.best, mode, threshold, threshold_mode)
    bad = torch.where(better | (state.rest > 0), 0.0, state.bad + 1)
    rest = (state.rest - 1).clamp(min=0)
    tired = bad > patience
    lower = torch.maximum(factor * state.lr, min_lr + torch.zeros_like(state.lr))
    lr = torch.where(tired & (state.lr - lower > eps), lower, state.lr)
    best = torch.where(better, loss, state.best)
    return State(lr, best, torch.where(tired, 0.0, bad), torch.where(tired, cooldown, rest))


def _better(loss, best, mode, threshold, threshold_mode) -> Tensor:
    sign = {"min": -1, "max": 1}[one_of("mode", mode, ("min", "max"))]
    relative = one_of("threshold_mode", threshold_mode, ("rel", "abs")) == "rel"
    bar = best * (1 + sign * threshold) if relative else best + sign * threshold
    return sign * loss > sign * bar


def _checked(*, factor: float | Tensor, **others: float | Tensor) -> None:
    for name, value in {"factor": factor, **others}.items():
        if not isinstance(value, Tensor):
            non_negative(name, value)
    if not isinstance(factor, Tensor) and not factor < 1:
        raise ValueError(f"`factor` must be smaller than 1, got {factor:g}.")

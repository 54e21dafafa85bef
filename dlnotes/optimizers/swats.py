"""SWATS: Adam that turns into SGD by itself, at the learning rate its own steps suggest.

Book: optimizers/fair_comparison
"""

from typing import NamedTuple

import torch
from torch import Tensor

elementwise = False


class State(NamedTuple):
    """What both phases remember.

    Attributes:
        t: updates made, 0-d float64.
        m, v: running means of grad and grad², like param: the memory of Adam.
        rate: running mean of the learning rates that Adam's steps suggest, 0-d.
        sgd_lr: learning rate of the SGD phase, 0-d; 0 while it is Adam's turn.
        velocity: running sum of gradients in the SGD phase, like param.
    """

    t: Tensor
    m: Tensor
    v: Tensor
    rate: Tensor
    sgd_lr: Tensor
    velocity: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: Adam's turn, all memories empty.

    Args:
        param: the parameter, any shape.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    empty = torch.zeros_like(param)
    return State(t, empty, empty, torch.zeros_like(t), torch.zeros_like(t), empty)


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-9,
    tolerance: float = 1e-9,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of SWATS.

    While sgd_lr is 0, Adam:
        m ← beta1 · m + (1 - beta1) · grad
        v ← beta2 · v + (1 - beta2) · grad²
        delta = -lr · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · m / (√v + eps)
        suggested = delta·delta / (-delta·grad)
        rate ← beta2 · rate + (1 - beta2) · suggested
        if t > 1 and |rate / (1 - beta2ᵗ) - suggested| < tolerance: sgd_lr ← rate / (1 - beta2ᵗ)
    then SGD:
        velocity ← beta1 · velocity + grad
        delta = -(1 - beta1) · sgd_lr · velocity

    Keskar & Socher (2017), algorithm 1; torch has no SWATS. `suggested` is the learning rate at
    which SGD's step, projected on Adam's, equals it. The paper takes all parameters as one
    vector, this rule each by itself; its one ε is `eps` and `tolerance` here; and a suggestion of
    0 or less, which would climb, is never taken. After the switch `lr` plays no part.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate of Adam, greater than 0.
        beta1: what the memory of direction keeps in a step, in [0, 1), in both phases.
        beta2: what the memory of size and the mean of the suggestions keep, in [0, 1).
        eps: added to the root, at least 0, in units of the gradient.
        tolerance: how near suggestion and mean must come for the switch, at least 0.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0])
        >>> state = init(param)
        >>> for _ in range(2):
        ...     _, state = update(torch.tensor([4.0]), state, param, lr=0.1, tolerance=1e-6)
        >>> state.sgd_lr
        tensor(0.0250, dtype=torch.float64)
    """
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad.square()
    adam = -lr * (1 - beta2**t).sqrt() / (1 - beta1**t) * m / (v.sqrt() + eps)
    rate, sgd_lr = _suggested(adam, grad, t, state, beta2, tolerance)
    velocity = torch.where(state.sgd_lr > 0, beta1 * state.velocity + grad, 0)
    sgd = -(1 - beta1) * state.sgd_lr * velocity
    delta = torch.where(state.sgd_lr > 0, sgd, adam)
    return delta, State(t, m, v, rate, sgd_lr, velocity)


def _suggested(
    adam: Tensor, grad: Tensor, t: Tensor, state: State, beta2: float, tolerance: float
) -> tuple[Tensor, Tensor]:
    """The next `rate` and `sgd_lr`, given the step that Adam would make."""
    slope = -(adam * grad).sum()
    suggested = adam.square().sum() / slope
    rate = torch.where(slope != 0, beta2 * state.rate + (1 - beta2) * suggested, state.rate)
    mean = rate / (1 - beta2**t)
    agree = (slope != 0) & (t > 1) & ((mean - suggested).abs() < tolerance) & (mean > 0)
    return rate, torch.where(agree & (state.sgd_lr == 0), mean, state.sgd_lr)

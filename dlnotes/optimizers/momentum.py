"""Momentum: gradient descent with a memory of direction, the heavy ball.

Book: optimizers/momentum
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `velocity`: running sum of gradients, shaped like param."""

    t: Tensor
    velocity: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: at rest.

    Args:
        param: the parameter, any shape.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    return State(t, torch.zeros_like(param))


def update(
    grad: Tensor, state: State, param: Tensor, *, lr: float, momentum: float = 0.9
) -> tuple[Tensor, State]:
    """The change of `param` in one step of the heavy ball.

    velocity ← momentum · velocity + grad
    delta = -lr · velocity

    Polyak (1964), in torch.optim.SGD's form: the learning rate stands outside the
    velocity. Sutskever et al. (2013), equations 1 and 2, keep it inside; the two part as soon
    as the learning rate changes.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0.
        momentum: the part of the velocity that survives a step, in [0, 1).

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param, state = torch.tensor([1.0]), init(torch.tensor([1.0]))
        >>> for _ in range(2):
        ...     delta, state = update(torch.tensor([1.0]), state, param, lr=0.1, momentum=0.5)
        >>> delta
        tensor([-0.1500])
    """
    velocity = momentum * state.velocity + grad
    return -lr * velocity, State(state.t + 1, velocity)

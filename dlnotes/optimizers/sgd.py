"""Gradient descent, whatever the batch: step against the gradient.

Book: optimizers/gradient_descent
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.optimizers import momentum

with_momentum = momentum  # what it becomes where a schedule sets a momentum, as in torch.optim.SGD


class State(NamedTuple):
    """Nothing but the number of updates made, a 0-d float64 tensor."""

    t: Tensor


def init(param: Tensor) -> State:
    """The state before the first update.

    Args:
        param: the parameter, any shape.
    """
    return State(torch.zeros((), dtype=torch.float64, device=param.device))


def update(grad: Tensor, state: State, param: Tensor, *, lr: float) -> tuple[Tensor, State]:
    """The change of `param` in one step of gradient descent.

    delta = -lr · grad

    Robbins & Monro (1951) for noisy gradients; torch.optim.SGD with its defaults.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0, in units of param² per loss.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, -2.0])
        >>> delta, state = update(torch.tensor([10.0, 4.0]), init(param), param, lr=0.1)
        >>> param + delta
        tensor([ 0.0000, -2.4000])
    """
    return -lr * grad, State(state.t + 1)

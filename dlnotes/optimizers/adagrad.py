"""Adagrad: every entry divides its step by all the gradient it has ever seen.

Book: optimizers/adaptive
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `total`: sum of grad² so far, shaped like param."""

    t: Tensor
    total: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: nothing seen.

    Args:
        param: the parameter, any shape.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    return State(t, torch.zeros_like(param))


def update(
    grad: Tensor, state: State, param: Tensor, *, lr: float = 1e-2, eps: float = 1e-10
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Adagrad.

    total ← total + grad²
    delta = -lr · grad / (√total + eps)

    Duchi, Hazan & Singer (2011), the diagonal form; torch.optim.Adagrad with its defaults. The sum
    only grows, so the steps only shrink. Keras starts the sum at 0.1 instead of 0.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0: the length of the first step of every entry.
        eps: added to the root, at least 0, in units of the gradient.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([3.0, -0.001]), init(param), param, lr=0.1)[0]
        tensor([-0.1000,  0.1000])
    """
    total = state.total + grad.square()
    return -lr * grad / (total.sqrt() + eps), State(state.t + 1, total)

"""Lion: only the sign of a memory, so that every entry moves equally far.

Book: optimizers/adam_relatives
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `m`: running mean of grad, shaped like param."""

    t: Tensor
    m: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: at rest.

    Args:
        param: the parameter, any shape.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    return State(t, torch.zeros_like(param))


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-4,
    beta1: float = 0.9,
    beta2: float = 0.99,
    weight_decay: float = 0.0,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Lion.

    delta = -lr · (sign(beta1 · m + (1 - beta1) · grad) + weight_decay · param)
    m ← beta2 · m + (1 - beta2) · grad

    Chen et al. (2023), algorithm 2; torch has no Lion. The step looks at the newest gradient
    through beta1, the memory keeps it through beta2. The decay is decoupled, as in AdamW.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter, any shape.
        lr: learning rate, greater than 0: the length of every step of every entry.
        beta1: the share of the memory in the direction of this step, in [0, 1).
        beta2: what the memory keeps in a step, in [0, 1).
        weight_decay: the fraction of `param` that goes in a step of `lr` 1, at least 0.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([3.0, -0.001]), init(param), param, lr=0.1)[0]
        tensor([-0.1000,  0.1000])
    """
    direction = (beta1 * state.m + (1 - beta1) * grad).sign()
    m = beta2 * state.m + (1 - beta2) * grad
    return -lr * (direction + weight_decay * param), State(state.t + 1, m)

"""RMSprop: every entry divides its step by the size of its recent gradients.

Book: optimizers/adaptive
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `v`: running mean of grad², shaped like param."""

    t: Tensor
    v: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: nothing seen.

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
    lr: float = 1e-2,
    decay: float = 0.99,
    eps: float = 1e-8,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of RMSprop.

    v ← decay · v + (1 - decay) · grad²
    delta = -lr · grad / (√v + eps)

    Tieleman & Hinton (2012), lecture 6.5; torch.optim.RMSprop with its defaults. `v` starts at 0
    and nothing corrects for it, so the first step is lr / √(1 - decay). Keras keeps 0.9 a step.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0.
        decay: what the memory of size keeps in a step, in [0, 1); torch's alpha.
        eps: added to the root, at least 0, in units of the gradient.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([3.0, -0.001]), init(param), param, lr=0.1)[0]
        tensor([-1.0000,  0.9999])
    """
    v = decay * state.v + (1 - decay) * grad.square()
    return -lr * grad / (v.sqrt() + eps), State(state.t + 1, v)

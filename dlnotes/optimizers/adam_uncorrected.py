"""Adam without its bias correction: what the first steps would be.

Book: optimizers/adam
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `m`, `v`: running means of grad and grad², like param."""

    t: Tensor
    m: Tensor
    v: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: both memories empty.

    Args:
        param: the parameter, any shape.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    return State(t, torch.zeros_like(param), torch.zeros_like(param))


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Adam as it would be without bias correction.

    m ← beta1 · m + (1 - beta1) · grad
    v ← beta2 · v + (1 - beta2) · grad²
    delta = -lr · m / (√v + eps)

    Kingma & Ba (2015) compare it with Adam in section 6.4. It is Adam with a clock that has been
    running for ever, and its first step is lr (1 - beta1) / √(1 - beta2), whatever the gradient.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in [0, 1).
        eps: added to the root, at least 0, in units of the gradient.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([3.0, -0.1]), init(param), param, lr=0.1)[0]
        tensor([-0.3162,  0.3162])
    """
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad.square()
    return -lr * m / (v.sqrt() + eps), State(state.t + 1, m, v)

"""Adadelta: step sizes from the steps made so far, in the units of the parameter.

Book: optimizers/adaptive
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `v`, `d`: running means of grad² and of step²,
    like param.
    """

    t: Tensor
    v: Tensor
    d: Tensor


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
    lr: float = 1.0,
    decay: float = 0.9,
    eps: float = 1e-6,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Adadelta.

    v ← decay · v + (1 - decay) · grad²
    change = -√(d + eps) / √(v + eps) · grad
    d ← decay · d + (1 - decay) · change²
    delta = lr · change

    Zeiler (2012), algorithm 1. The paper has no learning rate: `lr` is torch.optim.Adadelta's,
    1 by default. Here, and only here, `eps` stands inside the root: it sets the first step.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: factor of the whole step, greater than 0.
        decay: what both memories keep in a step, in [0, 1); torch's and the paper's rho.
        eps: added under both roots, greater than 0.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([30.0, -0.1]), init(param), param)[0]
        tensor([-0.0032,  0.0032])
    """
    v = decay * state.v + (1 - decay) * grad.square()
    change = -(state.d + eps).sqrt() / (v + eps).sqrt() * grad
    d = decay * state.d + (1 - decay) * change.square()
    return lr * change, State(state.t + 1, v, d)

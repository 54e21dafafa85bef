"""AdaMax: Adam that remembers the largest gradient instead of the mean square.

Book: optimizers/adam_relatives
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `m`: running mean of grad; `n`: decaying maximum of
    |grad|; both like param.
    """

    t: Tensor
    m: Tensor
    n: Tensor


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
    lr: float = 2e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of AdaMax.

    m ← beta1 · m + (1 - beta1) · grad
    n ← max(beta2 · n, |grad| + eps)
    delta = -lr · m̂ / n    with m̂ = m / (1 - beta1ᵗ)

    Kingma & Ba (2015), algorithm 2, in torch.optim.Adamax's form: the paper has no `eps` and
    divides zero by zero where every gradient so far was zero. A maximum needs no correction.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0: about the largest change of an entry in one step.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the maximum keeps in a step, in [0, 1).
        eps: added to |grad|, at least 0, in units of the gradient.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([3.0, -0.001]), init(param), param, lr=0.1)[0]
        tensor([-0.1000,  0.1000])
    """
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    n = torch.maximum(beta2 * state.n, grad.abs() + eps)
    m_hat = m / (1 - beta1**t)
    return -lr * m_hat / n, State(t, m, n)

"""NAdam: Adam that looks ahead, as Nesterov's momentum does.

Book: optimizers/adam_relatives
"""

from typing import NamedTuple

import torch
from torch import Tensor


class State(NamedTuple):
    """`t`: updates made, `product`: of all momenta so far, both 0-d float64; `m`, `v`: running
    means of grad and grad², like param.
    """

    t: Tensor
    product: Tensor
    m: Tensor
    v: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: both memories empty.

    Args:
        param: the parameter, any shape.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    return State(t, torch.ones_like(t), torch.zeros_like(param), torch.zeros_like(param))


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 2e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    momentum_decay: float = 4e-3,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of NAdam.

    momentumₜ = beta1 · (1 - ½ · 0.96^(t · momentum_decay)),  productₜ = momentum₁ ⋯ momentumₜ
    m ← beta1 · m + (1 - beta1) · grad
    v ← beta2 · v + (1 - beta2) · grad²
    ahead = momentumₜ₊₁ · m / (1 - productₜ₊₁) + (1 - momentumₜ) · grad / (1 - productₜ)
    delta = -lr · ahead / (√v̂ + eps)    with v̂ = v / (1 - beta2ᵗ)

    Dozat (2016), algorithm 8, with the momentum that warms up from beta1 / 2 to beta1; it is
    torch.optim.NAdam, which keeps the product in float32 unless torch's default dtype is float64:
    its steps then differ from these by about 1e-8 of their length.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in [0, 1).
        eps: added to the root, at least 0, in units of the gradient.
        momentum_decay: how fast the momentum warms up, at least 0; the paper's ψ.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> update(torch.tensor([3.0, -0.001]), init(param), param, lr=0.1)[0]
        tensor([-0.1056,  0.1056])
    """
    t = state.t + 1
    now = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    following = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    product = state.product * now
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad.square()
    ahead = following / (1 - product * following) * m + (1 - now) / (1 - product) * grad
    v_hat = v / (1 - beta2**t)
    return -lr * ahead / (v_hat.sqrt() + eps), State(t, product, m, v)

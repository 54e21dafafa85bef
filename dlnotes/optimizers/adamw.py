"""AdamW: Adam, and a weight decay that the memories never see.

Book: optimizers/adamw
"""

from torch import Tensor

from dlnotes.optimizers.adam import State, init

__all__ = ["State", "init", "update"]


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of AdamW.

    m ← beta1 · m + (1 - beta1) · grad
    v ← beta2 · v + (1 - beta2) · grad²
    delta = -lr · m̂ / (√v̂ + eps) - lr · weight_decay · param
        with m̂ = m / (1 - beta1ᵗ), v̂ = v / (1 - beta2ᵗ)

    Loshchilov & Hutter (2019), algorithm 2, in the form of torch.optim.AdamW, where the decay
    is multiplied by the learning rate (the paper: by the schedule alone). An L2 penalty would add
    weight_decay · param to `grad` instead and then be divided by the root as well.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter, any shape.
        lr: learning rate, greater than 0.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in [0, 1).
        eps: added to the root, at least 0, in units of the gradient.
        weight_decay: the fraction of `param` that goes in a step of `lr` 1, at least 0.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> import torch
        >>> param = torch.tensor([2.0, 2.0])
        >>> grad = torch.tensor([0.0, 100.0])
        >>> update(grad, init(param), param, lr=0.1, weight_decay=0.5)[0]
        tensor([-0.1000, -0.2000])
    """
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad.square()
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    delta = -lr * m_hat / (v_hat.sqrt() + eps)
    return delta - lr * weight_decay * param, State(t, m, v)

"""AdaBound: Adam whose step sizes are squeezed between two bounds that close on SGD's.

Book: optimizers/adam_relatives
"""

import torch
from torch import Tensor

from dlnotes.optimizers.adam import State, init

__all__ = ["State", "init", "update"]
ranges = {"final_lr": "greater than 0"}


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-3,
    final_lr: float = 0.1,
    beta1: float = 0.9,
    beta2: float = 0.999,
    gamma: float = 1e-3,
    eps: float = 1e-8,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of AdaBound.

    m ← beta1 · m + (1 - beta1) · grad
    v ← beta2 · v + (1 - beta2) · grad²
    size = lr · √(1 - beta2ᵗ) / (1 - beta1ᵗ) / (√v + eps)
    low = final_lr · (1 - 1 / (gamma · t + 1)),  high = final_lr · (1 + 1 / (gamma · t))
    delta = -min(max(size, low), high) · m

    Luo et al. (2019), algorithm 2, in the authors' code's form: with a bias correction that the
    paper leaves out, without its 1/√t. `eps` comes before the correction, not after it as in
    `adam`. Their code also scales `final_lr` along when a schedule lowers `lr`; here both are
    yours to pass.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate of the first steps, those of Adam, greater than 0.
        final_lr: learning rate of the last steps, those of SGD with momentum, greater than 0.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in [0, 1).
        gamma: how fast the bounds close, greater than 0: they are near after 1 / gamma steps.
        eps: added to the root, at least 0, in units of the gradient.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.tensor([1.0, 1.0])
        >>> grad = torch.tensor([3.0, 1.0])
        >>> update(grad, init(param), param, lr=0.1, final_lr=0.1, gamma=1e9)[0]
        tensor([-0.0300, -0.0100])
    """
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad.square()
    size = lr * (1 - beta2**t).sqrt() / (1 - beta1**t) / (v.sqrt() + eps)
    low = final_lr * (1 - 1 / (gamma * t + 1))
    high = final_lr * (1 + 1 / (gamma * t))
    return -torch.minimum(torch.maximum(size, low), high) * m, State(t, m, v)

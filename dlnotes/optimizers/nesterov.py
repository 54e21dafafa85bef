"""Nesterov's accelerated gradient: momentum that asks for the gradient where it is heading.

Book: optimizers/momentum
"""

from torch import Tensor

from dlnotes.optimizers.momentum import State, init

__all__ = ["State", "init", "update"]


def update(
    grad: Tensor, state: State, param: Tensor, *, lr: float, momentum: float = 0.9
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Nesterov's accelerated gradient.

    velocity ← momentum · velocity + grad
    delta = -lr · (grad + momentum · velocity)

    Nesterov (1983) in torch.optim.SGD's form (`nesterov=True`): `param` is the look-ahead point
    itself, so the gradient is asked for where the parameter is stored. Sutskever et al. (2013),
    equations 3 and 4, store the point behind it; a change of variable leads from one to the other.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter; not used by this rule.
        lr: learning rate, greater than 0.
        momentum: the part of the velocity that survives a step, in [0, 1).

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> import torch
        >>> param = torch.tensor([1.0])
        >>> update(torch.tensor([1.0]), init(param), param, lr=0.1, momentum=0.5)[0]
        tensor([-0.1500])
    """
    velocity = momentum * state.velocity + grad
    return -lr * (grad + momentum * velocity), State(state.t + 1, velocity)

"""A rule fed a list of gradients, step by step, to see what it makes of them.

No loss and no net: the gradients are given beforehand, whatever the rule does.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import filled
from dlnotes.core.hyperparameters import torchs
from dlnotes.core.protocols import Rule

Number = float | Tensor | Callable[[int], float]


class Replay(NamedTuple):
    """What a rule made of T gradients.

    Attributes:
        deltas: the changes, shape `(T, ...)`.
        path: the parameter before the first and after every change, shape `(T + 1, ...)`.
        states: of the rule, after every change, T of them.
    """

    deltas: Tensor
    path: Tensor
    states: list[Any]


def replay(
    rule: Rule | Callable[..., tuple],
    grads: Tensor | Sequence[float],
    *,
    start: Tensor | float = 0.0,
    state: Any = None,
    **hyper: Number,
) -> Replay:
    """Feeds gradients to a rule, in float64.

    Args:
        rule: a module with `init` and `update`; or an update alone, as the book writes it from
            scratch, which needs its first `state`.
        grads: one gradient a step, shape `(T, ...)`.
        start: the first parameter, broadcast to a gradient. Only rules with weight decay look at
            it.
        state: to begin with; `None` begins with the rule's `init`.
        **hyper: of the rule; numbers, tensors that broadcast, or functions of the 0-based step.

    Example:
        >>> from dlnotes.optimizers import adagrad
        >>> replay(adagrad, [3.0, 4.0], lr=0.5).deltas
        tensor([-0.5000, -0.4000], dtype=torch.float64)
    """
    grads = torch.as_tensor(filled("grads", grads), dtype=torch.float64)
    param = torch.as_tensor(start, dtype=torch.float64, device=grads.device).expand_as(grads[0])
    state = rule.init(param) if state is None else state
    update = getattr(rule, "update", rule)
    deltas, path, states = [], [param], []
    for step, grad in enumerate(grads):
        now = {name: torchs(x(step) if callable(x) else x) for name, x in hyper.items()}
        delta, state = update(grad, state, param, **now)
        param = param + delta
        deltas.append(delta)
        path.append(param)
        states.append(state)
    return Replay(torch.stack(deltas), torch.stack(path), states)


def torch_path(
    optimizer: type[torch.optim.Optimizer],
    grads: Tensor | Sequence[float],
    *,
    start: Tensor | float = 0.0,
    **settings: Any,
) -> Tensor:
    """Where an optimizer of torch walks on given gradients, in float64; to compare with `path`.

    Args:
        optimizer: such as `torch.optim.Adam`.
        grads: one gradient a step, shape `(T, ...)`.
        start: the first parameter, broadcast to a gradient.
        **settings: of the optimizer.

    Returns:
        Shape `(T + 1, ...)`.

    Example:
        >>> torch_path(torch.optim.SGD, [1.0, 2.0], lr=0.5)
        tensor([ 0.0000, -0.5000, -1.5000], dtype=torch.float64)
    """
    grads = torch.as_tensor(filled("grads", grads), dtype=torch.float64)
    param = torch.as_tensor(start, dtype=torch.float64).expand_as(grads[0]).clone()
    optimizer, path = optimizer([param], **settings), [param.clone()]
    for param.grad in grads:
        optimizer.step()
        path.append(param.clone())
    return torch.stack(path)

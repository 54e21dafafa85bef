"""Adafactor: the memory of size kept as one number a row and one a column.

Book: optimizers/adam_relatives
"""

from typing import NamedTuple

import torch
from torch import Tensor

elementwise = False
ranges = {"beta2_decay": "at most 0", "d": "at least 1"}


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `rows`, `columns`: running means of grad² along the last
    two dimensions, `(..., N, 1)` and `(..., 1, M)`.

    A parameter of fewer than two dimensions has nothing to factor: `rows` is its running mean of
    grad², entry by entry, and `columns` is a single 1.
    """

    t: Tensor
    rows: Tensor
    columns: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: nothing seen.

    Args:
        param: the parameter, any shape; N + M numbers are kept of an N × M matrix.
    """
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    if param.ndim < 2:
        return State(t, torch.zeros_like(param), torch.ones_like(param.sum()))
    return State(t, torch.zeros_like(param[..., :1]), torch.zeros_like(param[..., :1, :]))


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-2,
    beta2_decay: float = -0.8,
    eps1: float | None = None,
    eps2: float = 1e-3,
    d: float = 1.0,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Adafactor.

    keep = 1 - t^beta2_decay
    rows ← keep · rows + (1 - keep) · mean of grad² over each row;  columns alike
    v = rows · columns / mean(rows)
    u = grad / √v
    delta = -size · u / max(1, RMS(u) / d)    with size = min(lr, 1/√t) · max(eps2, RMS(param))

    Shazeer & Stern (2018), algorithms 4 and 5, in torch.optim.Adafactor's form: there `eps1`
    bounds mean(rows), and its square bounds v, from below, where the paper adds it to grad². No
    memory of direction. Means are over the whole parameter: never stack parameters into one.

    Args:
        grad: gradient of the loss at `param`, same shape.
        state: from `init` or the last update.
        param: the parameter, any shape.
        lr: largest relative step, greater than 0; 1/√t takes over after 1 / lr² steps.
        beta2_decay: how the memory grows longer, at most 0: it keeps 1 - t^beta2_decay.
        eps1: lower bound of the root, in units of the gradient; `None` is the dtype's epsilon.
        eps2: the smallest RMS of `param` that counts, so that a parameter at 0 can leave it.
        d: the largest RMS of a step before it is scaled by `size`, at least 1.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.ones(2, 2)
        >>> update(torch.tensor([[3.0, -3.0], [0.1, 0.1]]), init(param), param, lr=0.1)[0]
        tensor([[-0.1000,  0.1000],
                [-0.1000, -0.1000]])
    """
    t = state.t + 1
    eps1 = torch.finfo(param.dtype).eps if eps1 is None else eps1
    rows, columns = _remembered(grad.square(), state, 1 - t**beta2_decay)
    v = rows if param.ndim < 2 else rows * columns / rows.mean(-2, keepdim=True).clamp(min=eps1)
    u = grad / v.clamp(min=eps1**2).sqrt()
    size = torch.clamp(1 / t.sqrt(), max=lr) * _rms(param).clamp(min=eps2)
    return -size * u / (_rms(u) / d).clamp(min=1), State(t, rows, columns)


def _remembered(squares: Tensor, state: State, keep: Tensor) -> tuple[Tensor, Tensor]:
    if squares.ndim < 2:
        return keep * state.rows + (1 - keep) * squares, state.columns
    rows = keep * state.rows + (1 - keep) * squares.mean(-1, keepdim=True)
    columns = keep * state.columns + (1 - keep) * squares.mean(-2, keepdim=True)
    return rows, columns


def _rms(x: Tensor) -> Tensor:
    """Root of the mean square of all entries, 0-d."""
    return x.square().mean().sqrt()

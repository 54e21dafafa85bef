"""Muon: momentum whose step is made orthogonal, so that every direction moves equally far.

Book: optimizers/matrix_curvature
"""

from typing import NamedTuple

import torch
from torch import Tensor

elementwise = False
ranges = {"ns_steps": "whole and at least 0"}
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


class State(NamedTuple):
    """`t`: updates made, 0-d float64; `m`: running mean of grad, shaped like param."""

    t: Tensor
    m: Tensor


def init(param: Tensor) -> State:
    """The state before the first update: at rest.

    Args:
        param: a matrix, shape `(N, M)`.

    Raises:
        ValueError: for any other shape.
    """
    if param.ndim != 2:
        raise ValueError(
            f"`param` of muon must be a matrix, got shape {tuple(param.shape)}; "
            "give biases, scales and embeddings another rule, such as adamw."
        )
    t = torch.zeros((), dtype=torch.float64, device=param.device)
    return State(t, torch.zeros_like(param))


def update(
    grad: Tensor,
    state: State,
    param: Tensor,
    *,
    lr: float = 1e-3,
    momentum: float = 0.95,
    eps: float = 1e-7,
    ns_steps: int = 5,
) -> tuple[Tensor, State]:
    """The change of `param` in one step of Muon.

    m ← momentum · m + (1 - momentum) · grad
    ahead = momentum · m + (1 - momentum) · grad
    delta = -lr · √max(1, N / M) · orthogonal(ahead)

    Jordan et al. (2024) in torch.optim.Muon's form, without its cast to bfloat16, which
    leaves torch's steps about two significant digits. Weight decay is a wrapper:
    `regularization.weight_decay.decoupled(muon)` is torch's.

    Args:
        grad: gradient of the loss at `param`, shape `(N, M)`.
        state: from `init` or the last update.
        param: the parameter; only its shape is used.
        lr: learning rate, greater than 0: about the largest singular value of a step.
        momentum: what the memory of direction keeps in a step, in [0, 1).
        eps: the smallest norm that `ahead` is divided by, greater than 0.
        ns_steps: Newton-Schulz steps, a whole number of at least 0.

    Returns:
        The change to add to `param`, and the next state.

    Example:
        >>> param = torch.zeros(2, 2)
        >>> grad = torch.tensor([[100.0, 0.0], [0.0, 1.0]])
        >>> update(grad, init(param), param, lr=1.0)[0].diag()
        tensor([-0.6965, -0.6989])
    """
    m = momentum * state.m + (1 - momentum) * grad
    ahead = momentum * m + (1 - momentum) * grad
    stretch = max(1, param.shape[-2] / param.shape[-1]) ** 0.5
    delta = -lr * stretch * orthogonal(ahead, eps=eps, ns_steps=ns_steps)
    return delta, State(state.t + 1, m)


def orthogonal(matrix: Tensor, *, eps: float = 1e-7, ns_steps: int = 5) -> Tensor:
    """A matrix with the same singular vectors and singular values near 1.

    X ← matrix / ‖matrix‖, then ns_steps times:  X ← a X + b (X Xᵀ) X + c (X Xᵀ)² X

    The coefficients of Jordan et al. (2024) trade exactness for speed: five steps bring every
    singular value above 0.002 of the norm into [0.68, 1.21].

    Args:
        matrix: shape `(N, M)`.
        eps: the smallest norm to divide by, greater than 0.
        ns_steps: how many steps, a whole number of at least 0.

    Example:
        >>> orthogonal(torch.tensor([[0.0, 3.0]]))
        tensor([[0.0000, 0.6964]])
    """
    X = matrix / matrix.norm().clamp(min=eps)
    X = X.mT if matrix.shape[-2] > matrix.shape[-1] else X
    for _ in range(ns_steps):
        X = newton_schulz(X)
    return X.mT if matrix.shape[-2] > matrix.shape[-1] else X


def newton_schulz(X: Tensor) -> Tensor:
    """One round: every singular value s becomes a s + b s³ + c s⁵, its vectors stay.

    A small one grows by the factor a = 3.4445 a round, so by 485 in five: what lies below 1/485,
    about 0.002, has not come up to 1 by then.

    Args:
        X: no more rows than columns, singular values from 0 to 1.
    """
    a, b, c = COEFFICIENTS
    gram = X @ X.mT
    return a * X + (b * gram + c * gram @ gram) @ X

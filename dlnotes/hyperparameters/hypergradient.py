"""The gradient of a validation loss with respect to a hyperparameter.

Through the optimum, by implicit differentiation; or through the steps of a training, by autograd,
as Maclaurin, Duvenaud and Adams (2015) do for whole nets.

Book: hyperparameters/what_they_are
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole


class Split(NamedTuple):
    """Data to learn weights from, and data to judge them.

    Attributes:
        X: features to learn from, `(N, D)`, float64.
        y: their targets, `(N,)`.
        X_val: features to judge by, `(M, D)`.
        y_val: their targets, `(M,)`.
    """

    X: Tensor
    y: Tensor
    X_val: Tensor
    y_val: Tensor


def squared_loss(w: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """‖X w - y‖² / (2 N)."""
    return (X @ w - y).square().mean() / 2


def ridge_hypergradient(data: Split, strength: float) -> tuple[float, float]:
    """Validation loss of ridge regression, and its derivative with respect to the strength.

    (H + α I) w = Xᵀy / N  gives  dw/dα = -(H + α I)⁻¹ w,  and the chain rule the rest

    Args:
        data: both parts.
        strength: α, greater than 0.

    Example:
        >>> one = torch.tensor([1.0], dtype=torch.float64)
        >>> loss, slope = ridge_hypergradient(Split(one[None], one, one[None], 0.8 * one), 0.25)
        >>> round(loss, 12), abs(round(slope, 12))
        (0.0, 0.0)
    """
    positive("strength", strength)
    N, D = data.X.shape
    A = data.X.T @ data.X / N + strength * torch.eye(D, dtype=data.X.dtype)
    w = torch.linalg.solve(A, data.X.T @ data.y / N)
    turn = -torch.linalg.solve(A, w)
    miss = data.X_val @ w - data.y_val
    slope = data.X_val.T @ miss / len(miss) @ turn
    return squared_loss(w, data.X_val, data.y_val).item(), slope.item()


def unrolled(
    data: Split, strength: float, lr: float, steps: int, *, judged: bool = True
) -> tuple[float, float, float]:
    """Loss after so many steps of gradient descent from 0, and its slopes along α and η.

    Args:
        data: both parts.
        strength: α, at least 0.
        lr: η, greater than 0.
        steps: T of them.
        judged: by the validation part; else by the part that is learned from.

    Returns:
        loss, d loss / dα, d loss / dη.
    """
    positive("lr", lr)
    alpha, eta = (torch.tensor(v, dtype=data.X.dtype, requires_grad=True) for v in (strength, lr))
    w = torch.zeros(data.X.shape[1], dtype=data.X.dtype)
    for _ in range(whole("steps", steps)):
        w = w - eta * (data.X.T @ (data.X @ w - data.y) / len(data.y) + alpha * w)
    loss = squared_loss(w, *((data.X_val, data.y_val) if judged else (data.X, data.y)))
    return loss.item(), *(slope.item() for slope in torch.autograd.grad(loss, (alpha, eta)))


def descend(
    slope: Callable[[float], float], start: float, *, steps: int = 200, rate: float = 1.0
) -> list[float]:
    """Gradient descent on the logarithm of a positive hyperparameter.

    ln α ← ln α - rate · α · d loss / dα, no step longer than ln 2: the hyperparameter at most
    doubles or halves.

    Args:
        slope: d loss / dα at an α.
        start: the first α, greater than 0.
        steps: how many.
        rate: of the descent.

    Returns:
        `steps` + 1 values, the first is `start`.

    Example:
        >>> round(descend(lambda a: a - 0.5, 4.0, steps=100)[-1], 6)
        0.5
    """
    value = torch.tensor(positive("start", start), dtype=torch.float64)
    way = [value.item()]
    for _ in range(whole("steps", steps)):
        step = torch.tensor(-rate * way[-1] * slope(way[-1]), dtype=torch.float64)
        value = value * step.clamp(-0.6931471805599453, 0.6931471805599453).exp()
        way.append(value.item())
    return way

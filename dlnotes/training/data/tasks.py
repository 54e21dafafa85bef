"""Tasks: small synthetic data sets whose answer is known exactly."""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least, non_negative, whole
from dlnotes.core.seeds import seeded

ANSWER = (1.0, 1.0)


class LeastSquares(NamedTuple):
    """A linear regression with two weights and no intercept.

    Attributes:
        X: features, shape `(N, 2)`, float64.
        y: targets, shape `(N,)`, float64.
        minimum: the weights with the smallest loss, shape `(2,)`.
        hessian: second derivatives of the loss, the same everywhere, shape `(2, 2)`.
    """

    X: Tensor
    y: Tensor
    minimum: Tensor
    hessian: Tensor


def least_squares(
    examples: int = 1000, condition: float = 10.0, noise: float = 1.0, seed: int = 0
) -> LeastSquares:
    """A data set whose loss is a valley of exactly the shape asked for.

    The features are whitened and stretched, so that XᵀX / N = diag(1, condition) to rounding, as in
    `landscapes.ravine`. The noise in the targets is made orthogonal to the features, so that the
    minimum stays at (1, 1), and scaled to a mean square of exactly `noise`².

    Args:
        examples: N, at least 3.
        condition: ratio of the largest to the smallest curvature, at least 1.
        noise: standard deviation of the targets about the line, in units of y; 0 or more.
        seed: of the features and the noise.

    Example:
        >>> task = least_squares(examples=50, condition=4)
        >>> (task.X.T @ task.X / 50).abs().round(decimals=6)
        tensor([[1., 0.],
                [0., 4.]], dtype=torch.float64)
        >>> gradient(task.minimum, task.X, task.y).abs().max() < 1e-12
        tensor(True)
    """
    whole("examples", examples, least=3)
    at_least("condition", condition, 1)
    non_negative("noise", noise)
    source = seeded(seed)
    # three orthonormal columns: two carry the features, the third the noise
    raw = torch.randn(examples, 3, generator=source, dtype=torch.float64)
    columns, _ = torch.linalg.qr(raw)
    columns = columns * examples**0.5
    scales = torch.tensor([1.0, condition], dtype=torch.float64).sqrt()
    X, answer = columns[:, :2] * scales, torch.tensor(ANSWER, dtype=torch.float64)
    return LeastSquares(X, X @ answer + noise * columns[:, 2], answer, torch.diag(scales**2))


def loss(param: Tensor, X: Tensor, y: Tensor, mask: Tensor | None = None) -> Tensor:
    """Half the mean squared error, in units of y².

    Args:
        param: weights, shape `(..., D)`; leading dimensions are runs or the points of a grid.
        X: features, shape `(..., B, D)`: the whole data set, or the rows of a batch.
        y: targets, shape `(..., B)`.
        mask: 1 for an example that counts and 0 for one that does not, shape `(..., B)`.
            Without it every example counts.

    Returns:
        Shape `(...)`.

    Example:
        >>> X, y = torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 0.0])
        >>> loss(torch.tensor([1.0]), X, y), loss(torch.tensor([1.0]), X, y, torch.tensor([0, 1.0]))
        (tensor(1.), tensor(2.))
    """
    return _mean(_residuals(param, X, y) ** 2, mask) / 2


def gradient(param: Tensor, X: Tensor, y: Tensor, mask: Tensor | None = None) -> Tensor:
    """Gradient of `loss`: the mean over the examples of (x · param - y) x.

    Args:
        param: weights, shape `(..., D)`.
        X: features, shape `(..., B, D)`.
        y: targets, shape `(..., B)`.
        mask: as in `loss`.

    Returns:
        Shape `(..., D)`.

    Example:
        >>> X, y = torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 0.0])
        >>> gradient(torch.tensor([1.0]), X, y)
        tensor([2.])
    """
    slopes = _residuals(param, X, y).unsqueeze(-1) * X
    return _mean(slopes.transpose(-1, -2), None if mask is None else mask.unsqueeze(-2))


def _residuals(param: Tensor, X: Tensor, y: Tensor) -> Tensor:
    return (X * param.unsqueeze(-2)).sum(-1) - y


def _mean(values: Tensor, mask: Tensor | None) -> Tensor:
    return values.mean(-1) if mask is None else (values * mask).sum(-1) / mask.sum(-1)

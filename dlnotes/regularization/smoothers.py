"""Fits that are a matrix times the targets: what a penalty does to them, in closed form.

Book: regularization/the_gap
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, whole


def ridge_matrix(
    X: Tensor, strength: float = 0.0, *, at: Tensor | None = None, free: int = 1
) -> Tensor:
    """The matrix S for which S · y is the ridge regression of y on X.

    c = argmin 1/N · ‖X c - y‖² + strength · Σ c², the first `free` coefficients left out

    Hoerl & Kennard (1970). Solved by least squares with a row √(N · strength) for each coefficient
    that is penalized, so that the condition number of X is not squared.

    Args:
        X: features, shape `(N, D)`; with strength 0 of rank D, else the shortest c is taken.
        strength: α, at least 0, in units of y² per c².
        at: features of the places to predict, shape `(M, D)`; `None` takes X.
        free: so many coefficients, the first ones, cost nothing, such as an intercept; 0 to D.

    Returns:
        Shape `(M, N)`.

    Example:
        >>> mean = ridge_matrix(torch.ones(4, 1, dtype=torch.float64))
        >>> mean[0]
        tensor([0.2500, 0.2500, 0.2500, 0.2500], dtype=torch.float64)
    """
    count, width = X.shape
    strength = non_negative("strength", strength)
    whole("free", free, least=0, most=width)
    paid = (torch.arange(width) >= free).to(X.dtype)
    rows = torch.cat([X, (count * strength * paid).sqrt().diag()])
    solved = torch.linalg.pinv(rows)[:, :count]
    return (X if at is None else at) @ solved


def degrees_of_freedom(S: Tensor) -> Tensor:
    """The trace: how many parameters' worth of noise a fit follows, from 0 to N.

    Least squares on D independent features has D. Efron (2004).

    Args:
        S: shape `(..., N, N)`.

    Example:
        >>> degrees_of_freedom(torch.full((4, 4), 0.25))
        tensor(1.)
    """
    return S.diagonal(dim1=-2, dim2=-1).sum(-1)


def expected_gap(S: Tensor, noise: float) -> Tensor:
    """New noise at the same places: by how much its mean squared error lies above the training one.

    2 · noise² · trace(S) / N

    Efron (2004): a covariance penalty. An expectation over both noises.

    Args:
        S: shape `(..., N, N)`.
        noise: standard deviation of the targets, 0 or more.

    Example:
        >>> expected_gap(torch.full((4, 4), 0.25), noise=1.0)
        tensor(0.5000)
    """
    return 2 * non_negative("noise", noise) ** 2 * degrees_of_freedom(S) / S.shape[-1]


class Parts(NamedTuple):
    """The expected squared error on new data, taken apart: the three add up to it.

    Attributes:
        bias: mean squared distance of the mean fit from the truth.
        variance: mean variance of the fit over the noise of the training set.
        noise: variance of a new target.
    """

    bias: Tensor
    variance: Tensor
    noise: Tensor


def parts(S: Tensor, truth: Tensor, truth_there: Tensor, noise: float) -> Parts:
    """Bias, variance and noise of a fit, means over the places it is asked for.

    Geman, Bienenstock & Doursat (1992), for a fit S · y.

    Args:
        S: shape `(..., M, N)`.
        truth: targets without noise where it learns, shape `(N,)`.
        truth_there: the same where it is asked, shape `(M,)`.
        noise: standard deviation of the targets, 0 or more.

    Example:
        >>> S = torch.full((1, 4), 0.25)  # predicts 0 from the mean of the four
        >>> parts(S, torch.zeros(4), torch.ones(1), noise=1.0)
        Parts(bias=tensor(1.), variance=tensor(0.2500), noise=tensor(1.))
    """
    square = torch.tensor(non_negative("noise", noise) ** 2, dtype=S.dtype)
    bias = (S @ truth - truth_there).square().mean(-1)
    return Parts(bias, square * S.square().sum(-1).mean(-1), square)

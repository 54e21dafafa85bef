"""A hidden layer drawn at random and left; only the weights behind it are fitted, by least squares.

With more features than examples many weights fit exactly, and the shortest are taken: those that
gradient descent reaches from 0, and those that ridge regression tends to as its penalty goes to 0.
Everything lives where its arguments do.

Book: regularization/double_descent
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, one_of, positive, whole
from dlnotes.core.seeds import seeded

ACTIVATIONS = {"relu": torch.relu, "cos": torch.cos}


class Layer(NamedTuple):
    """A layer that is not trained.

    Attributes:
        weight: shape `(D, inputs)`.
        bias: shape `(D,)`.
        activation: a name in `ACTIVATIONS`.
    """

    weight: Tensor
    bias: Tensor
    activation: str = "relu"

    def first(self, width: int) -> "Layer":
        """Its first units alone: a wider layer keeps all that a narrower one has."""
        return Layer(self.weight[:width], self.bias[:width], self.activation)

    def __call__(self, inputs: Tensor) -> Tensor:
        """The features of every example: inputs `(N, inputs)`, result `(N, D)`."""
        return ACTIVATIONS[self.activation](inputs @ self.weight.T + self.bias)


def random_layer(
    width: int,
    inputs: int,
    *,
    scale: float = 1.0,
    activation: str = "relu",
    seed: int = 0,
    dtype: torch.dtype = torch.float64,
    device: str | torch.device | None = None,
) -> Layer:
    """A layer with normal weights.

    Rahimi & Recht (2007) for cosines, whose biases are uniform over a turn; those of relu are 0.

    Args:
        width: D, how many units.
        inputs: how many numbers an example has.
        scale: standard deviation of the weights, greater than 0; for relu divided by √inputs.
        activation: `"relu"` or `"cos"`.
        seed: of weights and biases.
        dtype: of both.
        device: where they live; `None` is the CPU. The numbers are the same everywhere.

    Example:
        >>> layer = random_layer(5, 2)
        >>> layer(torch.zeros(3, 2, dtype=torch.float64)).shape, layer.first(4).weight.shape
        (torch.Size([3, 5]), torch.Size([4, 2]))
    """
    whole("width", width)
    whole("inputs", inputs)
    one_of("activation", activation, ACTIVATIONS)
    source, spread = seeded(seed), positive("scale", scale)
    weight = spread * torch.randn(width, inputs, generator=source, dtype=torch.float64)
    if activation == "relu":
        weight, bias = weight / inputs**0.5, torch.zeros(width, dtype=torch.float64)
    else:
        bias = 2 * torch.pi * torch.rand(width, generator=source, dtype=torch.float64)
    there = {"dtype": dtype, "device": device}
    return Layer(weight.to(**there), bias.to(**there), activation)


def shortest(X: Tensor, y: Tensor, strength: float = 0.0) -> Tensor:
    """The weights with the smallest mean of (X w - y)² + strength · ‖w‖²; of several the shortest.

    w = Σ v_k · s_k / (s_k² + N · strength) · (u_k · y)

    over the singular values s_k of X that are not 0: 1 / s_k without a penalty, the
    pseudo-inverse, and at most 1 / (2 √(N · strength)) with one.

    Args:
        X: features, shape `(N, D)`.
        y: targets, shape `(N,)` or `(N, C)`.
        strength: α, at least 0.

    Returns:
        Shape `(D,)` or `(D, C)`.

    Example:
        >>> X = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.1, 0.7]], dtype=torch.float64)
        >>> shortest(X, torch.tensor([1.0, 1.2], dtype=torch.float64))
        tensor([1.0000, 0.0400, 0.2800], dtype=torch.float64)
    """
    return path(X, y, [strength])[0]


def path(X: Tensor, y: Tensor, strengths: Sequence[float]) -> Tensor:
    """`shortest` for many strengths from one decomposition, shape `(strengths, D)` or with C.

    Example:
        >>> X, y = torch.eye(2), torch.tensor([4.0, 2.0])
        >>> path(X, y, [0.0, 0.5])
        tensor([[4., 2.],
                [2., 1.]])
    """
    if len(X) != len(y):
        raise ValueError(f"`y` must have one target for each of {len(X)} rows, got {len(y)}.")
    U, s, Vt = torch.linalg.svd(X, full_matrices=False)
    real = s > max(X.shape) * torch.finfo(s.dtype).eps * s.max()
    pull = U.T @ y.reshape(len(y), -1)
    found = []
    for strength in strengths:
        below = s.square() + len(X) * non_negative("strength", strength)
        share = torch.where(real, s / torch.where(real, below, 1.0), 0.0)
        found.append((Vt.T @ (share[:, None] * pull)).reshape(-1, *y.shape[1:]))
    return torch.stack(found)


def descended(
    X: Tensor, y: Tensor, *, start: Tensor | None = None, lr: float | None = None, steps: int
) -> Tensor:
    """Where gradient descent on the mean of (X w - y)² / 2 is after so many steps.

    Every step adds rows of X. So from 0 it stays among their sums, in which one solution lies, the
    shortest; what of `start` is perpendicular to all rows is still there at the end.

    Args:
        X: features, shape `(N, D)`.
        y: targets, shape `(N,)` or `(N, C)`.
        start: the first weights; `None` is 0.
        lr: learning rate, greater than 0; `None` takes one over the largest curvature.
        steps: how many, at least 1.

    Example:
        >>> X, y = torch.tensor([[1.0, 1.0]]), torch.tensor([2.0])
        >>> descended(X, y, steps=50), descended(X, y, start=torch.tensor([1.0, 0.0]), steps=50)
        (tensor([1., 1.]), tensor([1.5000, 0.5000]))
    """
    curvature = torch.linalg.matrix_norm(X, 2).square() / len(X)
    rate = 1 / curvature if lr is None else positive("lr", lr)
    w = X.new_zeros(X.shape[1], *y.shape[1:]) if start is None else start
    for _ in range(whole("steps", steps)):
        w = w - rate * X.T @ (X @ w - y) / len(X)
    return w


def noise_in_weights(X: Tensor, strength: float = 0.0) -> Tensor:
    """How long noise in the targets makes the weights: E ‖w‖² for noise of variance 1 and no truth.

    Σ (s_k / (s_k² + N · strength))²

    Args:
        X: features, shape `(N, D)`.
        strength: α, at least 0.

    Example:
        >>> noise_in_weights(torch.tensor([[1.0, 0.0], [0.0, 0.5]])).item()
        5.0
    """
    return shortest(X, torch.eye(len(X), dtype=X.dtype, device=X.device), strength).square().sum()

"""Losses: how wrong the outputs are, a mean over the examples that count.

Every function takes `output`, `y` and `weight` `(B,)`: 1 for an example that counts, 0 for one
that does not (`None`: all count).
"""

import torch
from torch import Tensor

from dlnotes.training.nets.activations import softplus


def cross_entropy(output: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean of -log of the probability that softmax gives to the right class.

    loss = -log(exp(output_y) / Σ_c exp(output_c))

    Args:
        output: scores, shape `(B, C)`.
        y: classes 0 … C - 1, shape `(B,)`.
        weight: which examples count.

    Example:
        >>> cross_entropy(torch.zeros(3, 4), torch.tensor([0, 1, 3])).exp()
        tensor(4.)
    """
    _one_each(output, y)
    log_p = log_softmax(output)
    right = y.unsqueeze(-1) == torch.arange(output.shape[-1], device=output.device)
    return _mean(-torch.where(right, log_p, 0.0).sum(-1), weight)


def log_softmax(output: Tensor) -> Tensor:
    """output - log Σ exp(output) over the last dimension, without overflow.

    Example:
        >>> log_softmax(torch.tensor([1000.0, 1000.0])).exp()
        tensor([0.5000, 0.5000])
    """
    shifted = output - output.amax(-1, keepdim=True).detach()
    return shifted - shifted.exp().sum(-1, keepdim=True).log()


def logistic(output: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean of log(1 + exp(∓ output)): two classes, one score.

    Args:
        output: score of the positive class, shape `(B,)` or `(B, 1)`.
        y: positive for the positive class, 0 or negative for the other, shape as `output` or
            `(B,)`.
        weight: which examples count.
    """
    return _mean(softplus(-_margin(output, y)), weight)


def hinge(output: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean of max(0, 1 ∓ output): no loss beyond the margin.

    Args:
        output: score of the positive class, shape `(B,)` or `(B, 1)`.
        y: positive for the positive class, 0 or negative for the other, shape as `output` or
            `(B,)`.
        weight: which examples count.
    """
    short = 1 - _margin(output, y)
    return _mean(torch.where(short <= 0, 0.0, short), weight)


def mean_squared_error(output: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean of (output - y)², over examples and outputs.

    Args:
        output: shape `(B, C)` or `(B,)`.
        y: targets, same shape; `(B,)` will do where C is 1.
        weight: which examples count.

    Example:
        >>> mean_squared_error(torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 1.0]))
        tensor(2.)
    """
    return _mean(_each((output - _like(y, output)).square()), weight)


def mean_absolute_error(output: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean of |output - y|, over examples and outputs. Arguments as in `mean_squared_error`."""
    return _mean(_each((output - _like(y, output)).abs()), weight)


def accuracy(output: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """The part of the examples that get the right class.

    Args:
        output: scores, shape `(B, C)`: the largest one wins. With C = 1, or shape `(B,)`: the
            sign decides.
        y: classes, shape `(B,)`; with one score, positive or not.
        weight: which examples count.
    """
    if output.ndim > 1 and output.shape[-1] > 1:
        _one_each(output, y)
        right = output.argmax(-1) == y
    else:
        right = _each((output > 0) == (_like(y, output) > 0))
    return _mean(right.to(output.dtype), weight)


def _mean(losses: Tensor, weight: Tensor | None) -> Tensor:
    """Mean over the examples that count, of losses `(B,)`."""
    if weight is None:
        return losses.mean(-1)
    weight = weight.to(losses.dtype)
    return (losses * weight).sum(-1) / weight.sum(-1)


def _each(values: Tensor) -> Tensor:
    """One number an example: the mean over its outputs."""
    return values if values.ndim < 2 else values.to(torch.result_type(values, 1.0)).mean(-1)


def _margin(output: Tensor, y: Tensor) -> Tensor:
    """The score for the right side, shape `(B,)`."""
    margin = torch.where(_like(y, output) > 0, output, -output)
    return margin if margin.ndim < 2 else margin.squeeze(-1)


def _like(y: Tensor, output: Tensor) -> Tensor:
    if y.shape == output.shape:
        return y
    if (*y.shape, 1) == tuple(output.shape):
        return y.unsqueeze(-1)
    raise ValueError(
        f"`y` must have the output's shape {tuple(output.shape)}, got {tuple(y.shape)}; "
        "reshape it, or end the net's sizes with the number of targets."
    )


def _one_each(output: Tensor, y: Tensor) -> None:
    if output.ndim != 2 or y.shape != output.shape[:1]:
        raise ValueError(
            f"`y` must hold one class for each row of scores (B, C), got y {tuple(y.shape)} "
            f"and output {tuple(output.shape)}."
        )


LOSSES = {
    "cross_entropy": cross_entropy,
    "logistic": logistic,
    "hinge": hinge,
    "mean_squared_error": mean_squared_error,
    "mean_absolute_error": mean_absolute_error,
}

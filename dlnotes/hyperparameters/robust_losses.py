"""Losses that listen less to what fits badly, or more: Huber and focal, and weights for classes.

Book: hyperparameters/hard_examples
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, positive
from dlnotes.training.nets.losses import log_softmax


def huber(error: Tensor, delta: float = 1.0) -> Tensor:
    """error² / 2 up to `delta`, from there on a straight line; `torch.nn.HuberLoss`.

    loss = error² / 2                        where |error| ≤ delta
           delta · (|error| - delta / 2)     beyond

    Huber (1964). Its slope is the error, clipped to ±`delta`.

    Args:
        error: prediction minus target, any shape.
        delta: where the line begins, greater than 0, in the unit of the error.

    Example:
        >>> huber(torch.tensor([0.5, 1.0, 3.0]))
        tensor([0.1250, 0.5000, 2.5000])
    """
    positive("delta", delta)
    size = error.abs()
    return torch.where(size <= delta, error.square() / 2, delta * (size - delta / 2))


def smooth_l1(error: Tensor, beta: float = 1.0) -> Tensor:
    """Huber's loss divided by its bend: slopes from -1 to 1; `torch.nn.SmoothL1Loss`.

    Girshick (2015), equations 2 and 3, with `beta` = 1: there it is Huber's loss itself.

    Example:
        >>> smooth_l1(torch.tensor([0.5, 1.0, 3.0]), beta=2.0)
        tensor([0.0625, 0.2500, 2.0000])
    """
    return huber(error, beta) / beta


def focal(output: Tensor, y: Tensor, gamma: float = 2.0) -> Tensor:
    """Cross-entropy of every example, weighted by how unsure the net is: -(1 - p)^γ ln p.

    Lin et al. (2017), equation 4, for several classes; γ = 0 is plain cross-entropy.

    Args:
        output: scores, shape `(…, C)`.
        y: classes, shape `(…)`.
        gamma: γ, at least 0.

    Returns:
        One loss an example, shape `(…)`.

    Example:
        >>> focal(torch.zeros(1, 2), torch.tensor([0]))  # p = 1/2
        tensor([0.1733])
    """
    non_negative("gamma", gamma)
    log_p = log_softmax(output).gather(-1, y.unsqueeze(-1)).squeeze(-1)
    return -((1 - log_p.exp()) ** gamma) * log_p


def class_weights(y: Tensor, classes: int) -> Tensor:
    """N / (C · N_c): with these weights every class has the same say.

    Args:
        y: classes 0 … C - 1, shape `(N,)`, every one at least once.
        classes: C.

    Example:
        >>> class_weights(torch.tensor([0, 0, 0, 1]), 2)
        tensor([0.6667, 2.0000])
    """
    counts = torch.bincount(y, minlength=classes)
    if not counts.all():
        raise ValueError(f"`y` must hold every class, got none of {int(counts.argmin())}.")
    return len(y) / (classes * counts)


def balanced_rows(y: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Rows drawn with replacement, every class equally often on average: a balanced sampler.

    Args:
        y: classes 0 … C - 1, shape `(N,)`.
        count: how many rows to draw.
        generator: of the random numbers, on the CPU.

    Example:
        >>> from dlnotes.core.seeds import seeded
        >>> y = torch.tensor([0] * 90 + [1] * 10)
        >>> 0.45 < y[balanced_rows(y, 1000, seeded(0))].double().mean() < 0.55
        tensor(True)
    """
    weights = class_weights(y, int(y.max()) + 1)[y]
    return torch.multinomial(weights, count, replacement=True, generator=generator)

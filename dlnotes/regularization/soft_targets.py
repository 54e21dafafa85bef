"""Targets that are not all or nothing: smoothed labels, mixed examples, and what they cost.

Book: regularization/soft_labels
"""

import math

import torch
from scipy.special import betaincinv
from torch import Generator, Tensor

from dlnotes.core.arguments import between, positive, whole
from dlnotes.training.nets.losses import log_softmax


def smoothed(
    y: Tensor, classes: int, smoothing: float = 0.0, *, dtype: torch.dtype | None = None
) -> Tensor:
    """Each label as shares of the classes: a part is taken away and dealt out equally.

    q_c = (1 - smoothing) · [c = y] + smoothing / K

    Szegedy et al. (2016), section 7; torch's `label_smoothing`.

    Args:
        y: classes 0 … K - 1, any shape.
        classes: K, at least 2.
        smoothing: ε, what is dealt out, from 0 (a hard label) to 1 (all classes alike).
        dtype: of the shares; `None` takes the default.

    Returns:
        Shape `(*y.shape, K)`; every row adds up to 1.

    Example:
        >>> smoothed(torch.tensor([2]), classes=4, smoothing=0.2)
        tensor([[0.0500, 0.0500, 0.8500, 0.0500]])
    """
    whole("classes", classes, least=2)
    between("smoothing", smoothing, 0, 1)
    hard = y.unsqueeze(-1) == torch.arange(classes, device=y.device)
    hard = hard.to(dtype or torch.get_default_dtype())
    return (1 - smoothing) * hard + smoothing / classes


def soft_cross_entropy(output: Tensor, target: Tensor) -> Tensor:
    """Mean over the examples of -Σ_c q_c · log p_c, with p the softmax of the scores.

    Its gradient by the scores of an example is (p - q) / B: zero where p equals q.

    Args:
        output: scores, shape `(..., B, K)`.
        target: q, shares that add up to 1, same shape.

    Returns:
        Shape `(...)`.

    Example:
        >>> soft_cross_entropy(torch.zeros(1, 4), torch.full((1, 4), 0.25)).exp()
        tensor(4.)
    """
    if output.shape != target.shape:
        raise ValueError(
            "`target` must hold a share for every score, got target "
            f"{tuple(target.shape)} and output {tuple(output.shape)}; `smoothed` makes shares of "
            "classes."
        )
    return -(target * log_softmax(output)).sum(-1).mean(-1)


def loss_floor(target: Tensor) -> Tensor:
    """The least that `soft_cross_entropy` can be: the mean entropy -Σ_c q_c · log q_c.

    0 for hard labels; for smoothed ones more, and reached only where p equals q (Gibbs's
    inequality).

    Args:
        target: q, shape `(..., B, K)`; a share of 0 counts 0.

    Example:
        >>> loss_floor(smoothed(torch.tensor([0, 3]), classes=10, smoothing=0.1))
        tensor(0.5003)
    """
    return torch.special.entr(target).sum(-1).mean(-1)


def best_gap(classes: int, smoothing: float) -> float:
    """How far the right score lies above every other one where the loss is at its floor.

    log((1 - ε + ε/K) / (ε/K))

    Args:
        classes: K, at least 2.
        smoothing: ε, from 0 to 1; at 0 there is no such place, and the gap is inf.

    Example:
        >>> round(best_gap(10, 0.1), 3), best_gap(10, 0.0)
        (4.511, inf)
    """
    share = between("smoothing", smoothing, 0, 1) / whole("classes", classes, least=2)
    return math.log((1 - smoothing + share) / share) if share else math.inf


def shares(count: int | tuple[int, ...], spread: float, source: Generator) -> Tensor:
    """What mixup keeps of each example: drawn from Beta(spread, spread), by its inverse.

    Zhang et al. (2018). Near 0 or 1 for a small spread, near 1/2 for a large one, and all
    alike between at 1.

    Args:
        count: how many, or a shape.
        spread: a, greater than 0.
        source: of the random numbers, on the CPU.

    Returns:
        Shape `(count,)`, float64, from 0 to 1.

    Example:
        >>> from dlnotes.core.seeds import seeded
        >>> shares(1000, 1.0, seeded(0)).mean()
        tensor(0.4993, dtype=torch.float64)
    """
    positive("spread", spread)
    even = torch.rand(count, generator=source, dtype=torch.float64)
    return torch.from_numpy(betaincinv(spread, spread, even.numpy()))


def mixed(X: Tensor, target: Tensor, order: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Every example mixed with a partner, its target in the same proportion.

    x̃_i = r_i · x_i + (1 - r_i) · x_j,    q̃_i = r_i · q_i + (1 - r_i) · q_j,    j = order_i

    Zhang et al. (2018), mixup.

    Args:
        X: examples, shape `(N, D)`.
        target: shares of the classes, `(N, K)`, or other targets.
        order: the partners, rows 0 … N - 1, shape `(..., N)`.
        share: r, what is kept of the example itself, 0 to 1, same shape.

    Returns:
        `(..., N, D)` and `(..., N, K)`.

    Example:
        >>> X, y = torch.tensor([[0.0], [1.0]]), torch.eye(2)
        >>> mixed(X, y, torch.tensor([1, 0]), torch.tensor([0.9, 0.5]))[0].flatten()
        tensor([0.1000, 0.5000])
    """

    def blend(values: Tensor) -> Tensor:
        kept = share.unsqueeze(-1).to(values)
        return kept * values + (1 - kept) * values[order]

    return blend(X), blend(target)

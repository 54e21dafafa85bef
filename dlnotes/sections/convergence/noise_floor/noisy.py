"""What noise does to a descent: a parabola, and softmax regression that starts at its bottom.

Book: convergence/noise_floor
"""

from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets

CLASSES = 10
CHAINS = 2000  # runs on the parabola side by side
PENALTY = 0.01  # of the squared weights


def swaying(lr: float | Callable[[int], float], steps: int, chains: int = CHAINS) -> Tensor:
    """Mean square of x along descent on x² / 2 from 1, the gradient x + noise of size 1.

    Args:
        lr: learning rate, or a function of the 0-based step.
        steps: T.
        chains: runs over which the mean is taken.

    Returns:
        Shape `(T + 1,)`.
    """
    source, x = seeded(0), torch.ones(chains, dtype=torch.float64)
    squares = [x.square().mean()]
    for step in range(steps):
        kick = torch.randn(chains, generator=source, dtype=torch.float64)
        x = x - (lr(step) if callable(lr) else lr) * (x + kick)
        squares.append(x.square().mean())
    return torch.stack(squares)


def lifted(
    lr: float, batch_size: int, *, steps: int = 2000, seeds: Sequence[int] = range(5)
) -> Tensor:
    """How far noise lifts softmax regression off its lowest loss, where it starts.

    1000 digits, squared weights times 0.01 added to the cross-entropy; batches drawn with
    replacement.

    Args:
        lr: learning rate.
        batch_size: B.
        steps: T; the excess is a mean over the second half, looked at every 10 steps.
        seeds: of the batches.

    Returns:
        The excess, shape `(seeds,)`.
    """
    X, right, bottom, lowest = _softmax()
    weights = bottom.expand(len(seeds), -1, -1)
    sources, seen = [seeded(seed) for seed in seeds], []
    for step in range(steps):
        rows = torch.stack([torch.randint(len(X), (batch_size,), generator=s) for s in sources])
        weights = weights - lr * _softmax_slope(weights, X[rows], right[rows])
        if step >= steps // 2 and step % 10 == 0:
            seen.append(_softmax_loss(weights, X, right) - lowest)
    return torch.stack(seen).mean(0)


def _softmax_loss(weights: Tensor, X: Tensor, right: Tensor) -> Tensor:
    likely = (X @ weights).log_softmax(-1)
    return -(right * likely).sum(-1).mean(-1) + PENALTY * weights.square().sum((-1, -2))


def _softmax_slope(weights: Tensor, X: Tensor, right: Tensor) -> Tensor:
    miss = (X @ weights).softmax(-1) - right
    return X.mT @ miss / X.shape[-2] + 2 * PENALTY * weights


@cache
def _softmax() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features with a column of ones, one-hot labels, the best weights and their loss."""
    data = datasets.digits(0, dtype=torch.float64)
    X = torch.cat([data.X[:1000], torch.ones(1000, 1, dtype=torch.float64)], 1)
    right = torch.eye(CLASSES, dtype=torch.float64)[data.y[:1000]]
    weights = torch.zeros(65, CLASSES, dtype=torch.float64, requires_grad=True)
    options = {"max_iter": 500, "tolerance_grad": 1e-9, "line_search_fn": "strong_wolfe"}
    method = torch.optim.LBFGS([weights], **options)

    def closure() -> Tensor:
        method.zero_grad()
        loss = _softmax_loss(weights, X, right)
        loss.backward()
        return loss

    method.step(closure)
    bottom = weights.detach()
    return X, right, bottom, _softmax_loss(bottom, X, right)

"""Lines through points with outliers, and alarms for a rare class.

Book: hyperparameters/hard_examples
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from dlnotes.core.seeds import seeded

POINTS, OUTLIERS, SLOPE, DELTA = 100, 5, 2.0, 1.345
WORLDS = ("none", "high", "far")
RARE, APART = 0.01, 2.0  # share of positives; distance of their mean from that of the negatives


def points(world: str, repeats: int = 1000) -> tuple[Tensor, Tensor]:
    """Points around y = 2x with normal noise of size 1, each of shape `(repeats, 100)`.

    Args:
        world: "none", no outliers; "high", 5 of the 100 lifted by 30 at the right end, x = 3;
            "far", 5 at x = 15, where y is noise about 0.
        repeats: how many sets of points.
    """
    source = seeded(0)
    x = 6 * torch.rand(repeats, POINTS, generator=source, dtype=torch.float64) - 3
    noise = torch.randn(repeats, POINTS, generator=source, dtype=torch.float64)
    y = SLOPE * x + noise
    odd = slice(None, OUTLIERS)
    if world == "high":
        x[:, odd] = 3
        y[:, odd] = SLOPE * 3 + noise[:, odd] + 30
    if world == "far":
        x[:, odd], y[:, odd] = 15, noise[:, odd]
    return x, y


def line(x: Tensor, y: Tensor, delta: float | None = DELTA, rounds: int = 60) -> Tensor:
    """Intercepts and slopes, `(2, …)`: least squares, or Huber's loss bent at `delta`.

    Huber's loss has the slope of squares weighted by min(1, delta / |error|): weigh, solve, again.

    Args:
        x: shape `(…, N)`.
        y: shape `(…, N)`.
        delta: `None` for least squares.
        rounds: of weighing and solving.
    """
    weight = torch.ones_like(x)
    for _ in range(rounds if delta else 1):
        total = weight.sum(-1, keepdim=True)
        middle, height = (weight * x).sum(-1, keepdim=True), (weight * y).sum(-1, keepdim=True)
        middle, height = middle / total, height / total
        away = x - middle
        slope = (weight * away * (y - height)).sum(-1, keepdim=True)
        slope = slope / (weight * away.square()).sum(-1, keepdim=True)
        start = height - slope * middle
        if delta:
            weight = delta / (y - start - slope * x).abs().clamp(min=delta)
    return torch.stack([start, slope]).squeeze(-1)


def rare(seed: int, examples: int) -> tuple[Tensor, Tensor]:
    """One feature and whether it is positive: 1 in 100 is, and lies 2 standard deviations away."""
    source = seeded(seed)
    y = torch.rand(examples, generator=source, dtype=torch.float64) < RARE
    x = torch.randn(examples, generator=source, dtype=torch.float64) + APART * y
    return x, y


def logit(x: Tensor, y: Tensor, weight: float, rounds: int = 30) -> Tensor:
    """Intercept, slope and what is left of the gradient, `(3,)`: logistic loss by Newton's method.

    Args:
        x: shape `(N,)`.
        y: true for a positive, shape `(N,)`.
        weight: of a positive's loss; a negative's is 1.
        rounds: Newton steps.
    """
    A, each = torch.stack([torch.ones_like(x), x], 1), 1 + (weight - 1) * y
    w = torch.zeros(2, dtype=torch.float64)
    for _ in range(rounds):
        p = (A @ w).sigmoid()
        slope = A.T @ (each * (p - y.double()))
        w = w - torch.linalg.solve(A.T @ ((each * p * (1 - p))[:, None] * A), slope)
    left = (A.T @ (each * ((A @ w).sigmoid() - y.double()))).norm() / len(x)
    return torch.cat([w, left[None]])


def descended(
    x: Tensor, y: Tensor, *, lr: float = 0.3, steps: int = 2000, batch: int = 100, seed: int = 0
) -> Tensor:
    """Intercepts and slopes, `(R, 2)`: logistic loss by mini-batches, momentum 0.9, `lr` to 0.

    Args:
        x: shape `(R, N)`.
        y: true for a positive, shape `(R, N)`.
        lr: learning rate at the start, falling to 0 along a line.
        steps: taken.
        batch: examples a step, the same rows for all R.
        seed: of the order.
    """
    source, count = seeded(seed), x.shape[1] // batch
    w = speed = torch.zeros(len(x), 2, dtype=torch.float64)
    for step in range(steps):
        if step % count == 0:
            order = torch.randperm(x.shape[1], generator=source)
        rows = order[step % count * batch :][:batch]
        A = torch.stack([torch.ones_like(x[:, rows]), x[:, rows]], -1)
        off = (A @ w[..., None])[..., 0].sigmoid() - y[:, rows].double()
        speed = 0.9 * speed + (A * off[..., None]).mean(1)
        w = w - lr * (1 - step / steps) * speed
    return w


def logistic(x: Tensor, y: Tensor, w: Tensor) -> Tensor:
    """Mean logistic loss, `(R,)`, of `x` and `y` as above and intercepts and slopes `(R, 2)`."""
    z = w[:, :1] + w[:, 1:] * x
    return (softplus(z) - y * z).mean(1)


def alarms(x: Tensor, y: Tensor, w: Tensor, threshold: float = 0.5) -> Tensor:
    """Accuracy, recall and precision where the alarm goes off above a threshold, `(3,)`."""
    on = (w[0] + w[1] * x).sigmoid() > threshold
    hit = (on & y).double().sum()
    return torch.stack([(on == y).double().mean(), hit / y.sum(), hit / on.sum()])

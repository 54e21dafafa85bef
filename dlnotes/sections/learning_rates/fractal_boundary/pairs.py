"""The smallest net of two layers, f = a · b: one number after the other, and its border.

Book: learning_rates/fractal_boundary
"""

import torch
from torch import Tensor

from dlnotes.learning_rates.fractal_boundary import View

STARTS = (
    (2.0, 1.0), (2.0, 0.7), (1.5, -1.0), (0.5, 1.5),
    (1.0, -0.5), (3.0, 0.6), (-1.0, 2.0), (0.7, 2.5),
)  # fmt: skip
DECAY = 0.3
PLANE = View(0.0, 0.0, 4.0)
STEPS, FLOWN = 300, 1e3


def converged(
    lr_a: Tensor, lr_b: Tensor, start: tuple[float, float], *, decay: float = 0.0
) -> Tensor:
    """Whether gradient descent on (a·b - 1)² / 2 + decay · (a² + b²) / 2 stays finite, `(R,)`.

    Args:
        lr_a: learning rates of a, shape `(R,)`.
        lr_b: of b.
        start: a and b before the first step.
        decay: strength of the weight decay, at least 0.
    """
    a, b = (torch.full_like(lr_a, value) for value in start)
    for _ in range(STEPS):
        error = a * b - 1
        a, b = a - lr_a * (error * b + decay * a), b - lr_b * (error * a + decay * b)
    return (a * b - 1).abs() < FLOWN


def kinds(decay: float) -> list:
    """For every start, which points of a view converge, as `windows.rough` takes it."""

    def of(start: tuple[float, float]):
        def found(view: View, points: int) -> Tensor:
            return converged(*view.learning_rates(points), start, decay=decay).view(points, points)

        return found

    return [of(start) for start in STARTS]


def cubic(w: Tensor, lr: Tensor, steps: int) -> list[Tensor]:
    """Which w have not been thrown out after 0, 1, … steps of w ← w - lr (w² - 1) w, a = b = w.

    From |w| > √(1 + 2 / lr) on, every step lands further out on the other side.

    Args:
        w: starts, shape `(R,)`.
        lr: learning rates, `(R,)` or a number.
        steps: T.

    Returns:
        T + 1 of shape `(R,)`, bool.
    """
    kept = [w.square() <= 1 + 2 / lr]
    for _ in range(steps):
        w = (1 + lr) * w - lr * w**3
        kept.append(kept[-1] & (w.square() <= 1 + 2 / lr))
    return kept

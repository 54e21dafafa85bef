"""Descent with noise in a bowl, on average over all noise: what any schedule leaves, exactly.

The bowl is Σ λ x² / 2 over its directions, and the measured gradient λ x + noise. The mean of x²
over all noise, a, then follows without drawing any:  a ← (1 - η λ)² a + η² σ².

Book: learning_rates/decay
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, positive, whole


def next_squares(squares: Tensor, rate: Tensor, curvatures: Tensor, noise: Tensor) -> Tensor:
    """Mean square of x in every direction after one step.

    a ← (1 - η λ)² a + η² σ²

    Args:
        squares: a, shape `(..., D)`.
        rate: η, shape `(...)`.
        curvatures: λ, shape `(D,)`.
        noise: σ, standard deviation of the noise in each entry of the gradient, a scalar.
    """
    rate = rate.unsqueeze(-1)
    return (1 - rate * curvatures) ** 2 * squares + (rate * noise) ** 2


def mean_loss(squares: Tensor, curvatures: Tensor) -> Tensor:
    """The mean of Σ λ x² / 2, shape `(...)`, from the mean squares, shape `(..., D)`."""
    return (curvatures * squares).sum(-1) / 2


def mean_losses(rates: Tensor, *, curvatures: Tensor, squares: Tensor, noise: float) -> Tensor:
    """Mean loss along runs with given learning rates, without any drawing of noise.

    The balance of Bottou, Curtis & Nocedal (2018), §4.2, step by step.

    Args:
        rates: the learning rate of every step, shape `(..., T)`; one row a schedule.
        curvatures: λ of every direction, shape `(D,)`, each greater than 0.
        squares: mean square of x at the start, shape `(D,)`.
        noise: σ, at least 0.

    Returns:
        Shape `(..., T + 1)`: before the first step and after each.

    Raises:
        ValueError: where shapes do not fit, or a number is out of range.

    Example:
        >>> one = torch.ones(1, dtype=torch.float64)
        >>> mean_losses(one / 2, curvatures=one, squares=one, noise=1.0)
        tensor([0.5000, 0.2500], dtype=torch.float64)
    """
    if rates.ndim == 0 or curvatures.shape != squares.shape or curvatures.ndim != 1:
        shapes = ", ".join(str(tuple(each.shape)) for each in (rates, curvatures, squares))
        raise ValueError(
            "`rates` needs a last axis of steps, `curvatures` and `squares` one entry a "
            f"direction, got shapes {shapes}."
        )
    if not (curvatures > 0).all():
        raise ValueError(f"`curvatures` must be greater than 0, got {curvatures.tolist()}.")
    noise = torch.as_tensor(non_negative("noise", noise), dtype=rates.dtype)
    squares = squares.expand(*rates.shape[:-1], -1)
    losses = [mean_loss(squares, curvatures)]
    for rate in rates.unbind(-1):
        squares = next_squares(squares, rate, curvatures, noise)
        losses.append(mean_loss(squares, curvatures))
    return torch.stack(losses, -1)


def best_rates(steps: int, *, curvature: float, square: float, noise: float) -> Tensor:
    """The best of all schedules where there is one direction: 1 / t.

    a ← (1 - η λ)² a + η² σ² is lowest at η = λ a / (λ² a + σ²), which makes 1 / a grow by λ² / σ²
    a step, so that η_t = 1 / (λ (t + c)), t = 1 … T, with c = σ² / (λ² a), a at the start. A lower
    a now is a lower a at every later step, so what is best for each step is best for all.

    Args:
        steps: T, at least 1.
        curvature: λ, greater than 0.
        square: mean square of x at the start, greater than 0.
        noise: σ, at least 0; without noise the first step arrives, and more move nothing.

    Returns:
        Shape `(T,)`, float64.

    Example:
        >>> best_rates(3, curvature=1, square=1, noise=1)
        tensor([0.5000, 0.3333, 0.2500], dtype=torch.float64)
    """
    t = torch.arange(1, whole("steps", steps) + 1, dtype=torch.float64)
    positive("curvature", curvature)
    late = non_negative("noise", noise) ** 2 / (curvature**2 * positive("square", square))
    return 1 / (curvature * (t + late)) if noise else torch.full_like(t, 1 / curvature)

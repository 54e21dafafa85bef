"""A noisy bowl of eight directions: what a walk, its averages and a cosine leave at any step.

Book: learning_rates/averages
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from dlnotes.learning_rates.averaged_bowl import (
    Moments,
    averaged_losses,
    ema_variance,
    fading,
    next_moments,
)
from dlnotes.learning_rates.decay import cosine
from dlnotes.learning_rates.noisy_bowl import mean_loss

STEPS, DIRECTIONS, JUMP = 400, 8, 200  # the bottom may jump after so many steps
BELLS = (50, 100, 200, 400)  # those that choose a rate that shall serve at any step
NARROW = (10, 100)  # largest over smallest curvature
NOISES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)
BETAS = (0, 0.5, 0.9)
PLANS = (100, 200, 400)  # the stops that a cosine was made for
LIMIT, GRID = 1.95, 61  # below 2 over the largest curvature, which is 1
WINDOWS = (*range(1, 1001), *range(1020, 6001, 20))
LANES = ("raw", "ema", "free", "cosine")


def curvatures(narrow: float) -> Tensor:
    """From 1 down to 1 / narrow, by equal factors, `(8,)`."""
    return torch.logspace(0, -math.log10(narrow), DIRECTIONS, dtype=torch.float64)


def squares(narrow: float) -> Tensor:
    """Mean squares at the start: every direction has an eighth of the loss, which is 1."""
    return 2 / (DIRECTIONS * curvatures(narrow))


def steps() -> Tensor:
    """1 to `STEPS`, float64."""
    return torch.arange(1, STEPS + 1, dtype=torch.float64)


def planned(plan: int) -> Tensor:
    """A cosine from 1 that reaches 0 at `plan` and stays there, `(STEPS,)`."""
    return cosine(torch.arange(STEPS).clamp(max=plan), lr=1.0, steps=plan)


def rates(top: float) -> Tensor:
    """The grid below a limit, by equal factors, `(GRID,)`."""
    return torch.logspace(-1.5, math.log10(top), GRID, dtype=torch.float64)


def free_rate(narrow: float, noise: float, beta: float) -> float:
    """The one rate of schedule-free descent that is best over all `BELLS`, in mean log loss."""
    grid = rates(LIMIT / (1 - beta))
    bowl = {"curvatures": curvatures(narrow), "squares": squares(narrow), "noise": noise}
    found = averaged_losses(grid[:, None].expand(-1, STEPS), 1 / steps(), beta=beta, **bowl)
    return grid[found[:, list(BELLS)].log().mean(1).argmin()].item()


def cosine_peak(narrow: float, noise: float, plan: int) -> float:
    """The peak of a cosine that is best at the very stop it was made for."""
    grid, bowl = rates(LIMIT), {"curvatures": curvatures(narrow), "squares": squares(narrow)}
    every = torch.ones(STEPS, dtype=torch.float64)
    found = averaged_losses(grid[:, None] * planned(plan), every, noise=noise, **bowl)
    return grid[found[:, plan].argmin()].item()


def race(
    *, narrow: float, noise: float, lr: float, window: float, free: float, beta: float,
    peak: float, plan: int, jump: bool = False,
) -> Tensor:  # fmt: skip
    """Mean losses of all `LANES` before the first step and after each, `(STEPS + 1, 4)`.

    Args:
        narrow: one of `NARROW`.
        noise: standard deviation of the noise in each entry of the gradient.
        lr: of the walk and its exponential mean.
        window: steps that the mean remembers, 1 / (1 - decay).
        free: learning rate of schedule-free descent.
        beta: its beta.
        peak: of the cosine.
        plan: the stop that the cosine was made for.
        jump: whether the bottom jumps after `JUMP` steps, as far as the start was away.
    """
    bent, start, t = curvatures(narrow), squares(narrow), steps()
    rate = torch.stack([t * 0 + lr, t * 0 + lr, t * 0 + free, peak * planned(plan)], -1)
    weight = torch.stack([t * 0 + 1, fading(t, window), 1 / t, t * 0 + 1], -1)
    near = torch.tensor([0.0, 0.0, beta, 0.0], dtype=torch.float64)
    sigma = torch.tensor(noise, dtype=torch.float64)
    at = Moments(*[start.expand(len(LANES), -1)] * 3)
    losses = [mean_loss(at.xx, bent)]
    for now in range(STEPS):
        at = next_moments(at, rate[now], near, weight[now], bent, sigma)
        if jump and now + 1 == JUMP:
            at = Moments(*(each + start for each in at))
        losses.append(mean_loss(at.xx, bent))
    return torch.stack(losses)


def means(rates: Sequence[float], noise: float = 1.0) -> tuple[Tensor, Tensor]:
    """Mean squares on x² / 2 from 1: of the walk and of the mean of all its points.

    Args:
        rates: R learning rates.
        noise: standard deviation of the noise in the gradient.

    Returns:
        Twice `(R, STEPS + 1)`.
    """
    one = torch.ones(1, dtype=torch.float64)
    flat = torch.tensor(rates, dtype=torch.float64)[:, None].expand(-1, STEPS)
    bowl = {"curvatures": one, "squares": one, "noise": noise}
    walk = averaged_losses(flat, torch.ones_like(flat), **bowl)
    return 2 * walk, 2 * averaged_losses(flat, 1 / steps(), **bowl)


def windows_at(stop: int, lr: float, start: float = 5.0, noise: float = 1.0) -> Tensor:
    """Mean squares on x² / 2 at a stop, of the exponential means of `WINDOWS`.

    Args:
        stop: after how many steps.
        lr: constant learning rate.
        start: where the walk begins.
        noise: standard deviation of the noise in the gradient.
    """
    one, t = torch.ones(1, dtype=torch.float64), torch.arange(1, stop + 1, dtype=torch.float64)
    weights = fading(t, torch.tensor(WINDOWS, dtype=torch.float64)[:, None])
    flat, bowl = torch.full((stop,), lr, dtype=torch.float64), {"curvatures": one, "noise": noise}
    return 2 * averaged_losses(flat, weights, squares=start**2 * one, **bowl)[:, -1]


def trailing(windows: Sequence[int], lr: float, drift: float, noise: float = 1.0) -> list[float]:
    """Mean squared miss of exponential means of a walk whose bottom moves on steadily.

    Args:
        windows: of the means.
        lr: constant learning rate.
        drift: way of the bottom in a step.
        noise: standard deviation of the noise in the gradient.
    """
    missed = []
    for window in windows:
        decay, z, x, bottom = 1 - 1 / window, 0.0, 0.0, 0.0
        for _ in range(20 * window + 200):  # long enough to settle
            z -= lr * (z - bottom)
            x, bottom = decay * x + (1 - decay) * z, bottom + drift
        missed.append((x - bottom) ** 2 + ema_variance(decay, lr, 1, noise))
    return missed

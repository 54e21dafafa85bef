"""The mean of a bowl under noise with thin and heavy tails, and under noise that leans.

Book: gradients/clipping
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded

DIMENSIONS, RUNS, STEPS, FROM = 10, 80, 1000, 3.0
SEEDS = tuple(range(5))  # of 80 runs each
TUNING = 100  # seed of the runs on which rate and bound are chosen
TAILS = {"heavy": 1.5, "middling": 3.0, "thin": math.inf}  # degrees of freedom of Student's t
RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
BOUNDS = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1)


def noise(freedom: float, source: torch.Generator, *shape: int) -> Tensor:
    """Student's t by the polar method: the radius √(ν(u^(-2/ν) - 1)) at a random angle."""
    if math.isinf(freedom):
        return torch.randn(shape, generator=source, dtype=torch.float64)
    radii, angles = torch.rand(2, *shape, generator=source, dtype=torch.float64)
    squares = freedom * ((1 - radii) ** (-2 / freedom) - 1)
    return squares.sqrt() * (2 * math.pi * angles).cos()


class Ends(NamedTuple):
    """How runs ended, each of shape `(rates, bounds, 80)`.

    Attributes:
        loss: after the last step.
        acting: share of the steps whose gradient was longer than the bound.
    """

    loss: Tensor
    acting: Tensor


def ends(
    freedom: float, rates: Sequence[float], bounds: Sequence[float], seed: int, steps: int = STEPS
) -> Ends:
    """Descent on |θ|²/2 from 3 in each of 10 dimensions, 80 runs of every setting.

    Args:
        freedom: of the noise that every entry of every gradient gets.
        rates: learning rates.
        bounds: on the length of the gradient; inf clips not.
        seed: of the noise, the same for all rates and bounds.
        steps: how many to take.
    """
    lr = torch.tensor(rates, dtype=torch.float64).view(-1, 1, 1, 1)
    bound = torch.tensor(bounds, dtype=torch.float64).view(-1, 1, 1)
    shape, source = (len(rates), len(bounds), RUNS, DIMENSIONS), seeded(seed)
    place, acting = torch.full(shape, FROM, dtype=torch.float64), torch.zeros(shape[:-1])
    for _ in range(steps):
        grad = place + noise(freedom, source, RUNS, DIMENSIONS)
        factor = (bound / grad.norm(dim=-1, keepdim=True)).clamp(max=1)
        acting += factor.squeeze(-1) < 1
        place = place - lr * factor * grad
    return Ends(place.square().sum(-1) / 2, acting / steps)


class Contest(NamedTuple):
    """Plain and clipped, each at its own best; lists have the mean of 80 runs a seed.

    Attributes:
        plain: last losses without a bound.
        clipped: with one.
        settings: learning rate of plain; learning rate and bound of clipped.
        acting: share of the clipped runs' steps that met the bound.
        typical: median of 80 clipped losses over that of the plain ones.
    """

    plain: list[float]
    clipped: list[float]
    settings: tuple[float, float, float]
    acting: list[float]
    typical: list[float]


def best(table: Tensor) -> tuple[float, float, float]:
    """The rate without a bound, and rate and bound with one, of `(rates, 1 + bounds)` losses."""
    row, column = divmod(int(table[:, 1:].argmin()), len(BOUNDS))
    return RATES[int(table[:, 0].argmin())], RATES[row], BOUNDS[column]


def contest(tail: str) -> Contest:
    """Chosen by the mean loss of 80 runs, then run anew with other noise.

    Under a heavy tail a mean is that of its few worst runs; the median chooses the same settings.
    """
    freedom = TAILS[tail]
    own, lr, bound = best(ends(freedom, RATES, (math.inf, *BOUNDS), TUNING).loss.mean(-1))
    runs = [ends(freedom, (own, lr), (math.inf, bound), seed) for seed in SEEDS]
    means, acting = ([each.mean(-1) for each in part] for part in zip(*runs, strict=True))
    plain, clipped = ([mean[i, i].item() for mean in means] for i in (0, 1))
    middle = [run.loss.median(-1).values for run in runs]
    return Contest(
        plain, clipped, (own, lr, bound), [share[1, 1].item() for share in acting],
        [(each[1, 1] / each[0, 0]).item() for each in middle],
    )  # fmt: skip


def shortened(lr: float = 0.005, bound: float = 1.0) -> tuple[list[float], list[float]]:
    """Last losses under thin tails at one learning rate, plain and with a tight bound, a seed."""
    runs = [ends(math.inf, (lr,), (math.inf, bound), seed).loss.mean(-1)[0] for seed in SEEDS]
    return [run[0].item() for run in runs], [run[1].item() for run in runs]


def leaning(bound: float, lr: float = 0.01, steps: int = 10_000, seed: int = 0) -> float:
    """Where descent on θ²/2 settles under noise of mean 0: 9 once in ten, otherwise -1.

    Args:
        bound: on the size of the gradient.
        lr: learning rate.
        steps: the second half of them is averaged.
        seed: of the noise.
    """
    drawn = torch.rand(steps, generator=seeded(seed), dtype=torch.float64).tolist()
    place, total = 0.0, 0.0
    for step, each in enumerate(drawn):
        grad = place + (9.0 if each < 0.1 else -1.0)
        place -= lr * max(-bound, min(bound, grad))
        total += place * (step >= steps // 2)
    return total / (steps - steps // 2)

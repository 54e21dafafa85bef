"""A noisy bowl of eight directions, and five schedules raced in it, each at its own best peak.

Book: learning_rates/decay
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, partial

import torch
from torch import Tensor
from torch.optim import lr_scheduler as theirs

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.decay import constant, exponential, inverse_time, linear, step_decay
from dlnotes.learning_rates.noisy_bowl import best_rates, mean_losses

STEPS, DIRECTIONS, STAIRS, DROP = 200, 8, 8, 100
NAMES = ("constant", "halving", "exponential", "inverse", "linear")
NARROW = (1, 10, 100)  # largest over smallest curvature
NOISES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
TOP = 1.98  # highest rate; the largest curvature is 1 and sets the limit 2
PEAKS = torch.arange(1, 199, dtype=torch.float64) / 100
KNOTS = 41  # of a drawn schedule
GAP = STEPS // (KNOTS - 1)
LOWEST = 1e-8  # bottom of the axis, at most


def shape(name: str, steps: int = STEPS) -> Tensor:
    """A schedule of this length that begins at 1, `(steps,)`."""
    now, last = torch.arange(steps), 1 / DROP
    return {
        "constant": lambda: constant(now, lr=1.0),
        "halving": lambda: step_decay(now, lr=1.0, every=steps / STAIRS),
        "exponential": lambda: exponential(now, lr=1.0, gamma=last, every=steps),
        "inverse": lambda: inverse_time(now, lr=1.0, decay=(DROP - 1) / steps),
        "linear": lambda: linear(now, lr=1.0, steps=steps),
    }[name]()


def curvatures(narrow: float) -> Tensor:
    """From 1 down to 1 / narrow, by equal factors, `(8,)`."""
    return torch.logspace(0, -math.log10(narrow), DIRECTIONS, dtype=torch.float64)


def squares(narrow: float) -> Tensor:
    """Mean squares at the start: every direction has an eighth of the loss, which is 1."""
    return 2 / (DIRECTIONS * curvatures(narrow))


def losses(rates: Tensor, narrow: float, noise: float) -> Tensor:
    """The mean loss before the first step and after each, `(..., T + 1)`."""
    return mean_losses(rates, curvatures=curvatures(narrow), squares=squares(narrow), noise=noise)


def drawn(knots: Tensor) -> Tensor:
    """The rate of every step from `KNOTS` of them, straight in between, `(..., T)`."""
    part = torch.arange(GAP, dtype=knots.dtype) / GAP
    pieces = knots[..., :-1, None] * (1 - part) + knots[..., 1:, None] * part
    return pieces.flatten(-2)


@cache
def peaks(narrow: float, noise: float) -> tuple[float, ...]:
    """The peak at which each schedule ends lowest, one for each of `NAMES`."""
    shapes = torch.stack([shape(name) for name in NAMES])
    ends = losses(PEAKS[:, None] * shapes[:, None], narrow, noise)[..., -1]
    return tuple(PEAKS[ends.argmin(-1)].tolist())


def ends(narrow: float, noise: float) -> dict[str, float]:
    """The loss at the end of each schedule, each at its own best peak."""
    tuned = zip(NAMES, peaks(narrow, noise), strict=True)
    return {name: losses(peak * shape(name), narrow, noise)[-1].item() for name, peak in tuned}


def over_the_limit(narrow: float, noise: float, top: float = 4.0) -> tuple[float, float]:
    """1/t with peaks up to `top`, past `TOP`: the lowest end, and the highest loss on that way."""
    peaks = torch.arange(1, round(100 * top) + 1, dtype=torch.float64)[:, None] / 100
    ways = losses(peaks * shape("inverse"), narrow, noise)
    best = ways[ways[:, -1].argmin()]
    return best[-1].item(), best.max().item()


def on_a_parabola(steps: int) -> tuple[float, float]:
    """Mean square of x after a run on x² / 2, noise 1, from 1: constant rate, and best rates.

    The constant one is the best of a fine grid.
    """
    one = torch.ones(1, dtype=torch.float64)
    flat = torch.arange(1, 1000, dtype=torch.float64)[:, None].expand(-1, steps) / 1000
    best = best_rates(steps, curvature=1, square=1, noise=1)
    squares = 2 * mean_losses(torch.cat([flat, best[None]]), curvatures=one, squares=one, noise=1.0)
    return squares[:-1, -1].min().item(), squares[-1, -1].item()


def staircase(rates: Sequence[float], length: int) -> tuple[Tensor, Tensor]:
    """Loss on x² / 2, noise 1, from 2, at one rate after the other: the mean, and one run."""
    each = torch.tensor(rates, dtype=torch.float64).repeat_interleave(length)
    one, source, x = torch.ones(1, dtype=torch.float64), seeded(0), 2.0
    heights = [x * x / 2]
    for rate in each.tolist():
        x -= rate * (x + torch.randn(1, generator=source).item())
        heights.append(x * x / 2)
    mean = mean_losses(each, curvatures=one, squares=4 * one, noise=1.0)
    return mean, torch.tensor(heights, dtype=torch.float64)


def beside_torch(epochs: int) -> float:
    """How far the book's schedules are from torch's: the largest difference over all epochs."""
    now, lr, decay = torch.arange(epochs), 0.1, 0.3
    pairs = (
        (step_decay(now, lr=lr, every=5), partial(theirs.StepLR, step_size=5, gamma=0.5)),
        (exponential(now, lr=lr, gamma=0.9), partial(theirs.ExponentialLR, gamma=0.9)),
        (
            inverse_time(now, lr=lr, decay=decay),
            partial(theirs.LambdaLR, lr_lambda=lambda t: 1 / (1 + decay * t)),
        ),
    )
    return max((ours - _asked(made, lr, epochs)).abs().max().item() for ours, made in pairs)


def stepped_by_batch(batches: int) -> float:
    """The rate after one epoch where StepLR(5, 0.5) is stepped once a batch, from 0.1."""
    return _asked(partial(theirs.StepLR, step_size=5, gamma=0.5), 0.1, batches + 1)[-1].item()


def _asked(made: Callable, lr: float, count: int) -> Tensor:
    """The rates that a scheduler of torch sets, `(count,)`."""
    method = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, seen = made(method), []
    for _ in range(count):
        seen.append(method.param_groups[0]["lr"])
        method.step()
        scheduler.step()
    return torch.tensor(seen, dtype=torch.float64)


def left_over(narrow: float, noise: float) -> dict[str, float]:
    """The part of the way left in the flattest direction by each schedule at its best peak."""
    flattest, tuned = curvatures(narrow)[-1], zip(NAMES, peaks(narrow, noise), strict=True)
    return {name: (1 - peak * shape(name) * flattest).prod().item() for name, peak in tuned}


def lowest(narrow: float, noise: float) -> float:
    """Where the axis of the loss begins: a power of ten below every end."""
    low = min(ends(narrow, noise).values())
    return max(LOWEST, 10.0 ** math.floor(math.log10(low / 2))) if low else LOWEST


def best_knots(rounds: int = 1500) -> Tensor:
    """Drawn schedules that end lowest, for every narrowness and noise: `(3, 7, KNOTS)`.

    By descent from the tuned straight line; rates stay between 0 and `TOP`.
    """
    grid = [(narrow, noise) for narrow in NARROW for noise in NOISES]
    line = torch.linspace(1, 0.02, KNOTS, dtype=torch.float64)
    first = torch.stack([line * peaks(*setting)[-1] for setting in grid])
    wanted = (first / TOP).clamp(0.001, 0.97).logit().requires_grad_(True)
    method = torch.optim.Adam([wanted], lr=0.05)
    curved = torch.stack([curvatures(narrow) for narrow, _ in grid])
    noise = torch.tensor([noise for _, noise in grid], dtype=torch.float64)
    for _ in range(rounds):
        method.zero_grad()
        rates, a = drawn(TOP * wanted.sigmoid()), 2 / (DIRECTIONS * curved)
        for rate in rates.unbind(-1):
            a = (1 - rate[:, None] * curved) ** 2 * a + (rate * noise)[:, None] ** 2
        ((curved * a).sum(-1) / 2 + LOWEST).log().sum().backward()
        method.step()
    found = _flat_where_lower(TOP * wanted.sigmoid().detach(), grid)
    return found.reshape(len(NARROW), len(NOISES), KNOTS)


def _flat_where_lower(knots: Tensor, grid: list[tuple[float, float]]) -> Tensor:
    """The same, but the tuned constant rate where it ends lower: without noise it does."""
    rows = []
    for row, setting in zip(knots, grid, strict=True):
        flat = torch.full_like(row, peaks(*setting)[0])
        ends = losses(drawn(torch.stack([row, flat])), *setting)[:, -1]
        rows.append(flat if ends[1] < ends[0] else row)
    return torch.stack(rows)

"""Twenty-five trials laid out in several ways, many times over, and what the best of them is.

Book: hyperparameters/grid_or_random
"""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import from_grid, grid, sobol

TRIALS = 25
KINDS = ("grid", "random", "part5", "part10", "sobol")
PASSES = ((0, 9), (1, 8), (0, 8))  # by hand: which knob, and how many values of it

Score = Callable[[Tensor], Tensor]


@cache
def laid_out(kind: str, times: int) -> Tensor:
    """Designs of 25 trials in the unit square, shape `(times, 25, 2)`.

    Args:
        kind: one of `KINDS`; the grids stand in the middles of their cells.
        times: how many.
    """
    generator = seeded(KINDS.index(kind))
    if kind == "grid":
        return grid([5, 5], ends=False).expand(times, TRIALS, 2)
    if kind == "random":
        return torch.rand(times, TRIALS, 2, generator=generator, dtype=torch.float64)
    if kind == "sobol":
        return torch.stack([sobol(TRIALS, 2, seed) for seed in range(times)])
    counts = [int(kind.removeprefix("part"))] * 2
    return torch.stack([from_grid(TRIALS, counts, generator, ends=False) for _ in range(times)])


def by_hand(score: Score, like: Tensor) -> Tensor:
    """The best of 25 trials of somebody who turns one knob at a time and keeps its best value.

    From the middle of the square: 9 values of the first knob, 8 of the second, 8 of the first.

    Args:
        score: points `(…, n, 2)` -> their scores `(…, n)`; more is better.
        like: of the shape `(…, 2)`, one entry a search.

    Returns:
        shape `(…)`.
    """
    here = torch.full_like(like, 0.5)
    best = torch.full(like.shape[:-1], -torch.inf, dtype=like.dtype)
    for knob, count in PASSES:
        points = here.unsqueeze(-2).repeat(*[1] * (like.dim() - 1), count, 1)
        points[..., knob] = grid([count], ends=False)[:, 0]
        found, place = score(points).max(-1)
        chosen = points.gather(-2, place[..., None, None].expand(*place.shape, 1, 2)).squeeze(-2)
        here = torch.where((found > best).unsqueeze(-1), chosen, here)
        best = torch.maximum(found, best)
    return best


def peak(widths: tuple[float, float], *, tilted: bool = False, times: int, seed: int = 9) -> Score:
    """A peak of height 1 at a place of its own for every search, exp(-(u/a)²/2 - (v/b)²/2).

    Args:
        widths: a and b; an axis that does not matter has an infinite one.
        tilted: whether u and v are the diagonals of the square, else its axes.
        times: how many searches, the leading dimension of the points.
        seed: of the places.
    """
    center = torch.rand(times, 1, 2, generator=seeded(seed), dtype=torch.float64)
    across = torch.tensor([[1.0, 1.0], [-1.0, 1.0]], dtype=torch.float64) / 2**0.5
    turn = across if tilted else torch.eye(2, dtype=torch.float64)
    scale = torch.tensor(widths, dtype=torch.float64)

    def score(points: Tensor) -> Tensor:
        return (-(((points - center) @ turn / scale) ** 2).sum(-1) / 2).exp()

    return score


def best_of(kind: str, score: Score, times: int) -> Tensor:
    """What the best trial scores, one entry a search, shape `(times,)`; `kind` may be "hand"."""
    if kind == "hand":
        return by_hand(score, torch.zeros(times, 2, dtype=torch.float64))
    return score(laid_out(kind, times)).amax(-1)


def hit(k: int, knobs: int, important: int, *, share: float = 0.3, times: int = 4000) -> tuple:
    """How often a grid of k values a knob hits a good box, and how often as many random trials do.

    Args:
        k: values a knob.
        knobs: d, so that there are k^d trials.
        important: knobs that matter; the box covers all of the others.
        share: the part of the range that is good, of every knob that matters.
        times: boxes, at random places inside.
    """
    generator = seeded(100 * knobs + important)
    low = (1 - share) * torch.rand(times, 1, important, generator=generator, dtype=torch.float64)

    def inside(points: Tensor) -> float:
        good = (points >= low) & (points <= low + share)
        return good.all(-1).any(-1).double().mean().item()

    trials = grid([k] * knobs, ends=False)[:, :important]
    drawn = torch.rand(times, k**knobs, important, generator=generator, dtype=torch.float64)
    return inside(trials), inside(drawn)

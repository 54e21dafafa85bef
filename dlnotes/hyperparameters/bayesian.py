"""Bayesian optimization: believe, ask where a trial is worth most, try, believe anew.

Snoek, Larochelle and Adams (2012). The place is looked for among candidates, not by a descent.

Book: hyperparameters/bayesian
"""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.hyperparameters.acquisition import expected_improvement
from dlnotes.hyperparameters.gaussian_process import (
    Kernel,
    Posterior,
    likeliest_length,
    matern52,
    posterior,
)
from dlnotes.hyperparameters.heuristics import Objective, Tried

Acquisition = Callable[[Posterior, float], Tensor]


def believed(
    tried: Tried,
    places: Tensor,
    *,
    length: float | None = None,
    noise: float = 0.1,
    kernel: Kernel = matern52,
) -> Posterior:
    """What the trials say about places, in the units of the losses.

    The losses are shifted to mean 0 and scaled to spread 1 for the process, and back for the
    answer. What is not finite counts as the worst finite loss.

    Args:
        tried: at least two trials.
        places: shape `(m, d)`.
        length: of the kernel in the unit cube; the likeliest of a list where it is not given.
        noise: of a trial, in spreads of the losses.
        kernel: as `posterior` takes it.
    """
    losses = finite(tried.losses)
    middle, spread = losses.mean(), losses.std().clamp(min=1e-12)
    y = (losses - middle) / spread
    setting = {"noise": noise, "kernel": kernel}
    length = likeliest_length(tried.points, y, **setting) if length is None else length
    found = posterior(tried.points, y, places, length=length, **setting)
    return Posterior(middle + spread * found.mean, spread * found.std)


def proposed(
    tried: Tried, candidates: Tensor, *, acquisition: Acquisition = expected_improvement, **setting
) -> int:
    """The candidate at which a trial is worth most.

    Args:
        tried: at least two trials.
        candidates: shape `(m, d)`.
        acquisition: `(believed, best) -> worth`, the larger the better.
        **setting: as `believed` takes it.
    """
    worth = acquisition(believed(tried, candidates, **setting), float(finite(tried.losses).min()))
    return int(worth.argmax())


def bayesian_search(
    objective: Objective,
    candidates: Tensor,
    trials: int,
    *,
    first: int = 4,
    together: int = 1,
    acquisition: Acquisition = expected_improvement,
    **setting,
) -> Tried:
    """Tries the first few candidates, then what is worth most, none of them twice.

    Args:
        objective: losses of points, `(n, d) -> (n,)`; less is better. `side_by_side` makes one of
            a trial, and then those that are asked for at once run at the same time.
        candidates: shape `(m, d)`, in an order of chance; at least as many as trials.
        trials: how many.
        first: asked for at once, before anything is believed, at least 2.
        together: asked for at once afterwards. Each is chosen as if those before it had given
            what is believed of them ("Kriging believer", Ginsbourger, Le Riche and Carraro, 2010).
        acquisition: as `proposed` takes it.
        **setting: as `believed` takes it.
    """
    whole("trials", trials, least=whole("first", first, least=2), most=len(candidates))
    together = whole("together", together)
    tried, left = Tried(candidates[:first], objective(candidates[:first])), candidates[first:]
    while (count := min(together, trials - len(tried.losses))) > 0:
        pretended, asked = tried, []
        for _ in range(count):
            if asked:
                guess = believed(pretended, asked[-1], **setting).mean
                pretended = _added(pretended, asked[-1], guess)
            place = proposed(pretended, left, acquisition=acquisition, **setting)
            asked.append(left[place : place + 1])
            left = torch.cat([left[:place], left[place + 1 :]])
        points = torch.cat(asked)
        tried = _added(tried, points, objective(points))
    return tried


def _added(tried: Tried, points: Tensor, losses: Tensor) -> Tried:
    return Tried(torch.cat([tried.points, points]), torch.cat([tried.losses, losses]))


def finite(losses: Tensor) -> Tensor:
    """Losses with the worst finite one in place of NaN and infinity."""
    known = losses.isfinite()
    if not known.any():
        raise ValueError("`losses` must have a finite entry; widen the space towards what trains.")
    return torch.where(known, losses, losses[known].max())

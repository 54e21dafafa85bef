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
    objective: Objective, candidates: Tensor, trials: int, *, first: int = 4, **setting
) -> Tried:
    """Tries the first few candidates, then the one that is worth most, none of them twice.

    Args:
        objective: losses of points, `(n, d) -> (n,)`; less is better. It is asked for the first
            few at once, then for one at a time.
        candidates: shape `(m, d)`, in an order of chance; at least as many as trials.
        trials: how many.
        first: tried before anything is believed, at least 2.
        **setting: as `proposed` takes it.
    """
    whole("trials", trials, least=whole("first", first, least=2), most=len(candidates))
    left = candidates[first:]
    tried = Tried(candidates[:first], objective(candidates[:first]))
    for _ in range(trials - first):
        place = proposed(tried, left, **setting)
        point = left[place : place + 1]
        tried = Tried(torch.cat([tried.points, point]), torch.cat([tried.losses, objective(point)]))
        left = torch.cat([left[:place], left[place + 1 :]])
    return tried


def finite(losses: Tensor) -> Tensor:
    """Losses with the worst finite one in place of NaN and infinity."""
    known = losses.isfinite()
    if not known.any():
        raise ValueError("`losses` must have a finite entry; widen the space towards what trains.")
    return torch.where(known, losses, losses[known].max())

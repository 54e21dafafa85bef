"""Many settings for a short time, the better part for longer: successive halving and Hyperband.

Jamieson and Talwalkar (2016); Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar (2018).

Book: hyperparameters/halving
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least, positive, whole

Measure = Callable[[Tensor, float], Tensor]


class Rung(NamedTuple):
    """One round of a halving.

    Attributes:
        budget: that every setting of this round has been given, from the start.
        settings: who was in it, shape `(n,)`, int64.
        losses: what they reached, shape `(n,)`.
    """

    budget: float
    settings: Tensor
    losses: Tensor


class Bracket(NamedTuple):
    """How one halving begins.

    Attributes:
        settings: how many.
        budget: of the first round.
    """

    settings: int
    budget: float


def successive_halving(
    measure: Measure, settings: int, *, low: float, high: float, factor: float = 3.0
) -> list[Rung]:
    """Gives all a small budget, keeps one of `factor` and gives those `factor` times as much.

    Args:
        measure: `(who, budget) -> losses`: settings of shape `(n,)` trained up to a budget; less
            is better, and NaN or inf is worst. `side_by_side` makes one of a trial, and then
            those of a round run at the same time.
        settings: how many begin.
        low: the budget of the first round, greater than 0.
        high: the largest budget; the last round has at most that.
        factor: η, at least 1.5.

    Returns:
        The rounds; the winner is the best of the last one.

    Example:
        >>> true = torch.tensor([4.0, 2.0, 3.0, 1.0])
        >>> reached = lambda who, budget: true[who] / budget
        >>> rounds = successive_halving(reached, 4, low=1, high=4, factor=2)
        >>> [(one.budget, one.settings.tolist()) for one in rounds]
        [(1, [0, 1, 2, 3]), (2, [3, 1]), (4, [3])]
    """
    at_least("factor", factor, 1.5)
    budget, who = positive("low", low), torch.arange(whole("settings", settings))
    at_least("high", high, low)
    rounds = []
    while True:
        losses = torch.as_tensor(measure(who, budget))
        order = losses.nan_to_num(torch.inf, torch.inf).argsort(stable=True)
        rounds.append(Rung(budget, who, losses))
        kept = math.floor(len(who) / factor + 1e-9)
        budget = budget * factor
        if kept < 1 or budget > high * (1 + 1e-9):
            return rounds
        who = who[order[:kept]]


def brackets(high: float, factor: float = 3.0) -> list[Bracket]:
    """How Hyperband begins its halvings: from many settings for a short time to few for all of it.

    s from s_max = ⌊log_η high⌋ down to 0:  ⌈(s_max + 1) / (s + 1) · ηˢ⌉ settings at high · η⁻ˢ

    Args:
        high: R, the largest budget of one setting, in units of the smallest.
        factor: η, at least 1.5.

    Example:
        >>> [(one.settings, one.budget) for one in brackets(27)]
        [(27, 1.0), (12, 3.0), (6, 9.0), (4, 27.0)]
    """
    at_least("factor", factor, 1.5)
    top = math.floor(math.log(at_least("high", high, 1)) / math.log(factor) + 1e-9)
    return [
        Bracket(math.ceil((top + 1) / (s + 1) * factor**s - 1e-9), high / factor**s)
        for s in range(top, -1, -1)
    ]


def spent(rounds: list[Rung]) -> float:
    """The budget of all rounds together, where a setting that goes on pays only what is new."""
    before, total = 0.0, 0.0
    for one in rounds:
        total += len(one.settings) * (one.budget - before)
        before = one.budget
    return total

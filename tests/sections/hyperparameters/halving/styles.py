"""The tasks on cutting curves off early, answered anew in other styles."""

import math

import numpy as np
import torch
from scipy.stats import rankdata, spearmanr


def by_recursion(settings, high, factor, budget=1, before=0):
    if settings == 0 or budget > high:
        return 0
    rest = by_recursion(settings // factor, high, factor, budget * factor, budget)
    return settings * (budget - before) + rest


def by_powers(settings, high, factor):
    total, power = settings, 1
    while factor**power <= high and settings // factor**power:
        total += settings // factor**power * (factor**power - factor ** (power - 1))
        power += 1
    return total


def by_mask(curves, first, factor):
    errors = curves.numpy().copy()
    living, unit = np.ones(len(errors), dtype=bool), first
    while unit < errors.shape[1] - 1:
        kept = max(1, living.sum() // factor)
        now = np.where(living, errors[:, unit], np.inf)
        living = now <= np.sort(now)[kept - 1]
        unit *= factor
    return np.where(living, errors[:, -1], np.inf).argmin()


def by_dropping(curves, first, factor):
    rows = dict(enumerate(curves.tolist()))
    unit = first
    while unit < curves.shape[1] - 1:
        goal = max(1, len(rows) // factor)
        while len(rows) > goal:
            worst = max(rows, key=lambda who: rows[who][unit])
            del rows[worst]
        unit *= factor
    return min(rows, key=lambda who: rows[who][-1])


def by_closed_form(ends, c, kept):
    gap = torch.sort(ends).values[kept] - ends.min()
    return math.floor((2 * c / gap).item()) + 1


def by_counting(ends, c, kept):
    best = float(ends.min())
    for b in range(1, 100_000):
        ahead = sum(best + c / b >= float(end) - c / b for end in ends) - 1
        if ahead < kept:
            return b
    return None


def band_by_loops(high, factor):
    units, top = 0, round(math.log(high) / math.log(factor))
    for s in reversed(range(top + 1)):
        count = math.ceil(round((top + 1) / (s + 1) * factor**s, 9))
        for k in range(s + 1):
            new = factor ** (top - s + k) - (factor ** (top - s + k - 1) if k else 0)
            units += count // factor**k * new
    return units / high


def band_by_parts(high, factor):
    top = next(power for power in range(20) if factor**power == high)
    costs = []
    for s in range(top + 1):
        count, share = -((-(top + 1) * factor**s) // (s + 1)), factor**-s
        cost = count * share
        while (count := count // factor) and share * factor <= 1:
            cost += count * (factor - 1) * share
            share *= factor
        costs.append(cost)
    return sum(costs)


ANEW = {
    "cost_of_a_halving": [by_recursion, by_powers],
    "who_is_left": [by_mask, by_dropping],
    "when_is_it_safe": [by_closed_form, by_counting],
    "hyperband_in_full_runs": [band_by_loops, band_by_parts],
    "does_the_order_hold": [
        lambda early, late: spearmanr(early.numpy(), late.numpy()).statistic,
        lambda early, late: np.corrcoef(rankdata(early), rankdata(late))[0, 1],
    ],
}

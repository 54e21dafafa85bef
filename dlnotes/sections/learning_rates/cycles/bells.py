"""Bells that may ring at any step, and nets from several starts that are as old as the others.

Book: learning_rates/cycles
"""

import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from dlnotes.sections.learning_rates.cycles import nets, plans


def rung(
    found: Sequence[Tensor], peaks: Sequence[float], seeds: Sequence[int], looks: Sequence[int]
) -> dict[str, Tensor]:
    """Schedules at the peak whose loss has the lowest mean logarithm over all bells.

    Args:
        found: schedules with a peak of 1.
        peaks: to choose from.
        seeds: the first half chooses, the other is reported.
        looks: steps at which the bell rings, after the start.

    Returns:
        `"peaks"`, one a schedule; `"losses"`, those reported, `(schedules, S / 2, looks)`.
    """
    rates = torch.stack([peak * shape for shape in found for peak in peaks])
    half, grid = len(seeds) // 2, (len(found), len(peaks), -1, len(looks))

    def losses(part: int) -> Tensor:
        chosen = seeds[half:] if part else seeds[:half]
        look = partial(nets.above, part=part)
        return torch.stack(nets.train(nets.PUPIL, rates, chosen, look, looks), -1).view(grid)

    mean = losses(0).mean(2).nan_to_num(torch.inf, torch.inf).clamp(min=1e-9)
    place = mean.log().mean(-1).argmin(-1)
    told = losses(1)[torch.arange(len(found)), place]
    return {"peaks": torch.tensor(peaks, dtype=torch.float64)[place], "losses": told}


def grown_up(wrong: float, peaks: Sequence[float], seeds: Sequence[int], cycles: int) -> Tensor:
    """How far the loss bulges between the ends of restarts from one seed and the next, `(P, S)`."""
    rates = torch.stack([peak * plans.cycled("equal", cycles) for peak in peaks])
    (ends,) = nets.train(nets.reader(wrong), rates, seeds, list, [plans.STEPS])
    apart = [each.view(len(peaks), len(seeds), *each.shape[1:]) for each in ends]
    other = [each.roll(1, 1).flatten(0, 1) for each in apart]
    return nets.barrier(ends, other, nets.digits(wrong)).view(len(peaks), len(seeds))


def long_crowd(
    wrong: float, peaks: Sequence[float], seeds: Sequence[int], cut: int, many: int
) -> dict[str, Tensor]:
    """Accuracy of several nets together, each on a whole cosine from a start of its own.

    The starts are those of the short runs; `"choose"` and `"test"` as elsewhere, `(P, S)` each.
    """
    data = nets.digits(wrong)
    rates = torch.stack([peak * plans.plain("cosine") for peak in peaks])
    starts = [100 + many * seed + part for part in range(many) for seed in seeds]
    (ends,) = nets.train(nets.reader(wrong), rates, starts, list, [plans.STEPS])
    apart = [each.view(len(peaks), many, len(seeds), *each.shape[1:]) for each in ends]
    crowd = [[each[:, part].flatten(0, 1) for each in apart] for part in range(many)]

    def right(part: slice) -> Tensor:
        said = sum(nets.opinions(each, data.X_test[part]) for each in crowd)
        found = (said.argmax(-1) == data.y_test[part]).double().mean(-1)
        return found.view(len(peaks), len(seeds))

    return {"choose": right(slice(0, cut)), "test": right(slice(cut, None))}


def times_as_fast(slow: Tensor, fast: Tensor, budgets: Sequence[int]) -> Tensor:
    """How many times as many steps the slow runs take to the same loss, `(S,)`.

    Args:
        slow: loss of each seed after the last budget, `(S,)`.
        fast: of the others after every budget, `(S, budgets)`; straight in between, in logarithms.
        budgets: steps.
    """
    logs = [math.log(steps) for steps in budgets]
    found = []
    for goal, row in zip(slow.log().tolist(), fast.log().tolist(), strict=True):
        after = next(k for k, value in enumerate(row) if value <= goal)
        part = (row[after - 1] - goal) / (row[after - 1] - row[after])
        found.append(math.exp(logs[-1] - logs[after - 1] - part * (logs[after] - logs[after - 1])))
    return torch.tensor(found, dtype=torch.float64)


def crossed(found: dict[str, Tensor], name: str, place: int | None = None) -> Tensor:
    """Accuracy of all seeds, each half of seeds and images at the peak of the other's choice.

    Args:
        found: what `readers` gives.
        name: of the nets or the crowd.
        place: of one peak for both, if it is not to be chosen.
    """
    first, second = found[f"{name}_choose"], found[f"{name}_test"]
    half = first.shape[1] // 2
    first, second = first[:, :half], second[:, half:]
    best = [each.mean(1).nan_to_num(0).argmax() if place is None else place
            for each in (first, second)]  # fmt: skip
    return torch.cat([second[best[0]], first[best[1]]])

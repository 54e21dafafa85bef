"""Searches replayed in the recorded tables: many redraws, no training.

Book: hyperparameters/halving
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.halving import brackets, successive_halving
from dlnotes.hyperparameters.heuristics import annealed, evolved
from dlnotes.sections.hyperparameters.halving.nets import COUNTS, DRAWN, RUNGS, UNITS, Table

REDRAWS = 100  # for each of the seeds
FULL = (3, 9, 13, 27)  # full runs of the random searches; 3 cost what a halving costs
WALKS = 16  # of each kind, for each of the seeds
TRIALS = 27
REACHES = (0.1, 0.2, 0.4)  # standard deviations of a step that walks and breeding may have


class Found(NamedTuple):
    """Means over the redraws, one a seed, each `(seeds,)`; errors are on the images that report.

    Attributes:
        halved: error of what a halving of 27 settings keeps.
        hyperband: of the best that Hyperband's brackets keep.
        three, nine, thirteen, all: of the best of so many full runs.
        four: of the best that four halvings keep.
        kept: how often the halving keeps the one of the 27 that is best in the end.
        early: how often who leads after 3 of 27 units leads in the end.
    """

    halved: Tensor
    hyperband: Tensor
    three: Tensor
    nine: Tensor
    thirteen: Tensor
    all: Tensor
    four: Tensor
    kept: Tensor
    early: Tensor


def ranks(values: Tensor) -> Tensor:
    """Places in the order along the last dimension; equals share the mean of theirs."""
    below = (values[..., None, :] < values[..., :, None]).double().sum(-1)
    same = (values[..., None, :] == values[..., :, None]).double().sum(-1)
    return below + (same - 1) / 2


def rank_correlations(table: Table, share: float = 1.0) -> Tensor:
    """Spearman's, of the errors after each rung and in the end, `(seeds, rungs)`.

    Args:
        table: of all settings.
        share: of the settings that are compared: those that end best.
    """
    choose = table.choose
    count = round(share * choose.shape[-1])
    best = choose[:, -1:].argsort(stable=True)[..., :count]
    seen = ranks(choose.gather(-1, best.expand(-1, len(RUNGS), -1)))
    seen = seen - seen.mean(-1, keepdim=True)
    end = seen[:, -1:]
    return (seen * end).sum(-1) / (seen.square().sum(-1) * end.square().sum(-1)).sqrt()


def redrawn(table: Table, redraws: int = REDRAWS) -> Found:
    """Halving, Hyperband and random search among settings drawn from a table, again and again."""
    rows = []
    for seed, (choose, report) in enumerate(zip(*table, strict=True)):
        source = seeded(seed)
        found = [_once(choose, report, source) for _ in range(redraws)]
        rows.append(torch.tensor(found, dtype=torch.float64).mean(0))
    return Found(*torch.stack(rows, 1))


def _once(choose: Tensor, report: Tensor, source: torch.Generator) -> tuple[float, ...]:
    settings = choose.shape[-1]

    def kept(begin: int, low: float) -> tuple[int, float]:
        who = torch.randperm(settings, generator=source)[:begin]
        return _halved(choose, who, low)

    def best(who: Tensor) -> int:
        return int(who[choose[-1, who].argmin()])

    who = torch.randperm(settings, generator=source)[:DRAWN]
    winner, level = _halved(choose, who, 1)
    four = min([(level, winner), *(kept(DRAWN, 1)[::-1] for _ in range(3))])[1]
    band = min(kept(*bracket)[::-1] for bracket in brackets(UNITS))[1]
    full = [report[best(who[:count])].item() for count in FULL]
    top = choose[-1, who].min()
    early = choose[-1, who[choose[1, who].argmin()]] == top
    errors = report[winner].item(), report[band].item(), *full, report[four].item()
    return (*errors, float(choose[-1, winner] == top), float(early))


def _halved(choose: Tensor, who: Tensor, low: float) -> tuple[int, float]:
    """Whom a halving keeps, and the error that it saw of it."""

    def measure(some: Tensor, budget: float) -> Tensor:
        return choose[RUNGS.index(round(budget)), who[some]]

    last = successive_halving(measure, len(who), low=low, high=UNITS)[-1]
    place = int(last.losses.argmin())
    return int(who[last.settings[place]]), last.losses[place].item()


def between_nets(values: Tensor, points: Tensor) -> Tensor:
    """Values of a grid, in between along straight lines, `(n,)`.

    Args:
        values: at the places of `designs.grid(COUNTS)`, `(settings,)`.
        points: of the unit square, `(n, 2)`.
    """
    table = values.view(COUNTS)
    at = points * torch.tensor([count - 1 for count in COUNTS])
    low = torch.minimum(at.floor().long(), torch.tensor(COUNTS) - 2)
    x, y = (at - low).unbind(-1)
    i, j = low.unbind(-1)
    left = (1 - y) * table[i, j] + y * table[i, j + 1]
    right = (1 - y) * table[i + 1, j] + y * table[i + 1, j + 1]
    return (1 - x) * left + x * right


def walked(table: Table, seed: int, walks: int = WALKS) -> dict[str, Tensor]:
    """What annealing, evolution and random search find on one seed's table, with 27 trials.

    Returns:
        name -> mean error on the images that report: `random`, `(1,)`; `annealed` and `evolved`,
        `(reaches,)`.
    """
    choose, report = table.choose[seed, -1], table.report[seed]

    def reached(points: Tensor, losses: Tensor) -> float:
        return between_nets(report, points[losses.argmin()][None]).item()

    def objective(points: Tensor) -> Tensor:
        return between_nets(choose, points)

    found = {
        name: torch.zeros(count, dtype=torch.float64)
        for name, count in (("random", 1), ("annealed", len(REACHES)), ("evolved", len(REACHES)))
    }
    for walk in range(walks):
        source = seeded(100 * seed + walk)
        points = torch.rand((TRIALS, 2), generator=source, dtype=torch.float64)
        found["random"] += reached(points, objective(points))
        for i, reach in enumerate(REACHES):
            cooled = annealed(objective, 2, TRIALS, source, hot=0.1, cold=0.003, reach=reach)
            bred = evolved(objective, 2, TRIALS, source, reach=reach)
            found["annealed"][i] += reached(*cooled)
            found["evolved"][i] += reached(*bred)
    return {name: total / walks for name, total in found.items()}

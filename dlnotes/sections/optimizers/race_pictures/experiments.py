"""The tuning of a race: how many steps each rule needs, at a given learning rate or at its best.
Book: optimizers/race_pictures
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.protocols import Rule
from dlnotes.training.race.arrivals import HOLD, arrivals
from dlnotes.training.race.lanes import Lane, coordinates_first, gradient, lane
from dlnotes.training.surfaces.landscapes import Landscape

GRID = 10.0 ** (torch.arange(-16, 9, dtype=torch.float64) / 4)  # 10⁻⁴ to 100, four a decade
LIMIT = 1000  # steps of the longest race
LOOKS = (100, 150, 225, 340, 510, 760)  # steps after which to see who is there
FAR = 1000  # from the origin: a run that ends beyond has flown out


class Entry(NamedTuple):
    """A rule at its best.

    Attributes:
        lr: the learning rate chosen, NaN where no learning rate arrives.
        steps: steps it needs, one number a start, inf where it does not arrive.
    """

    lr: float
    steps: Tensor


class Outcome(NamedTuple):
    """From how many starts a rule arrives, arrives before all others, and flies out."""

    arrived: int
    first: int
    gone: int


def finishes(
    rules: dict[str, tuple[Rule, dict[str, Any]]],
    landscape: Landscape,
    start: Tensor | Sequence[float],
    *,
    limit: int = LIMIT,
) -> dict[str, Tensor]:
    """How many steps each rule needs, as it is set.

    Args:
        rules: name -> (a module with `init` and `update`, its hyperparameters), as for `race`.
        landscape: what to descend on.
        start: shape `(..., 2)`, broadcast against the hyperparameters.
        limit: the last step at which a rule may arrive.

    Returns:
        name -> steps, shaped like the runs; inf where a run does not arrive in time.

    Example:
        >>> from dlnotes.optimizers import adam, sgd
        >>> from dlnotes.training.surfaces.landscapes import bowl
        >>> finishes({"sgd": (sgd, {"lr": 0.5}), "adam": (adam, {"lr": 0.5})}, bowl(), (1.0, 1.0))
        {'sgd': tensor(7., dtype=torch.float64), 'adam': tensor(84., dtype=torch.float64)}
    """
    whole("limit", limit)

    def over(steps: Tensor) -> bool:
        return bool(steps.isfinite().all())

    return _looked_at(rules, landscape, start, limit, over)


def tuned(
    rules: dict[str, Rule],
    landscape: Landscape,
    start: Tensor | Sequence[float],
    *,
    lrs: Tensor = GRID,
    limit: int = LIMIT,
) -> dict[str, Entry]:
    """Each rule at the learning rate of the grid that needs the fewest steps.

    All rules try the same learning rates; everything else stays at its default. With several
    starts one learning rate has to serve them all: the one with the fewest steps on average, a
    run that does not arrive counted as `limit` steps. Of equals, the smallest is chosen.

    Args:
        rules: name -> a module with `init` and `update`.
        landscape: what to descend on.
        start: shape `(2,)` or `(S, 2)`.
        lrs: the learning rates to try, shape `(L,)`.
        limit: the last step at which a rule may arrive.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.surfaces.landscapes import bowl
        >>> tuned({"sgd": sgd}, bowl(), (1.0, 1.0), lrs=torch.tensor([0.1, 0.5, 3.0]))
        {'sgd': Entry(lr=0.5, steps=tensor(7., dtype=torch.float64))}
    """
    start = torch.as_tensor(start, dtype=torch.float64)
    column = lrs.reshape(-1, *[1] * (start.ndim - 1))
    settings = {name: (rule, {"lr": column}) for name, rule in rules.items()}

    def over(steps: Tensor) -> bool:
        # whoever has arrived from every start by now is not beaten by one that has not
        return bool(steps.isfinite().reshape(len(lrs), -1).all(-1).any())

    found = _looked_at(settings, landscape, start, limit, over)
    return {name: _best(lrs, steps, limit) for name, steps in found.items()}


@torch.no_grad()
def _looked_at(
    rules: dict[str, tuple[Rule, dict[str, Any]]],
    landscape: Landscape,
    start: Tensor | Sequence[float],
    limit: int,
    over: Callable[[Tensor], bool],
) -> dict[str, Tensor]:
    """Steps of each rule, which runs until its race is over, or to the limit."""
    lanes = {
        name: lane(rule, given, landscape, start, steps=limit + HOLD, device=None)
        for name, (rule, given) in rules.items()
    }
    states = {name: coordinates_first(one.rule)[0](one.path[0]) for name, one in lanes.items()}
    found, last = {}, 0
    for horizon in (*(look for look in LOOKS if look < limit), limit):
        left = {name: one for name, one in lanes.items() if name not in found}
        if not left:
            break
        _advance(left, states, landscape, range(last, horizon + HOLD))
        last = horizon + HOLD
        for name, one in left.items():
            steps = arrivals(one._replace(path=one.path[: last + 1]).result(), landscape)
            if horizon == limit or over(steps):
                found[name] = steps
    return {name: found[name] for name in rules}


def _advance(
    lanes: dict[str, Lane], states: dict[str, Any], landscape: Landscape, steps: range
) -> None:
    """Fills the paths of the lanes for some steps, one gradient call a step."""
    updates = {name: coordinates_first(one.rule)[1] for name, one in lanes.items()}
    widths = [one.width for one in lanes.values()]
    for step in steps:
        points = [one.path[step] for one in lanes.values()]
        grads = gradient(landscape, torch.cat(points, dim=1)).split(widths, dim=1)
        for (name, one), point, grad in zip(lanes.items(), points, grads, strict=True):
            delta, states[name] = updates[name](grad, states[name], point, **one.settings)
            torch.add(point, delta, out=one.path[step + 1])


def _best(lrs: Tensor, steps: Tensor, limit: int) -> Entry:
    cost = steps.nan_to_num(posinf=limit).reshape(len(lrs), -1).mean(-1)
    best = int(cost.argmin())
    arrives = bool(steps[best].isfinite().any())
    return Entry(float(lrs[best]) if arrives else math.nan, steps[best])


def outcomes(paths: dict[str, Tensor], steps: dict[str, Tensor]) -> dict[str, Outcome]:
    """How a race from many starts ended for each rule.

    Args:
        paths: name -> points, shape `(S, T + 1, 2)`, as `race` gives them.
        steps: name -> the step of every arrival, shape `(S,)`, inf for none. Of equals the rule
            named first has won.

    Example:
        >>> paths = {"still": torch.zeros(2, 5, 2), "wild": torch.full((2, 5, 2), torch.nan)}
        >>> steps = {"still": torch.tensor([3.0, 2.0]), "wild": torch.full((2,), torch.inf)}
        >>> outcomes(paths, steps)["wild"]
        Outcome(arrived=0, first=0, gone=2)
    """
    winner, found = torch.stack(list(steps.values())).argmin(0), {}
    for number, (name, path) in enumerate(paths.items()):
        gone = ~(path[:, -1].norm(dim=-1) < FAR)  # NaN as well
        counts = steps[name].isfinite(), winner == number, gone
        found[name] = Outcome(*(int(count.sum()) for count in counts))
    return found


def turned(points: Tensor | Sequence[float], degrees: float) -> Tensor:
    """Points turned counterclockwise about the origin, as `Landscape.rotated` turns the terrain.

    Args:
        points: shape `(..., 2)`.
        degrees: the angle.

    Example:
        >>> turned((1.0, 0.0), 90).round(decimals=12)
        tensor([0., 1.], dtype=torch.float64)
    """
    x, y = torch.as_tensor(points, dtype=torch.float64).unbind(-1)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return torch.stack([cos * x - sin * y, sin * x + cos * y], dim=-1)

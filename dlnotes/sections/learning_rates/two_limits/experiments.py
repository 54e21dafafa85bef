"""What the page measures: rates past their limit, Adam's limit, budgets, momentum, importance.

`python -m dlnotes.sections.learning_rates.two_limits.experiments` makes the record beside this
file anew; it takes twelve minutes.

Book: learning_rates/two_limits
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor

from dlnotes.sections.learning_rates.two_limits import edge, sweeps
from dlnotes.training.importance import explained
from dlnotes.training.records import Record, unpacked

OTHERS = (("relu", 1.5), ("relu", 3.0), ("entropy", 1.5), ("entropy", 3.0), ("entropy", 10.0))
PIECE = {"steps": 60, "on": 20}  # of the piece that is made again
LEARNED = 0.5  # a training loss down to here counts as trained
LATE = 8  # looks at the end over which Adam's sharpness is averaged: 2000 steps
LAST = edge.ADAM_STEPS - LATE * edge.EVERY

# An outlier, exactly


def outlier(lr: float, curvature: float = 1.0, gradient: float = 100.0, steps: int = 4000) -> list:
    """How far one wild gradient puts x off, after it and after every further step.

    Before it, x lay at the bottom of `curvature` · x² / 2.
    """
    offs = [lr * gradient]
    for _ in range(steps):
        offs.append(offs[-1] - lr * curvature * offs[-1])
    return offs


def half_life(offs: list) -> int:
    """Steps until half of the first is left, or less."""
    return next(step for step, off in enumerate(offs) if off <= offs[0] / 2)


# The record


def all_runs() -> dict[str, Any]:
    """Everything that takes longer than a page may."""
    moved, ends = {}, {}
    for times in edge.TIMES:
        found, ends[times] = edge.goes_on(times)
        moved[f"tanh {times}"] = found._asdict()
    for kind, times in OTHERS:
        moved[f"{kind} {times}"] = edge.goes_on(times, kind)[0]._asdict()
    found = sweeps.budgets()
    units = {f"{init} {size}": sweeps.with_momentum(init, size) for init, size in sweeps.SETTINGS}
    return {
        "moved": moved,
        "barrier": barriers(ends[0.95], ends[1.5]),
        "adam": {str(beta): dict(zip(("scaled", "plain"), edge.adam_climb(beta), strict=True))
                 for beta in edge.BETAS},
        "faster": {str(beta): edge.adam_climb(beta, lr=edge.FASTER, since=LAST)[0]
                   for beta in edge.BETAS},
        "budgets": found._asdict(),
        "memorized": sweeps.memorized(),
        "units": units,
        "grid": sweeps.grid(),
        "short": edge.goes_on(1.5, seeds=(0, 1), **PIECE)[0].end,
    }  # fmt: skip


def barriers(small: edge.Params, large: edge.Params) -> dict[str, Tensor]:
    """The hill between where a small and a large rate lead; and between two seeds."""
    other = {name: value.roll(1, 0) for name, value in large.items()}
    return {"rates": edge.barrier(small, large), "seeds": edge.barrier(large, other)}


@cache
def recorded(part: str) -> Any:
    """One part of the record: a tensor, or a dict of them."""
    return _tensors(RECORD.found["values"][part])


def _tensors(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _tensors(value) for name, value in values.items()}
    return unpacked(values)


def moved(kind: str, times: float) -> edge.Moved:
    """What runs did at a multiple of their limit; a peak that is NaN in the record flew off."""
    found = edge.Moved(**recorded("moved")[f"{kind} {times}"])
    return found._replace(peak=found.peak.nan_to_num(torch.inf))


def flown(kind: str, times: float) -> int:
    """How many of the five flew off."""
    return int(moved(kind, times).peak.isinf().sum())


def edges() -> tuple[Tensor, Tensor]:
    """Smallest and largest rate that learns within each budget, `(S, 4)` each.

    The smallest lies between two rates of the grid, the largest is one of the grid.
    """
    losses = recorded("budgets")["loss"].nan_to_num(torch.inf)
    rates = torch.tensor(sweeps.RATES, dtype=torch.float64)
    low = sweeps.first_below(losses.movedim(0, -1), rates, LEARNED)
    return low, _largest(losses <= LEARNED, rates)


def _largest(learned: Tensor, rates: Tensor) -> Tensor:
    """The largest of the rates, the first axis, that learned."""
    wide = rates.reshape(-1, *[1] * (learned.dim() - 1)).expand(learned.shape)
    return torch.where(learned, wide, 0.0).amax(0)


def products() -> dict[float, Tensor]:
    """Rate times the step at which the loss is down to 0.1, `(S,)` for every rate."""
    first = recorded("budgets")["first"].nan_to_num(torch.inf)
    return {rate: rate * row for rate, row in zip(sweeps.RATES, first, strict=True)}


def at(rate: float) -> Tensor:
    """The product at the rate of the grid nearest to this one, `(S,)`."""
    found = products()
    return found[min(found, key=lambda other: abs(other / rate - 1))]


def largest_units(setting: str) -> Tensor:
    """The largest rate / (1 - momentum) that learns, `(M, S)`."""
    losses = recorded("units")[setting].nan_to_num(torch.inf)
    units = torch.tensor(sweeps.UNITS, dtype=torch.float64)
    return _largest((losses <= LEARNED).movedim(1, 0), units)


def adam_late(beta1: float, faster: bool = False) -> Tensor:
    """Rate times divided sharpness, averaged over the last 2000 steps, `(S,)`."""
    if faster:
        return recorded("faster")[str(beta1)].mean(1)
    return recorded("adam")[str(beta1)]["scaled"][:, -LATE:].mean(1)


def shares(rates: slice, widths: slice) -> Tensor:
    """What rate, momentum and width explain of the accuracies, `(S, 3)`."""
    part = recorded("grid")[rates, :, widths]
    found = [[explained(part[..., s], k) for k in range(3)] for s in range(part.shape[-1])]
    return torch.tensor(found, dtype=torch.float64)


def _short() -> tuple[Tensor, Tensor]:
    return edge.goes_on(1.5, seeds=(0, 1), **PIECE)[0].end, recorded("short")


def _adam() -> tuple[Tensor, Tensor]:
    again = edge.adam_climb(0.0, seeds=(0, 1), steps=edge.EVERY)[0]
    return again, recorded("adam")["0.0"]["scaled"][:2, :1]


def _soon() -> tuple[Tensor, Tensor]:
    rate = sweeps.RATES[12]
    again = sweeps.budgets((rate,), (0, 1), looks=(1, sweeps.BUDGETS[0])).loss
    return again.double(), recorded("budgets")["loss"][12:13, :2, :1]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "examples": edge.EXAMPLES, "calm": [edge.CALM, edge.TRAINED, edge.ON],
        "times": edge.TIMES, "others": OTHERS, "seeds": edge.SEEDS, "piece": PIECE,
        "adam": [edge.BETAS, edge.ADAM_RATE, edge.FASTER, edge.ADAM_STEPS, edge.EVERY],
        "rates": sweeps.RATES, "budgets": sweeps.BUDGETS, "random_rates": sweeps.RANDOM_RATES,
        "momenta": sweeps.MOMENTA, "units": sweeps.UNITS, "settings": sweeps.SETTINGS,
        "grid": [sweeps.FIVE_DECADES, sweeps.KEPT, sweeps.WIDTHS, sweeps.GRID_STEPS],
    },
    pieces={"short": _short, "adam": _adam, "soon": _soon},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

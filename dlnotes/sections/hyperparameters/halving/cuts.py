"""Cuts through learning curves: who stays, who is left out, and what it costs.

Book: hyperparameters/halving
"""

import torch
from torch import Tensor

from dlnotes.sections.hyperparameters.halving.nets import DRAWN, UNITS


def number_left(count: Tensor, factor: Tensor) -> Tensor:
    """How many a cut keeps: one of `factor`, rounded down, but never none."""
    return torch.clamp(torch.floor(count / factor + 1e-9), min=1.0)


def next_cut(unit: Tensor, factor: Tensor) -> Tensor:
    """When the next cut comes."""
    return unit * factor


def after_cut(errors: Tensor, living: Tensor, kept: Tensor) -> Tensor:
    """Who goes on, `(27,)`, 1 or 0: the lowest errors of the living; of equals, the first.

    Args:
        errors: now, `(27,)`.
        living: who is still there, `(27,)`, 1 or 0.
        kept: how many go on.
    """
    place = torch.arange(DRAWN, dtype=torch.float64)
    better = (errors[None, :] < errors[:, None]).to(torch.float64)
    tied = (errors[None, :] == errors[:, None]).to(torch.float64)
    first = (place[None, :] < place[:, None]).to(torch.float64)
    ahead = ((better + tied * first) * living[None, :]).sum(1)
    return living * (ahead < kept).to(torch.float64)


def lowest(errors: Tensor, living: Tensor) -> Tensor:
    """The lowest error of the living."""
    return torch.where(living > 0, errors, 2.0).amin()


def leader(errors: Tensor, living: Tensor) -> Tensor:
    """Who has it; of equals, the first."""
    place = torch.arange(DRAWN, dtype=torch.float64)
    seen = torch.where(living > 0, errors, 2.0)
    return torch.where(seen == seen.amin(), place, float(DRAWN)).amin()


def all_of_it(spent: Tensor) -> Tensor:
    """The part of the budget that running everybody to the end would have taken."""
    return spent / (DRAWN * UNITS)

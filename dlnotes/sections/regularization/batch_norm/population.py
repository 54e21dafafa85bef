"""Where the demo draws its batches from: 600 numbers of mean 0 and standard deviation 1, sorted.

Book: regularization/batch_norm
"""

import torch
from torch import Tensor

from dlnotes.sections.regularization.batch_norm.net import NONE, start
from dlnotes.training.data.mislabeled import CHOOSE, few_digits

COUNT = 600
UNIT = 6  # of a fresh net


def _standard(values: Tensor) -> Tensor:
    standard = (values - values.mean()) / values.std(correction=0)
    return standard.sort().values.round(decimals=3)


def _bell() -> Tensor:
    """A normal distribution, cut into 600 equal parts."""
    middles = (torch.arange(COUNT, dtype=torch.float64) + 0.5) / COUNT
    return _standard(torch.special.ndtri(middles))


def _unit() -> Tensor:
    """What one hidden unit of a fresh net makes of 600 digits."""
    weights = start(NONE, 0, 1)["first"][0, UNIT].double()
    return _standard(few_digits(0, dtype=torch.float64).X_test[CHOOSE:] @ weights)


POPULATIONS = {"bell": _bell(), "unit": _unit()}

"""The runs of the demo: one net on digits, at seven batches and eight rates.

Book: hyperparameters/batch_size
"""

from functools import cache

from torch import Tensor

from dlnotes.sections.hyperparameters.batch_size.experiments import RECORD
from dlnotes.sections.hyperparameters.batch_size.runs import SHOWN
from dlnotes.training.records import unpacked

BATCHES, RATES, LAST, LEVEL = SHOWN["batches"], SHOWN["rates"], SHOWN["steps"], SHOWN["level"]
BASE = (32, 0.25)  # what the question compares with
HIGHEST = 9.99  # of the losses that are kept


@cache
def losses() -> Tensor:
    """Training loss before every step, `(7, 8, 101)`; no higher than `HIGHEST`."""
    found = unpacked(RECORD.found["values"]["shown"])
    return found.nan_to_num(HIGHEST).clamp(max=HIGHEST)

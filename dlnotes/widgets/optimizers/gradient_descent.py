"""Full batch, one example or a few: the path, the pull of every example, the loss by what was read.

Book: optimizers/gradient_descent
"""

import functools
import math
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.optimizers.gradient_descent import stability_limit
from dlnotes.training import tasks
from dlnotes.widgets.demo import Demo
from dlnotes.widgets.optimizers.gradient_descent_text import TEXT
from dlnotes.widgets.seeded import Random

EXAMPLES = 48
EPOCHS = 20  # what a run reads, in passes over the data
BATCHES = (1, 2, 3, 4, 6, 8, 12, 16, 24, EXAMPLES)
MOST = EXAMPLES * EPOCHS + 1  # points on the longest run
LOST = 10.0  # this many times the first loss counts as diverged
NOISE = 0.5
SEED = 11


class Data(tasks.NamedTuple):
    """Features, shape `(EXAMPLES, 2)`, and targets, shape `(EXAMPLES,)`."""

    X: Tensor
    y: Tensor

"""Settings of a tenth on all data, coarse before fine, and how far a linear model comes.

`python -m dlnotes.sections.hyperparameters.small_to_full.experiments` makes the record beside
this file anew; it takes three minutes.

Book: hyperparameters/small_to_full
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.protocols import Rule
from dlnotes.optimizers import adam, sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data.examples import Data
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP

SEEDS = tuple(range(8))
SIZES, BATCH = (64, 64, 10), 40
TENTH, ALL = 80, 797
LRS = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
PENALTIES = (0.0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3)
STEPS, SHORT = 400, 40  # 20 epochs of all data, and 20 of a tenth
LOOKS = 20


def digits(seed: int, examples: int, wrong: float = 0.15) -> Data:
    return few_digits(seed, examples, wrong)


def shares(net: MLP, params, data: Data) -> Tensor:
    """Accuracy of every run on the images that choose, and on those that report, `(runs, 2)`."""
    right = vmap(lambda one: functional_call(net, one, (data.X_test,)).argmax(-1))(params)
    hits = (right == _classes(data.y_test)).double()
    return torch.stack([hits[:, :CHOOSE].mean(1), hits[:, CHOOSE:].mean(1)], 1)


def _classes(y: Tensor) -> Tensor:
    return y.argmax(-1) if y.ndim > 1 else y


def tried(
    data: Callable[[int], Data],
    rule: Rule,
    *,
    net: MLP | None = None,
    steps: int = STEPS,
    batch: int = BATCH,
    seeds: Sequence[int] = SEEDS,
    loss: Callable = cross_entropy,
    **columns,
) -> Tensor:
    """Every setting on every data set: what chooses and what reports, `(2, settings, seeds)`."""
    net, found = net or MLP(SIZES), []
    count = max(len(c) for c in columns.values() if isinstance(c, Sequence))
    for seed in seeds:
        task = data(seed)
        runs = fleet(
            net, task, rule, steps=steps, seeds=[seed] * count, every=0, progress=False,
            batch_size=min(batch, len(task.X)), loss=loss, **columns,
        )  # fmt: skip
        finite = runs.losses[:, -1].isfinite().unsqueeze(1)
        found.append(torch.where(finite, shares(net, runs.params, task), 0.0).T)
    return torch.stack(found, -1)

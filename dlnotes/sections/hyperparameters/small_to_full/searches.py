"""A table of nets to search in, coarse and fine, and the images with the largest losses.

Book: hyperparameters/small_to_full
"""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor
from torch.func import functional_call

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.pipeline import coarse_to_fine, rank_by_loss
from dlnotes.optimizers import adam
from dlnotes.regularization.weight_decay import coupled
from dlnotes.sections.hyperparameters.small_to_full.grids import (
    ALL,
    BATCH,
    PENALTIES,
    SEEDS,
    SIZES,
    digits,
    tried,
)
from dlnotes.training.data.examples import Data
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP

TABLE = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
TABLE_STEPS, TABLE_BATCH = 80, 30
TRIALS, SEARCHES = (16, 64), 50


def table(seeds: Sequence[int] = SEEDS) -> Tensor:
    """Learning rates by penalties on 150 digits, `(2, rates, penalties, seeds)`."""
    pairs = [(lr, weak) for lr in TABLE for weak in PENALTIES[1:]]
    columns = {"lr": [lr for lr, _ in pairs], "weight_decay": [weak for _, weak in pairs]}
    given = {"steps": TABLE_STEPS, "batch": TABLE_BATCH, "seeds": seeds}
    found = tried(partial(digits, examples=150), coupled(adam), **columns, **given)
    return found.unflatten(1, (len(TABLE), -1))


def between(grid: Tensor, points: Tensor) -> Tensor:
    """Values of a table `(rows, columns)` at points of the unit square, bilinear, `(n,)`."""
    reach = torch.tensor(grid.shape, dtype=torch.float64) - 1
    place = points * reach
    low = torch.minimum(place.floor(), reach - 1).long()
    part = place - low
    rows = [grid[low[:, 0] + i, low[:, 1]] * (1 - part[:, 1])
            + grid[low[:, 0] + i, low[:, 1] + 1] * part[:, 1] for i in (0, 1)]  # fmt: skip
    return rows[0] * (1 - part[:, 0]) + rows[1] * part[:, 0]


def searched(grid: Tensor, rounds: int, trials: int, searches: int = SEARCHES) -> Tensor:
    """What is reported at the point that a search chooses, a mean for every data set, `(seeds,)`.

    Args:
        grid: of `table`.
        rounds: 1 for one flat search, 2 for coarse and fine.
        trials: of one search, in all.
        searches: on every data set.
    """
    found = []
    for seed in range(grid.shape[-1]):
        score, report = grid[0, ..., seed], grid[1, ..., seed]
        worth = []
        for search in range(searches):
            source = seeded(SEARCHES * seed + search)
            run = coarse_to_fine(
                lambda p, s=score: -between(s, p), 2, trials, source, rounds=rounds
            )
            best = run.points[run.losses.argmin()].unsqueeze(0)
            worth.append(between(report, best)[0])
        found.append(torch.stack(worth).mean())
    return torch.stack(found)


def decoy(points: Tensor) -> Tensor:
    """A broad hill of height 0.8 and a narrow one of height 1, turned over: less is better."""
    broad = 0.8 * (-((points - 0.3) / 0.25).square().sum(-1)).exp()
    narrow = (-((points - 0.85) / 0.08).square().sum(-1)).exp()
    return -torch.maximum(broad, narrow)


def above(rounds: int, trials: int, height: float = 0.8, searches: int = 1000) -> float:
    """The part of the searches on the decoy that get above a height."""
    runs = (coarse_to_fine(decoy, 2, trials, seeded(s), rounds=rounds) for s in range(searches))
    return sum(-run.losses.min().item() > height for run in runs) / searches


# ---- the largest losses --------------------------------------------------------------------------
def ranked(seed: int, steps: int = 100) -> tuple[Data, Tensor, Tensor]:
    """All digits, 5% mislabeled: the order of their losses after training, and which are wrong."""
    data, right = digits(seed, ALL, 0.05), digits(seed, ALL, 0.0)
    run = train(
        MLP(SIZES, seed=seed), data, adam, lr=0.003, steps=steps, batch_size=BATCH, seed=seed,
        every=0, progress=False,
    )  # fmt: skip
    order = rank_by_loss(functional_call(MLP(SIZES), run.params, (data.X,)), data.y)
    return data, order, data.y != right.y


def found_wrong(seeds: Sequence[int] = SEEDS) -> Tensor:
    """Of the wrong labels, the part among as many images of the largest loss, `(seeds,)`."""
    parts = []
    for seed in seeds:
        _, order, wrong = ranked(seed)
        parts.append(wrong[order[: int(wrong.sum())]].double().mean())
    return torch.stack(parts)

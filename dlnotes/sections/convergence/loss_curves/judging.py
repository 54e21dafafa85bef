"""The reader of curves, judged: what it says at step 400, and what comes after.

Book: convergence/loss_curves
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dlnotes.convergence.curves import SHAPES, bar, looks_like
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.loss_curves.arms import Setting, arms
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP

READ, MORE = 400, 600  # read here; here one sees what came of it
LONG = 3000  # and here, after a leap
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (5, 20, 100)
JUDGED_SEEDS = (3, 4, 5)  # the rules were written while looking at 0, 1 and 2
TOL = 0.05
LATER = range(MORE - 90, MORE + 1, 10)


def tasks() -> dict[str, tuple[nn.Module, Data]]:
    """Six small tasks of 100 examples each."""
    digits = datasets.digits(0)
    tanh = {"activation": "tanh"}
    return {
        "arms": arms(),
        "arms, ReLU": (MLP((2, 32, 32, 3)), arms()[1]),
        "moons": (MLP((2, 16, 2), **tanh), datasets.moons(100, noise=0.3)),
        "circles": (MLP((2, 16, 2)), datasets.circles(100, noise=0.2)),
        "blobs": (MLP((2, 8, 3)), datasets.blobs(100, noise=0.6)),
        "digits": (MLP((64, 16, 10)), Data(*(part[:100] for part in digits[:4]))),
    }


def cells(rates=RATES, batches=BATCHES, seeds=JUDGED_SEEDS) -> list[Setting]:
    """Every combination."""
    return [Setting(lr, batch, seed) for lr in rates for batch in batches for seed in seeds]


def judge(net: nn.Module, data: Data, settings: Sequence[Setting]) -> dict[str, list]:
    """What curves look like at step 400, on batches and on all data, and what comes after.

    Returns:
        `batch` and `full`: what `looks_like` says, `truth`: what comes, each an index in `SHAPES`;
        `leap`: the highest ratio of a full loss to the lowest before it, up to step 400;
        `lower`: whether a tenth of the learning rate ends 5% lower than the whole of it.
    """
    looks = [*range(0, READ + 1, 5), *LATER]
    lr, batch, seeds = (list(part) for part in zip(*settings, strict=True))
    found = []
    for divide in (1, 10):
        lower = [rate / divide for rate in lr]
        rates = {"lr": lambda step, lower=lower: torch.tensor(lr if step < READ else lower)}
        found.append(
            fleet(net, data, sgd, steps=MORE, batch_size=batch, seeds=seeds, every=looks, **rates)
        )
    kept, cut = found
    seen = kept.train_loss[:, : -len(LATER)]
    ends = [each.train_loss[:, -len(LATER) :].mean(1) for each in (kept, cut)]
    leaps = (seen[:, 1:] / seen[:, :-1].cummin(1).values).nan_to_num(torch.inf).amax(1)
    return {
        "batch": [_index(looks_like(losses[:READ].tolist())) for losses in kept.losses],
        "full": [_index(looks_like(losses.tolist())) for losses in seen],
        "truth": [_index(comes(*each)) for each in zip(seen, *ends, strict=True)],
        "leap": leaps,
        "lower": [int(low < (1 - TOL) * high) for high, low in zip(*ends, strict=True)],
    }


def lost(net: nn.Module, data: Data, settings: Sequence[Setting]) -> list[int]:
    """Whether full-batch runs are above their bar, a mean of the last 100 steps: 1 or 0 each."""
    looks = [*range(0, READ + 1, 5), *range(READ + 10, LONG + 1, 10)]
    lr, batch, seeds = (list(part) for part in zip(*settings, strict=True))
    found = fleet(
        net, data, sgd, lr=torch.tensor(lr), steps=LONG, batch_size=batch, seeds=seeds, every=looks
    ).train_loss
    first, lowest = found[:, 0], found[:, : READ // 5 + 1].nan_to_num(torch.inf).amin(1)
    bars = [bar(*each) for each in zip(first.tolist(), lowest.tolist(), strict=True)]
    ends = found[:, -10:].mean(1).tolist()
    return [int(not end <= limit) for end, limit in zip(ends, bars, strict=True)]


def comes(seen: Tensor, kept: Tensor, cut: Tensor) -> str:
    """What came after step 400, told by the loss on all data.

    Args:
        seen: up to step 400.
        kept: mean over the last 100 of 200 further steps.
        cut: the same after dividing the learning rate by 10.
    """
    now = seen[-5:].mean()
    if not kept.isfinite() or kept > bar(seen[0].item(), seen.nan_to_num(torch.inf).min().item()):
        return "runaway"
    if kept < (1 - TOL) * now:
        return "slide"
    return "bounce" if cut < (1 - TOL) * now else "plateau"


def _index(shape: str | None) -> int:
    return SHAPES.index(shape)

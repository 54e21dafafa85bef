"""What a pretrained net is worth, what a smaller one loses, and what another start brings.

`python -m dlnotes.sections.hyperparameters.better_or_smaller.experiments` makes the record beside
this file anew; it takes four minutes.

Book: hyperparameters/better_or_smaller
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.better_or_smaller import convolutions, tasks
from dlnotes.training.data.examples import Data
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(8))
SIZES, STEPS, LR = (64, 64, 10), 200, 0.003
STARTS = 16  # of a net on one data set
CONSTANT = 0.1
SCARCE, SOME = 15, (6, 3, 0)  # samples to learn from and as many to choose by; features shared


def chosen(scores: Tensor) -> Tensor:
    """What is reported at the rate whose mean over the seeds chose it.

    Args:
        scores: errors that choose and errors that report, `(2, rates, …, seeds)`.

    Returns:
        Shape `(…, seeds)`.
    """
    best = scores[0].mean(-1).argmin(0)
    return scores[1].gather(0, best[None, ..., None].expand(1, *scores.shape[2:]))[0]


def transfer(
    seeds: Sequence[int] = SEEDS,
    shared: Sequence[int] = tasks.SHARED,
    samples: Sequence[int] = tasks.SAMPLES,
) -> dict[str, Tensor]:
    """Errors on the target: `scratch` `(samples, seeds)`, others `(samples, shared, seeds)`."""
    first = tasks.pretrained(seeds, shared)[0]
    start = tasks.fresh(seeds, 1)[0]
    found = {arm: [] for arm in tasks.ARMS}
    for count in samples:
        scores = tasks.learned(start, seeds, count, "scratch")
        found["scratch"].append(chosen(scores))
        for arm in ("frozen", "tuned"):
            scores = tasks.learned(first, list(seeds) * len(shared), count, arm)
            found[arm].append(chosen(scores.unflatten(-1, (len(shared), len(seeds)))))
    return {arm: torch.stack(each) for arm, each in found.items()}


def own(scores: Tensor) -> Tensor:
    """What is reported at the rate that each net chose for itself; shapes as in `chosen`."""
    return scores[1].gather(0, scores[0].argmin(0)[None])[0]


def scarce(seeds: Sequence[int] = SEEDS, shared: Sequence[int] = SOME) -> dict[str, Tensor]:
    """Errors where every net has only as many samples to choose by as it learns from.

    Returns:
        `scratch` `(seeds,)`, others `(shared, seeds)`.
    """
    first, start = tasks.pretrained(seeds, shared)[0], tasks.fresh(seeds, 1)[0]
    found = {"scratch": own(tasks.learned(start, seeds, SCARCE, "scratch", SCARCE))}
    for arm in ("frozen", "tuned"):
        scores = tasks.learned(first, list(seeds) * len(shared), SCARCE, arm, SCARCE)
        found[arm] = own(scores).unflatten(-1, (len(shared), len(seeds)))
    return found


def starts(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """Accuracies from other starts, on images that choose and on others.

    Returns:
        `he` and `glorot`: `(2, starts, seeds)`; `constant`: `(2, seeds)`.
    """
    found = {"he": [], "glorot": [], "constant": []}
    setting = {"lr": LR, "steps": STEPS, "every": 0, "progress": False}
    for seed in seeds:
        data = few_digits(seed, wrong=0.0)
        for init in ("he", "glorot"):
            net = MLP(SIZES, init=init)
            many = [100 * seed + start for start in range(STARTS)]
            found[init].append(_scored(net, fleet(net, data, adam, seeds=many, **setting), data))
        net = MLP(SIZES)
        for param in net.parameters():
            nn.init.constant_(param, CONSTANT)
        net = nn.Sequential(net)
        found["constant"].append(
            _scored(net, fleet(net, data, adam, seeds=[seed], **setting), data)[:, 0]
        )
    return {name: torch.stack(each, -1) for name, each in found.items()}


def _scored(net: nn.Module, runs, data: Data) -> Tensor:
    def hits(params: dict[str, Tensor]) -> Tensor:
        return functional_call(net, params, (data.X_test,)).argmax(-1) == data.y_test

    right = vmap(hits)(runs.params).double()
    return torch.stack([right[:, :CHOOSE].mean(1), right[:, CHOOSE:].mean(1)])


def made() -> dict:
    """All values of the record."""
    nets = {
        kind: torch.stack([1 - convolutions.accuracies(kind, width) for width in widths])
        for kind, widths in convolutions.WIDTHS.items()
    }
    return {"transfer": transfer(), "scarce": scarce(), "smaller": nets, "starts": starts()}


@cache
def recorded(part: str) -> dict[str, Tensor]:
    """What came with the book: `"transfer"`, `"scarce"`, `"smaller"` or `"starts"`."""
    return {name: unpacked(values) for name, values in RECORD.found["values"][part].items()}


@cache
def smaller() -> dict[str, Tensor]:
    """Errors of the convolutional nets that came with the book, `(widths, seeds)` a kind."""
    return {
        kind: torch.stack([chosen(one) for one in scores])
        for kind, scores in recorded("smaller").items()
    }


def _transfer() -> tuple[Tensor, Tensor]:
    """The fewest samples and all features shared."""
    again = transfer(shared=(6,), samples=(15,))
    kept = recorded("transfer")
    return (
        torch.stack([again["scratch"][0], again["tuned"][0, 0]]),
        torch.stack([kept["scratch"][0], kept["tuned"][0, -1]]),
    )


def _smaller() -> tuple[Tensor, Tensor]:
    """The smallest ordinary net on one data set, at the lowest rate."""
    again = 1 - convolutions.accuracies("ordinary", 2, SEEDS[:1])
    return again[:, 0], recorded("smaller")["ordinary"][0, :, 0, :1]


def _starts() -> tuple[Tensor, Tensor]:
    """One data set's starts."""
    return starts(SEEDS[:1])["he"], recorded("starts")["he"][..., :1]


RECORD = Record(
    __file__,
    make=made,
    settings={
        "seeds": SEEDS, "rates": tasks.RATES, "steps": tasks.STEPS, "samples": tasks.SAMPLES,
        "scarce": [SCARCE, SOME], "source": tasks.SOURCE, "source_steps": tasks.SOURCE_STEPS,
        "widths": convolutions.WIDTHS,
        "conv_rates": convolutions.RATES, "conv_steps": convolutions.STEPS,
        "sizes": SIZES, "mlp_steps": STEPS, "mlp_lr": LR, "starts": STARTS, "constant": CONSTANT,
    },
    pieces={"starts": _starts, "transfer": _transfer, "smaller": _smaller},
    rtol=2e-3,
    atol=4e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

"""A fair comparison: one task, one grid of learning rates, as many trials for every rule.

A seed repeats all of it: it decides the split of the data, the first weights, the order of the
batches, and so which learning rate is chosen.

`python -m dlnotes.sections.optimizers.fair_comparison.experiments` makes the
record beside this file anew.

Book: optimizers/fair_comparison
"""

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.arguments import whole
from dlnotes.optimizers import adadelta, adagrad, adam, momentum, nesterov, rmsprop, sgd
from dlnotes.sections.optimizers.fair_comparison.contests import CONTESTS, Contest, Entrant
from dlnotes.training.fleet import fleet

RECORD = Path(__file__).with_name("record.json")
LRS = tuple(float(f"{10 ** (power / 4):.3g}") for power in range(-20, 13))
SEEDS = tuple(range(10))
T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # Student's, 1 to 9 degrees


ENTRANTS = {
    "sgd": Entrant(sgd, 1e-3, {}),
    "momentum": Entrant(momentum, 1e-3, {"momentum": 0.9}),
    "nesterov": Entrant(nesterov, 1e-3, {"momentum": 0.9}),
    "adagrad": Entrant(adagrad, 1e-2, {}),
    "adadelta": Entrant(adadelta, 1.0, {}),
    "rmsprop": Entrant(rmsprop, 1e-2, {}),
    "adam": Entrant(adam, 1e-3, {}),
}


class Scores(NamedTuple):
    """What one entrant reached, by seed and learning rate; 0 where the run diverged.

    Attributes:
        lrs: learning rates, shape `(L,)`.
        validation: what a tuner may look at, shape `(S, L)`.
        test: what is reported, shape `(S, L)`.
    """

    lrs: Tensor
    validation: Tensor
    test: Tensor


def compete(
    entrant: Entrant,
    contest: Contest,
    *,
    lrs: Sequence[float] = LRS,
    seeds: Sequence[int] = SEEDS,
) -> Scores:
    """Trains one net for every seed and learning rate, and judges it on both parts.

    Args:
        entrant: the rule.
        contest: the task.
        lrs: L learning rates.
        seeds: S of them.

    Example:
        >>> one = compete(ENTRANTS["adam"], CONTESTS["trap"], lrs=[0.001, 0.01], seeds=[0])
        >>> one.test.shape
        torch.Size([1, 2])
    """
    rows = [_one_seed(entrant, contest, list(lrs), seed) for seed in seeds]
    validation, test = (torch.stack(part) for part in zip(*rows, strict=True))
    return Scores(torch.tensor(lrs, dtype=torch.float64), validation, test)


def upto(scores: Scores, top: float) -> Scores:
    """The part of a sweep whose learning rates are at most `top`."""
    count = int((scores.lrs <= top * 1.001).sum())
    return Scores(scores.lrs[:count], scores.validation[:, :count], scores.test[:, :count])


def at(scores: Scores, lr: float) -> Tensor:
    """Test scores at the learning rate of the grid nearest to `lr`, shape `(S,)`."""
    return scores.test[:, _nearest(scores.lrs, lr)]


def chosen(scores: Scores) -> Tensor:
    """The learning rate with the best validation score of every seed, shape `(S,)`."""
    return scores.lrs[ranks(scores.validation).argmin(1)]


def ranks(validation: Tensor) -> Tensor:
    """The place of every learning rate in its seed's ranking, 0 for the best, shape `(S, L)`.

    Of equal ones the smaller learning rate comes first.
    """
    order = validation.argsort(dim=1, descending=True, stable=True)
    return order.argsort(dim=1)


def chances(trials: int, candidates: int) -> Tensor:
    """How likely each rank is the best of `trials` candidates drawn without replacement.

    P(k) = C(candidates - 1 - k, trials - 1) / C(candidates, trials),  k = 0 for the best

    Args:
        trials: how many are drawn, from 1 to `candidates`.
        candidates: L.

    Example:
        >>> chances(2, 3)
        tensor([0.6667, 0.3333, 0.0000], dtype=torch.float64)
    """
    whole("trials", trials)
    if trials > candidates:
        raise ValueError(
            f"`trials` must be at most the number of candidates, got trials={trials} and "
            f"candidates={candidates}."
        )
    ways = [math.comb(candidates - 1 - rank, trials - 1) for rank in range(candidates)]
    return torch.tensor(ways, dtype=torch.float64) / math.comb(candidates, trials)


def tuned(scores: Scores, trials: int | None = None) -> Tensor:
    """Test score to be expected of a tuner with so many trials, shape `(S,)`.

    The tuner draws that many learning rates of the grid at random, keeps the one with the best
    validation score and reports its test score; this is the mean over all possible draws.
    Dodge et al. (2019) ask for such a curve over the budget.

    Args:
        scores: of one entrant.
        trials: from 1 to L; `None` tries the whole grid.
    """
    count = len(scores.lrs)
    chance = chances(trials or count, count).to(scores.test)
    return (scores.test * chance[ranks(scores.validation)]).sum(1)


def tolerance(scores: Scores, within: float) -> Tensor:
    """Decades of learning rate whose test score is at most `within` below the best, `(S,)`.

    Every point of the grid counts as its spacing.

    Args:
        scores: of one entrant.
        within: how much may be lost, at least 0.
    """
    decades = math.log10(scores.lrs[-1] / scores.lrs[0]) / (len(scores.lrs) - 1)
    good = scores.test >= scores.test.amax(1, keepdim=True) - within
    return good.sum(1) * decades


def interval(values: Tensor | Sequence[float]) -> tuple[float, float]:
    """The 95 % confidence interval of the mean by Student's t, from 2 to 10 values.

    Args:
        values: such as the differences between two rules, one a seed.

    Example:
        >>> [round(end, 3) for end in interval([1.0, 2.0, 3.0, 4.0, 5.0])]
        [1.037, 4.963]
    """
    values = torch.as_tensor(values, dtype=torch.float64)
    reach = T95[len(values) - 2] * values.std().item() / math.sqrt(len(values))
    mean = values.mean().item()
    return mean - reach, mean + reach


@cache
def recorded() -> dict[str, dict[str, Scores]]:
    """The sweep that came with the book: contest -> entrant -> scores, 10 seeds by 33 rates."""
    lrs = torch.tensor(LRS, dtype=torch.float64)
    found = json.loads(RECORD.read_text(encoding="utf-8"))
    return {
        contest: {name: Scores(lrs, *map(_unpacked, parts)) for name, parts in entrants.items()}
        for contest, entrants in found.items()
    }


def _one_seed(entrant: Entrant, contest: Contest, lrs: list[float], seed: int) -> tuple:
    """Validation and test scores of every learning rate, `(L,)` each."""
    data, X, y = contest.data(seed)
    how = {"steps": contest.steps, "batch_size": contest.batch_size, "loss": contest.loss}
    runs = fleet(
        contest.net, data, entrant.rule, lr=lrs, seeds=seed, every=0, **how, **entrant.hyper
    )
    alive = runs.losses[:, -1].isfinite()
    parts = (data.X_test, data.y_test), (X, y)
    return tuple(torch.where(alive, _judged(contest, runs.params, *part), 0.0) for part in parts)


def _judged(contest: Contest, params: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
    def one(params: dict[str, Tensor]) -> Tensor:
        return contest.score(functional_call(contest.net, params, (X,)), y)

    return vmap(one)(params).to(torch.float64).nan_to_num(0.0)


def _nearest(lrs: Tensor, lr: float) -> int:
    return int((lrs.log() - math.log(lr)).abs().argmin())


def _packed(scores: Tensor) -> list[list[int]]:
    return (scores * 10_000).round().long().tolist()


def _unpacked(rows: list[list[int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64) / 10_000


def main() -> None:
    """Make the record anew: every contest, entrant, learning rate and seed."""
    record = {}
    for contest in CONTESTS:
        record[contest] = {}
        for name, entrant in ENTRANTS.items():
            scores = compete(entrant, CONTESTS[contest])
            record[contest][name] = [_packed(scores.validation), _packed(scores.test)]
    RECORD.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

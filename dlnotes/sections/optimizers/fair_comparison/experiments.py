"""A fair comparison: one task, one grid of learning rates, as many trials for every rule.

A seed repeats all of it: it decides the split of the data, the first weights, the order of the
batches, and so which learning rate is chosen.

`python -m dlnotes.sections.optimizers.fair_comparison.experiments` makes the
record beside this file anew.

Book: optimizers/fair_comparison
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import combinations

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.intervals import interval
from dlnotes.optimizers import adadelta, adagrad, adam, momentum, nesterov, rmsprop, sgd
from dlnotes.sections.optimizers.fair_comparison.contests import CONTESTS, Contest, Entrant
from dlnotes.training.records import Record, unpacked
from dlnotes.training.sweeps import Sweep, sweep

LRS = tuple(float(f"{10 ** (power / 4):.3g}") for power in range(-20, 13))
SEEDS = tuple(range(10))

ENTRANTS = {
    "sgd": Entrant(sgd, 1e-3, {}),
    "momentum": Entrant(momentum, 1e-3, {"momentum": 0.9}),
    "nesterov": Entrant(nesterov, 1e-3, {"momentum": 0.9}),
    "adagrad": Entrant(adagrad, 1e-2, {}),
    "adadelta": Entrant(adadelta, 1.0, {}),
    "rmsprop": Entrant(rmsprop, 1e-2, {}),
    "adam": Entrant(adam, 1e-3, {}),
}


def compete(
    entrant: Entrant,
    contest: Contest,
    *,
    lrs: Sequence[float] = LRS,
    seeds: Sequence[int] = SEEDS,
) -> Sweep:
    """Trains one net for every seed and learning rate, and judges it on both parts.

    Args:
        entrant: the rule.
        contest: the task.
        lrs: R learning rates.
        seeds: S of them.

    Example:
        >>> one = compete(ENTRANTS["adam"], CONTESTS["trap"], lrs=[0.001, 0.01], seeds=[0])
        >>> one.scores.shape
        torch.Size([2, 1])
    """
    setting = contest._asdict() | entrant.hyper
    return sweep(rule=entrant.rule, lrs=lrs, seeds=seeds, **setting)


def chosen(scores: Sweep) -> Tensor:
    """The learning rate with the best validation score of every seed, shape `(S,)`."""
    return scores.lrs[ranks(scores.validation).argmin(0)]


def ranks(validation: Tensor) -> Tensor:
    """The place of every learning rate in its seed's ranking, 0 for the best, shape `(R, S)`.

    Of equal ones the smaller learning rate comes first.
    """
    order = validation.argsort(dim=0, descending=True, stable=True)
    return order.argsort(dim=0)


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


def tuned(scores: Sweep, trials: int | None = None) -> Tensor:
    """Test score to be expected of a tuner with so many trials, shape `(S,)`.

    The tuner draws that many learning rates of the grid at random, keeps the one with the best
    validation score and reports its test score; this is the mean over all possible draws.
    Dodge et al. (2019) ask for such a curve over the budget.

    Args:
        scores: of one entrant.
        trials: from 1 to R; `None` tries the whole grid.
    """
    count = len(scores.lrs)
    chance = chances(trials or count, count).to(scores.scores)
    return (scores.scores * chance[ranks(scores.validation)]).sum(0)


def tolerance(scores: Sweep, within: float) -> Tensor:
    """Decades of learning rate whose test score is at most `within` below the best, `(S,)`.

    Every point of the grid counts as its spacing.

    Args:
        scores: of one entrant.
        within: how much may be lost, at least 0.
    """
    decades = math.log10(scores.lrs[-1] / scores.lrs[0]) / (len(scores.lrs) - 1)
    good = scores.scores >= scores.scores.amax(0) - within
    return good.sum(0) * decades


def part(scores: Sweep, low: float, top: float) -> Sweep:
    """The scores at the learning rates of the grid from `low` to `top`, both included."""
    kept = (scores.lrs >= low * 0.999) & (scores.lrs <= top * 1.001)  # written in decimals
    return Sweep(scores.lrs[kept], scores.seeds, scores.validation[kept], scores.scores[kept])


def largest_difference(scores: Mapping[str, Tensor], names: Iterable[str]) -> float:
    """How far the 95% interval of the difference of any two rules reaches from 0.

    Args:
        scores: name -> test scores over the same seeds, shape `(S,)`.
        names: the rules to compare, at least two.

    Example:
        >>> scores = {"one": torch.tensor([0.9, 0.8, 0.7]), "two": torch.tensor([0.9, 0.8, 0.7])}
        >>> largest_difference(scores, scores)
        0.0
    """
    pairs = combinations(names, 2)
    return max(abs(end) for one, two in pairs for end in interval(scores[one] - scores[two]))


@cache
def recorded() -> dict[str, dict[str, Sweep]]:
    """The sweep that came with the book: contest -> entrant -> scores, 33 rates by 10 seeds."""
    lrs = torch.tensor(LRS, dtype=torch.float64)
    return {
        contest: {name: Sweep(lrs, SEEDS, *map(unpacked, parts)) for name, parts in field.items()}
        for contest, field in RECORD.found["values"].items()
    }


def all_scores() -> dict[str, dict[str, list[Tensor]]]:
    """Contest -> entrant -> validation and test scores."""
    sweeps = {
        contest: {name: compete(entrant, CONTESTS[contest]) for name, entrant in ENTRANTS.items()}
        for contest in CONTESTS
    }
    return {
        contest: {name: [one.validation, one.scores] for name, one in field.items()}
        for contest, field in sweeps.items()
    }


def piece(contest: str, name: str, rates: slice) -> tuple[Tensor, Tensor]:
    """Scores of seed 7 at some learning rates, anew and recorded."""
    again = compete(ENTRANTS[name], CONTESTS[contest], lrs=LRS[rates], seeds=[7])
    kept = recorded()[contest][name]
    return (
        torch.cat([again.validation, again.scores]),
        torch.cat([kept.validation[rates, 7:8], kept.scores[rates, 7:8]]),
    )


PIECES = (  # learning rates at which rounding does not decide
    ("digits", "sgd", slice(4, 17, 4)),
    ("digits", "adam", slice(0, 13, 4)),
    ("digits", "adadelta", slice(14, 24, 3)),
    ("words", "rmsprop", slice(0, 33, 6)),
    ("words", "sgd", slice(0, 33, 6)),
    ("trap", "momentum", slice(0, 14, 4)),
    ("trap", "adagrad", slice(0, 14, 4)),
)
RECORD = Record(
    __file__,
    make=all_scores,
    settings={
        "lrs": LRS,
        "seeds": SEEDS,
        "entrants": {name: entrant.hyper for name, entrant in ENTRANTS.items()},
        "contests": {name: [of.choose, of.steps, of.batch_size] for name, of in CONTESTS.items()},
    },
    pieces={
        f"{contest} {name}": partial(piece, contest, name, rates) for contest, name, rates in PIECES
    },
    atol=0.0051,  # two digits of 400 may differ
)

if __name__ == "__main__":
    RECORD.write()

"""Digits with wrong labels: who stands at the top, and what mining and dropping are worth.

`python -m dlnotes.sections.hyperparameters.hard_examples.experiments` makes the record beside this
file anew; it takes two minutes.

Book: hyperparameters/hard_examples
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.hard_examples import find_label_errors, hard_example_mining
from dlnotes.hyperparameters.selection import folds
from dlnotes.sections.hyperparameters.hard_examples.nets import (
    BATCH,
    SIZES,
    Digits,
    Losses,
    each_loss,
    plain,
    scores,
)
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.records import Record, unpacked

EXAMPLES, STEPS, FOLDS = 300, 200, 5
SHARES = (0.0, 0.05, 0.15, 0.25, 0.35, 0.45)  # of labels that are wrong
LRS = (0.0003, 0.001, 0.003, 0.01, 0.03)
SEEDS = tuple(range(8))
RANK_LR, TIMES, HELD_AT = 0.003, (20, 50, 100, 200, 400, 800), 100
SHOWN_SHARES, SHOWN_TIMES = (0.0, 0.05, 0.15, 0.35), (0, 1, 2, 5, 10, 20, 50, 100, 200, 400, 800)
IGNORED = -100  # a label that cross-entropy leaves out
ARMS = ("plain", "mine75", "mine50", "ease75", "drop75", "doubt", "right")

Job = tuple[float, int]  # share of wrong labels, seed


class Ranked(NamedTuple):
    """What stands at the top of the ranking by loss.

    Attributes:
        top: wrong labels among the 12 largest losses, `(times, shares, seeds)`.
        found: of the wrong labels, the part among as many of the largest losses, same shape.
        held: the same by nets that have not learned from these images, `(shares, seeds)`.
        doubted: how many labels confident learning doubts, `(shares, seeds)`.
        caught: how many of those are wrong, `(shares, seeds)`.
    """

    top: Tensor
    found: Tensor
    held: Tensor
    doubted: Tensor
    caught: Tensor


def wrong_rows(job: Job) -> Tensor:
    """Which labels are wrong, `(300,)`."""
    share, seed = job
    return few_digits(seed, EXAMPLES, share).y != few_digits(seed, EXAMPLES, 0.0).y


def digits(job: Job) -> Digits:
    """The images of a job, asked about themselves."""
    data = few_digits(job[1], EXAMPLES, job[0])
    return Digits(data.X, data.y, data.X)


def own_losses(jobs: Sequence[Job], times: Sequence[int]) -> Tensor:
    """The losses of all examples while a net learns from them, `(times, jobs, 300)`."""
    data, seeds = [digits(job) for job in jobs], [seed for _, seed in jobs]
    said = scores(data, lr=[RANK_LR] * len(jobs), seeds=seeds, steps=times)
    y = torch.stack([each.y for each in data])
    return torch.stack([each_loss(output, y) for output in said])


def held_scores(jobs: Sequence[Job]) -> Tensor:
    """What nets say of images that they have not learned from, `(jobs, 300, 10)`.

    Five folds: each fold is asked of a net that has learned from the four others.
    """
    data, places = [], []
    for share, seed in jobs:
        X, y, *_ = few_digits(seed, EXAMPLES, share)
        for learn, held in folds(EXAMPLES, FOLDS, seeded(seed)):
            data.append(Digits(X[learn], y[learn], X[held]))
            places.append(held)
    seeds = [seed for _, seed in jobs for _ in range(FOLDS)]
    said = scores(data, lr=[RANK_LR] * len(data), seeds=seeds, steps=[HELD_AT])[0]
    found = torch.empty(len(jobs), EXAMPLES, said.shape[-1])
    for i, (held, output) in enumerate(zip(places, said, strict=True)):
        found[i // FOLDS, held] = output
    return found


def ranked(jobs: Sequence[Job], held: Tensor) -> Ranked:
    """Who stands at the top, for jobs of every share but 0 and of every seed, in this order."""
    seeds = len({seed for _, seed in jobs})
    wrong = torch.stack([wrong_rows(job) for job in jobs])
    losses = own_losses(jobs, TIMES)
    y = torch.stack([digits(job).y for job in jobs])
    doubts = [find_label_errors(*pair) for pair in zip(held, y, strict=True)]
    parts = (
        torch.stack([at_top(one, wrong, 12) * 12 for one in losses]),
        torch.stack([at_top(one, wrong) for one in losses]),
        at_top(each_loss(held, y), wrong),
        torch.tensor([float(len(rows)) for rows in doubts]),
        torch.stack([bad[rows].sum() for bad, rows in zip(wrong, doubts, strict=True)]),
    )
    return Ranked(*(part.unflatten(-1, (-1, seeds)).double() for part in parts))


def at_top(losses: Tensor, wrong: Tensor, count: int | None = None) -> Tensor:
    """The wrong part among so many of the largest losses, or as many as are wrong, `(jobs,)`."""
    parts = []
    for each, bad in zip(losses, wrong, strict=True):
        order = each.argsort(descending=True, stable=True)
        parts.append(bad[order[: count or int(bad.sum())]].double().mean())
    return torch.stack(parts)


# ---- what it is worth ----------------------------------------------------------------------------
def mined(keep: float) -> Losses:
    """The loss that learns from the hardest of every batch."""
    return lambda output, y: hard_example_mining(each_loss(output, y), keep)


def eased(keep: float) -> Losses:
    """The loss that learns from the easiest of every batch: mining turned round."""

    def loss(output: Tensor, y: Tensor) -> Tensor:
        losses = each_loss(output, y)
        return losses.sort().values[..., : round(keep * losses.shape[-1])].mean(-1)

    return loss


LOSSES = {"mine75": mined(0.75), "mine50": mined(0.5), "ease75": eased(0.75)}


def learned(arm: str, job: Job, held: Tensor | None) -> Digits:
    """The examples that an arm learns from; asked are the 1000 held out."""
    data = few_digits(job[1], EXAMPLES, job[0])
    X, y = data.X, data.y.clone()
    if arm == "drop75":
        order = each_loss(held, y).argsort(stable=True)
        kept = order[: round(0.75 * EXAMPLES)].sort().values
        X, y = X[kept], y[kept]
    elif arm == "doubt":
        y[find_label_errors(held, y)] = IGNORED
    elif arm == "right":
        y[wrong_rows(job)] = IGNORED
    return Digits(X, y, data.X_test)


def worth(arm: str, jobs: Sequence[Job], held: Tensor) -> Tensor:
    """Accuracy on the images that choose and on those that report, `(2, lrs, jobs)`."""
    data = [learned(arm, job, one) for job, one in zip(jobs, held, strict=True)]
    many = len(LRS)
    said = scores(
        data * many, lr=[lr for lr in LRS for _ in jobs], seeds=[seed for _, seed in jobs] * many,
        steps=[STEPS], loss=LOSSES.get(arm, plain),
    )[0]  # fmt: skip
    y = torch.stack([few_digits(seed, 1, 0.0).y_test for _, seed in jobs] * many)
    hits = (said.argmax(-1) == y).double().unflatten(0, (many, len(jobs)))
    return torch.stack([hits[..., :CHOOSE].mean(-1), hits[..., CHOOSE:].mean(-1)])


def chosen(found: Tensor) -> tuple[Tensor, list[float]]:
    """Each share's best learning rate by the images that choose.

    Args:
        found: of `recorded_worth`, `(2, lrs, shares, seeds)`.

    Returns:
        What is reported, `(shares, seeds)`, and the rates, one a share.
    """
    best = found[0].mean(-1).argmax(0)
    return found[1, best, torch.arange(len(best))], [LRS[place] for place in best]


def everything() -> dict:
    """All that goes into the record."""
    jobs = [(share, seed) for share in SHARES for seed in SEEDS]
    held = held_scores(jobs)
    some = len(SEEDS)  # the first ones have no wrong label to rank
    y = [digits(job).y for job in jobs[:some]]
    shape = (len(SHARES), some)
    return {
        "ranked": ranked(jobs[some:], held[some:])._asdict(),
        "accused": [len(find_label_errors(*pair)) for pair in zip(held[:some], y, strict=True)],
        "worth": {arm: worth(arm, jobs, held).unflatten(-1, shape) for arm in ARMS},
        "losses": shown_losses(),
    }


def shown_losses(shares: Sequence[float] = SHOWN_SHARES) -> Tensor:
    """What the demo shows, `(shares, times, 300)`."""
    return own_losses([(share, 0) for share in shares], SHOWN_TIMES).transpose(0, 1)


def recorded_ranks() -> Ranked:
    """The rankings that came with the book."""
    return Ranked(*map(unpacked, RECORD.found["values"]["ranked"].values()))


def recorded_worth(arm: str) -> Tensor:
    """What an arm was worth, `(2, lrs, shares, seeds)`."""
    return unpacked(RECORD.found["values"]["worth"][arm])


def recorded_accused() -> list[int]:
    """How many right labels are doubted where no label is wrong, one a seed."""
    return RECORD.found["values"]["accused"]


def _losses() -> tuple[Tensor, Tensor]:
    """The first hundred steps of one share."""
    share, until = SHOWN_SHARES.index(0.15), 7
    again = own_losses([(0.15, 0)], SHOWN_TIMES[:until])[:, 0]
    return again, unpacked(RECORD.found["values"]["losses"])[share, :until]


def _worth() -> tuple[Tensor, Tensor]:
    """Mining and dropping on one data set."""
    share, jobs = SHARES.index(0.15), [(0.15, 0)]
    held = held_scores(jobs)
    again = [worth(arm, jobs, held)[..., 0] for arm in ("mine50", "drop75")]
    kept = [recorded_worth(arm)[..., share, 0] for arm in ("mine50", "drop75")]
    return torch.stack(again), torch.stack(kept)


RECORD = Record(
    __file__,
    make=everything,
    settings={
        "sizes": SIZES, "batch": BATCH, "examples": EXAMPLES, "steps": STEPS, "folds": FOLDS,
        "shares": SHARES, "lrs": LRS, "seeds": SEEDS, "rank_lr": RANK_LR, "times": TIMES,
        "held_at": HELD_AT, "arms": ARMS, "shown_shares": SHOWN_SHARES,
        "shown_times": SHOWN_TIMES,
    },
    pieces={"losses": _losses, "worth": _worth},
    atol=0.003,  # two of 600 images
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

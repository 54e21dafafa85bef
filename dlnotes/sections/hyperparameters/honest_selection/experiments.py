"""Choices among nets, features chosen with and without the held-out rows, and two nets apart.

`python -m dlnotes.sections.hyperparameters.honest_selection.experiments` makes the record beside
this file anew; it takes two minutes.

Book: hyperparameters/honest_selection
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import chance
from dlnotes.hyperparameters.selection import folds
from dlnotes.hyperparameters.spaces import Range, settings
from dlnotes.optimizers import adam
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data.mislabeled import few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SIZES, STEPS = (64, 64, 10), 200
SPACE = {"lr": Range(1e-4, 0.1, "log"), "weight_decay": Range(1e-3, 1, "log")}
TRIALS = 64
SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}
QUESTIONS = (20, 50, 100, 200, 400)  # images to choose by; the others of 1000 are new
CHOICES = 200  # times that other images choose among the same nets

ROWS, FEATURES, KEPT, FOLDS = 50, 1000, 20, 5


class Chosen(NamedTuple):
    """Means over `CHOICES`, each of shape `(questions, seeds)`.

    Attributes:
        score: accuracy of the chosen net on the images that chose it.
        fresh: its accuracy on the others.
        best: the best accuracy any net has on the others.
    """

    score: Tensor
    fresh: Tensor
    best: Tensor


class Apart(NamedTuple):
    """Two nets on the same 1000 images, each of shape `(seeds,)`.

    Attributes:
        difference: of their accuracies, absolute.
        differ: the share of images that only one of them has right.
        paired: standard error of the difference from these images.
        plain: √(p (1 - p) / n + q (1 - q) / n), as if each had images of its own.
    """

    difference: Tensor
    differ: Tensor
    paired: Tensor
    plain: Tensor


def trained(seed: int, wrong: float, trials: int = TRIALS) -> Tensor:
    """Which of the 1000 images held out each of the nets has right, `(trials, 1000)`."""
    net, data = MLP(SIZES), few_digits(seed, wrong=wrong)
    drawn = settings(SPACE, chance(TRIALS, len(SPACE), seeded(seed)))[:trials]
    columns = {name: [one[name] for one in drawn] for name in SPACE}
    runs = fleet(
        net, data, coupled(adam), **columns, steps=STEPS, seeds=[seed] * trials, every=0,
        progress=False,
    )  # fmt: skip

    def hits(params: dict[str, Tensor]) -> Tensor:
        return functional_call(net, params, (data.X_test,)).argmax(-1) == data.y_test

    return vmap(hits)(runs.params)


def chosen(hits: Tensor, seed: int) -> Tensor:
    """Score, fresh accuracy and best accuracy for every number of questions, `(questions, 3)`."""
    rows = []
    for count in QUESTIONS:
        found = torch.zeros(3, dtype=torch.float64)
        for choice in range(CHOICES):
            order = torch.randperm(hits.shape[1], generator=seeded(CHOICES * seed + choice))
            score = hits[:, order[:count]].double().mean(1)
            fresh = hits[:, order[count:]].double().mean(1)
            best = int(score.argmax())
            found += torch.stack([score[best], fresh[best], fresh.max()])
        rows.append(found / CHOICES)
    return torch.stack(rows)


def chosen_nets(wrong: float, seeds: Sequence[int] = SEEDS) -> Chosen:
    """The best of 64 nets by few images and by many, on data of several seeds."""
    found = torch.stack([chosen(trained(seed, wrong), seed) for seed in seeds], 1)
    return Chosen(*found.unbind(-1))


def two_nets(seeds: Sequence[int] = SEEDS) -> Apart:
    """Twice the same setting on the same 150 digits, from two starts."""
    rows = []
    for seed in seeds:
        net, data = MLP(SIZES), few_digits(seed, wrong=0.0)
        runs = fleet(
            net, data, adam, lr=0.003, steps=STEPS, seeds=[2 * seed, 2 * seed + 1], every=0,
            progress=False,
        )  # fmt: skip
        scores = [
            functional_call(net, {k: v[i] for k, v in runs.params.items()}, (data.X_test,))
            for i in (0, 1)
        ]
        one, other = ((score.argmax(-1) == data.y_test).double() for score in scores)
        apart = one - other
        p, q, n = one.mean(), other.mean(), len(apart)
        rows.append(
            torch.stack(
                [
                    apart.mean().abs(),
                    apart.abs().mean(),
                    apart.std(correction=0) / n**0.5,
                    ((p * (1 - p) + q * (1 - q)) / n).sqrt(),
                ]
            )
        )
    return Apart(*torch.stack(rows).T)


def correlated(X: Tensor, y: Tensor, keep: int) -> Tensor:
    """The columns of `X` that go with `y` most, `(keep,)`."""
    X, y = X - X.mean(0), y.double() - y.double().mean()
    return ((X * y[:, None]).sum(0) / X.norm(dim=0)).abs().topk(keep).indices


def nearest_mean(X: Tensor, y: Tensor, asked: Tensor) -> Tensor:
    """The class, 0 or 1, whose mean is nearer to each row of `asked`."""
    zero, one = X[y == 0].mean(0), X[y == 1].mean(0)
    return ((asked - one).square().sum(1) < (asked - zero).square().sum(1)).long()


def leak(inside: bool, seed: int) -> float:
    """Cross-validated accuracy on labels that have nothing to do with the features.

    Args:
        inside: whether the features are chosen anew in each fold, without its held-out rows; else
            once, by all rows.
        seed: of features, labels and folds.
    """
    X = torch.randn(ROWS, FEATURES, generator=seeded(seed), dtype=torch.float64)
    y = torch.randperm(ROWS, generator=seeded(1000 + seed)) % 2
    right = 0
    for learn, held in folds(ROWS, FOLDS, seeded(2000 + seed)):
        kept = correlated(X[learn], y[learn], KEPT) if inside else correlated(X, y, KEPT)
        found = nearest_mean(X[learn][:, kept], y[learn], X[held][:, kept])
        right += int((found == y[held]).sum())
    return right / ROWS


def guessers(count: int, questions: int, repeats: int = 2000) -> float:
    """The best score of people who toss coins, on average over exams."""
    chances = torch.full((repeats, count), 0.5)
    right = torch.binomial(torch.full_like(chances, questions), chances, generator=seeded(count))
    return float(right.amax(1).double().mean() / questions)


def voted(count: int, questions: int, repeats: int = 200) -> tuple[float, float]:
    """A majority of those who toss coins and are above half: its score, and that on new questions.

    Blum and Hardt (2015): an answer that is put together after a look at the scores.
    """
    shape = repeats, count, 2 * questions
    right = torch.rand(shape, generator=seeded(count)).sub_(0.5).sign_()
    kept = right[..., :questions].sum(-1) > 0
    lead = (right * kept[..., None]).sum(1)
    scores = (1 + lead.sign().double()) / 2  # a tie is a coin
    return scores[:, :questions].mean().item(), scores[:, questions:].mean().item()


def recorded(labels: str) -> Chosen:
    """The choices that came with the book, `"wrong"` or `"clean"`."""
    return Chosen(*map(unpacked, RECORD.found["values"][labels].values()))


def recorded_apart() -> Apart:
    """The two nets that came with the book."""
    return Apart(*map(unpacked, RECORD.found["values"]["apart"].values()))


def _piece() -> tuple[Tensor, Tensor]:
    """One seed's nets apart."""
    return torch.stack(two_nets(SEEDS[:1])), torch.stack(recorded_apart())[:, :1]


def _choices() -> tuple[Tensor, Tensor]:
    """One seed's choices with right labels."""
    again, kept = chosen(trained(0, 0.0), 0), torch.stack(recorded("clean"))[:, :, 0].T
    return again, kept


RECORD = Record(
    __file__,
    make=lambda: {
        **{name: chosen_nets(wrong)._asdict() for name, wrong in LABELS.items()},
        "apart": two_nets()._asdict(),
    },
    settings={
        "sizes": SIZES, "steps": STEPS, "space": SPACE, "trials": TRIALS, "seeds": SEEDS,
        "labels": LABELS, "questions": QUESTIONS, "choices": CHOICES,
    },
    pieces={"apart": _piece, "choices": _choices},
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

"""A net whose run is watched by three referees, and smaller runs that look finished.

`python -m dlnotes.sections.convergence.meaning.experiments` makes the record beside this file
anew.

Book: convergence/meaning
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

X = (0.0, 1.0, 2.0, 3.0, 4.0)  # of the five points to learn from
Y = (1.0, 1.0, 3.0, 2.0, 3.0)
FRESH_X = (0.5, 1.5, 2.5, 3.5)  # of four that are not learned from
FRESH_Y = (1.2, 1.2, 1.8, 3.0)

EXAMPLES, CLASSES, LR, STEPS = 200, 10, 3e-3, 3000
NOISES = (0.0, 0.1, 0.4)  # parts of the labels that are wrong
SEEDS = tuple(range(8))
MARKS = tuple(sorted({*range(0, 100, 5), *range(100, 1000, 25), *range(1000, STEPS + 1, 100)}))
SHORT = 250  # steps of the piece that is made again


class Watched(NamedTuple):
    """What was seen of a run at each mark; of several seeds with a leading dimension.

    Attributes:
        train: loss on the training set.
        validation: loss on images that it does not learn from.
        accuracy: on the same images.
        gradient: length of the gradient of the training loss.
    """

    train: Tensor
    validation: Tensor
    accuracy: Tensor
    gradient: Tensor


def mislabeled(labels: Tensor, share: float, seed: int) -> Tensor:
    """The labels, a share of them changed to another class at random.

    Example:
        >>> labels = torch.zeros(50, dtype=torch.int64)
        >>> int((mislabeled(labels, 0.1, seed=0) != labels).sum())
        5
    """
    source = seeded(seed)
    chosen = torch.randperm(len(labels), generator=source)[: round(share * len(labels))]
    moves = torch.randint(1, CLASSES, (len(chosen),), generator=source)
    return labels.index_put((chosen,), (labels[chosen] + moves) % CLASSES)


def few_digits(noise: float, seed: int, held_noise: float = 0.0) -> Data:
    """200 digits to learn from, some with a wrong label, and 1000 to be judged on.

    Args:
        noise: the part of the first that is labeled wrongly.
        seed: of the choice of images and of wrong labels.
        held_noise: the part of the second that is labeled wrongly.
    """
    data = datasets.digits(seed, standardized=False)
    images = torch.cat([data.X, data.X_test])
    labels = torch.cat([data.y, data.y_test])
    learned = mislabeled(labels[:EXAMPLES], noise, seed)
    held = slice(EXAMPLES, EXAMPLES + 1000)
    judged = mislabeled(labels[held], held_noise, 100 + seed)
    return Data(images[:EXAMPLES], learned, images[held], judged)


def watched(noise: float, seed: int, steps: int = STEPS, held_noise: float = 0.0) -> Watched:
    """A 64-64-10 net under full-batch Adam, watched at every mark."""
    marks = [mark for mark in MARKS if mark <= steps]

    def length(update) -> float:
        return torch.cat([grad.flatten() for grad in update.grads.values()]).norm().item()

    run = train(
        MLP((64, 64, CLASSES), seed=seed), few_digits(noise, seed, held_noise), adam,
        lr=LR, steps=steps + 1, every=marks, watch=length,
    )  # fmt: skip
    lengths = torch.tensor([run.watched[mark] for mark in marks])
    return Watched(run.train_loss, run.test_loss, run.test_accuracy, lengths)


class Afterwards(NamedTuple):
    """What becomes of a run after its best validation loss, a number a seed.

    Attributes:
        shrinks: how many times the last gradient goes into that of the best step.
        gain: what the accuracy gains, negative where it loses.
        rise: by what part the validation loss rises.
    """

    shrinks: list[float]
    gain: list[float]
    rise: list[float]


def afterwards(runs: Watched) -> Afterwards:
    """From the best validation loss to the last step, for runs over several seeds."""
    best = runs.validation.argmin(1, keepdim=True)
    end = torch.full_like(best, runs.validation.shape[1] - 1)
    then, last = (Watched(*(part.gather(1, at).squeeze(1) for part in runs)) for at in (best, end))
    shrinks, gain = then.gradient / last.gradient, last.accuracy - then.accuracy
    return Afterwards(
        shrinks.tolist(), gain.tolist(), (last.validation / then.validation - 1).tolist()
    )


def as_wrong(seeds: Sequence[int] = SEEDS) -> Watched:
    """The first 300 steps where 10 % of the labels are wrong on either side."""
    return together([watched(0.1, seed, 300, held_noise=0.1) for seed in seeds])


def first_below(curves: Tensor, level: float) -> list[int]:
    """The first mark at which each curve is at most this high; every one of them must be."""
    return [MARKS[int((curve <= level).nonzero()[0])] for curve in curves]


def together(runs: list[Watched]) -> Watched:
    """Several runs as one, with a leading dimension."""
    return Watched(*(torch.stack(parts) for parts in zip(*runs, strict=True)))


@cache
def recorded() -> dict[float, Watched]:
    """The runs that came with the book: noise -> 8 seeds by the marks."""
    values = RECORD.found["values"]
    return {noise: Watched(*map(unpacked, values[str(noise)])) for noise in NOISES}


def swaying(divide: float, seeds: Sequence[int] = range(5)) -> Tensor:
    """Training loss, a mean over each of 20 epochs, the learning rate divided after 14.

    Softmax regression on 1000 digits of which 15 % are labeled wrongly, batches of 10.

    Args:
        divide: the learning rate, 0.5, by this; 1 leaves it alone.
        seeds: of the order of the images.

    Returns:
        Shape `(seeds, 20)`; each a mean of 5 looks at all 1000 images.
    """
    data = datasets.digits(0)
    noisy = Data(data.X[:1000], mislabeled(data.y[:1000], 0.15, 0), data.X_test, data.y_test)
    plan = {"steps": 2000, "batch_size": 10, "seeds": list(seeds), "every": 20}
    rates = {"lr": lambda step: 0.5 if step < 1400 else 0.5 / divide}
    run = fleet(MLP((64, CLASSES)), noisy, sgd, **rates, **plan)
    return run.train_loss[:, 1:].reshape(len(seeds), 20, 5).mean(2)


def parabola(lr: float, *, noise: float = 0.0, steps: int = 200, seed: int = 0) -> list[float]:
    """Losses 1 + x² / 2 of descent from x = 1, the gradient x with noise of this size."""
    source, x, losses = seeded(seed), 1.0, [1.5]
    for kick in torch.randn(steps, generator=source, dtype=torch.float64).tolist():
        x -= lr * (x + noise * kick)
        losses.append(1 + x * x / 2)
    return losses


def all_runs() -> dict[str, Watched]:
    """Noise -> the runs of all seeds: what the record holds."""
    return {str(noise): together([watched(noise, seed) for seed in SEEDS]) for noise in NOISES}


def _piece(noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """The first steps of one run, anew and recorded."""
    again = watched(noise, seed, SHORT)
    kept = [part[seed, : len(again.train)] for part in recorded()[noise]]
    return torch.cat(list(again)), torch.cat(kept)


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "examples": EXAMPLES, "lr": LR, "steps": STEPS, "noises": NOISES, "seeds": SEEDS,
        "marks": MARKS,
    },
    pieces={f"noise {noise}": partial(_piece, noise, 7) for noise in (0.0, 0.1)},
    rtol=5e-3,
    atol=0.0011,  # one digit of 1000 may differ
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()

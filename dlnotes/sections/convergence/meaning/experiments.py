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
        best: the step of that loss, among the marks.
        length: of the gradient there.
        gain: what the accuracy gains, negative where it loses.
        rise: by what part the validation loss rises.
    """

    best: list[int]
    length: list[float]
    gain: list[float]
    rise: list[float]


def afterwards(runs: Watched) -> Afterwards:
    """From the best validation loss to the last step, for runs over several seeds."""
    best = runs.validation.argmin(1, keepdim=True)
    end = torch.full_like(best, runs.validation.shape[1] - 1)
    then, last = (Watched(*(part.gather(1, at).squeeze(1) for part in runs)) for at in (best, end))
    gain, rise = last.accuracy - then.accuracy, last.validation / then.validation - 1
    steps = [MARKS[at] for at in best.squeeze(1).tolist()]
    return Afterwards(steps, then.gradient.tolist(), gain.tolist(), rise.tolist())


def as_wrong(seeds: Sequence[int] = SEEDS) -> Watched:
    """The first 300 steps where 10 % of the labels are wrong on either side."""
    return together([watched(0.1, seed, 300, held_noise=0.1) for seed in seeds])


def first_below(curves: Tensor, level: float) -> list[int]:
    """The first mark at which each curve is at most this high; every one must get there."""
    return [MARKS[int((curve <= level).nonzero()[0])] for curve in curves]


def together(runs: list[Watched]) -> Watched:
    """Several runs as one, with a leading dimension."""
    return Watched(*(torch.stack(parts) for parts in zip(*runs, strict=True)))


@cache
def recorded() -> dict[float, Watched]:
    """The runs that came with the book: noise -> 8 seeds by the marks."""
    values = RECORD.found["values"]
    return {noise: Watched(*map(unpacked, values[str(noise)])) for noise in NOISES}


RATE, FLAT, AFTER, LOOK = 0.5, 1400, 600, 20  # learning rate, steps to the fork and after it


class Fork(NamedTuple):
    """Three ways on from a flat curve, each of shape `(seeds, 20)`: training loss by epoch.

    Attributes:
        kept: nothing is changed.
        dropped: the learning rate is divided by 10 after epoch 14.
        stilled: from there on every step sees all images, at the old learning rate.
    """

    kept: Tensor
    dropped: Tensor
    stilled: Tensor


def fork(seeds: Sequence[int] = range(5)) -> Fork:
    """Softmax regression on 1000 digits, 15 % of them labeled wrongly, in batches of 10.

    Args:
        seeds: of the order of the images.

    Returns:
        Means of 5 looks at all 1000 images.
    """
    data = datasets.digits(0)
    noisy = Data(data.X[:1000], mislabeled(data.y[:1000], 0.15, 0), data.X_test, data.y_test)
    after = torch.tensor([RATE, RATE / 10, 0.0]).repeat_interleave(len(seeds))  # 0: it waits
    before = torch.full_like(after, RATE)
    run = fleet(
        MLP((64, CLASSES)), noisy, sgd, lr=lambda step: before if step < FLAT else after,
        steps=FLAT + AFTER, batch_size=10, seeds=[*seeds] * 3, every=LOOK,
    )  # fmt: skip
    kept, dropped, waited = run.train_loss[:, 1:].unflatten(0, (3, -1))
    begun = [{name: part[i] for name, part in run.params.items()} for i in range(-len(seeds), 0)]
    still = torch.stack([_without_noise(params, noisy) for params in begun])
    joined = torch.cat([waited[:, : FLAT // LOOK], still], 1)
    return Fork(*(curves.unflatten(1, (20, 5)).mean(2) for curves in (kept, dropped, joined)))


def _without_noise(params: dict[str, Tensor], data: Data) -> Tensor:
    """Training loss of the steps after the fork, all images at each."""
    net = MLP((64, CLASSES))
    net.load_state_dict(params)
    return train(net, data, sgd, lr=RATE, steps=AFTER, every=LOOK).train_loss[1:]


def after_flat(runs: Fork) -> dict[str, list[float]]:
    """By what part the mean loss of 5 epochs changes: before the fork, and on the ways on."""
    before = runs.kept[:, 9:14].mean(1)
    ways = zip(("stay", "fall", "still"), runs, strict=True)
    changes = {name: (curves[:, 15:].mean(1) / before - 1).tolist() for name, curves in ways}
    return {"drift": (before / runs.kept[:, 4:9].mean(1) - 1).tolist(), **changes}


def parabola(lr: float, *, noise: float = 0.0, steps: int = 200, seed: int = 0) -> list[float]:
    """Losses 1 + x² / 2 of descent from x = 1, the gradient x with noise of this size."""
    source, x, losses = seeded(seed), 1.0, [1.5]
    for kick in torch.randn(steps, generator=source, dtype=torch.float64).tolist():
        x -= lr * (x + noise * kick)
        losses.append(1 + x * x / 2)
    return losses


def spread(seeds: Sequence[int] = range(5)) -> list[float]:
    """Variance of x about 0 in `parabola(0.1, noise=1)`, over steps 100 to 4000."""
    runs = (parabola(0.1, noise=1.0, steps=4000, seed=seed)[100:] for seed in seeds)
    return [2 * (sum(losses) / len(losses) - 1) for losses in runs]  # of 1 + x² / 2


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

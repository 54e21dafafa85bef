"""Three tasks to compare optimizers on: one ends level, one asks for large steps, one is SGD's.

Book: optimizers/fair_comparison
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.history import Update
from dlnotes.training.loop import train
from dlnotes.training.nets.losses import accuracy, cross_entropy, log_softmax, mean_squared_error
from dlnotes.training.nets.mlp import MLP

HELD_OUT = 797  # of the 1797 digits
WORDS = 100


class Entrant(NamedTuple):
    """A rule as it enters a comparison.

    Attributes:
        rule: a module with `init` and `update`.
        default: the learning rate it has in torch.optim when nobody tunes.
        hyper: its other hyperparameters, the same in every trial.
    """

    rule: Rule
    default: float
    hyper: Mapping[str, float]


class Contest(NamedTuple):
    """What every entrant has to learn, in how many steps, and how it is judged.

    Attributes:
        data: of a seed.
        choose: so many of the examples held out choose a learning rate, the others are reported.
        net: what is trained; an `MLP` starts from the weights of the seed.
        steps: T, updates of every run.
        batch_size: B, or `None` for all examples.
        loss: `(output, y, weight) -> scalar`, what is descended on.
        score: `(output, y) -> scalar`, from 0 to 1, the larger the better.
    """

    data: Callable[[int], Data]
    choose: int
    net: nn.Module
    steps: int
    batch_size: int | None
    loss: Callable[..., Tensor]
    score: Callable[[Tensor, Tensor], Tensor]


def digits(seed: int) -> Data:
    """1000 digits to learn from; of the others 397 to choose a learning rate by, 400 to report.

    Args:
        seed: of the split.
    """
    return datasets.digits(seed, test=HELD_OUT / 1797)


def trap(seed: int) -> Data:
    """Wilson et al. (2017), section 3.3, as a regression on ±1: 60 examples in each part.

    Args:
        seed: of the order.
    """
    data = datasets.separable(60, seed=seed, test_examples=120)
    y, y_test = (part.to(data.X.dtype).unsqueeze(1) for part in (data.y, data.y_test))
    return data._replace(y=y, y_test=y_test)


def frequencies(words: int = WORDS) -> Tensor:
    """How often each word comes: the k-th in proportion to 1/k, shape `(words,)`.

    Zipf's law, as in Kunstner et al. (2024).
    """
    shares = 1 / torch.arange(1, words + 1)
    return shares / shares.sum()


def words(seed: int) -> Data:
    """From every word the next one is to be told; the loss knows how often each comes.

    A word is given as a feature of its own, 1 for this word and 0 for all others. Nothing is held
    out: the score says how much has been learned.

    Args:
        seed: which word follows which.
    """
    X, y = torch.eye(WORDS), torch.randperm(WORDS, generator=seeded(seed))
    return Data(X, y, X, y)


def word_loss(output: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of all words, each counted as often as it comes.

    Args:
        output: scores of the next word, shape `(WORDS, WORDS)`.
        y: the next word, shape `(WORDS,)`.
    """
    shares = frequencies().to(output)[: len(y)]
    return (shares * _each(output, y)).sum() / shares.sum()


def likelihood(output: Tensor, y: Tensor) -> Tensor:
    """exp(-loss): the probability given to the right word, geometric mean over the text."""
    return torch.exp(-word_loss(output, y))


def learned(entrant: Entrant, lr: float, groups: list[slice]) -> Tensor:
    """Loss of several groups of words before every step, each word counted once, `(T, G)`.

    Without a bias, which would belong to all words together.

    Args:
        entrant: the rule.
        lr: its learning rate.
        groups: ranks by frequency, such as `slice(0, 4)` for the four most frequent words.
    """
    data, net = words(0), nn.Linear(WORDS, WORDS, bias=False)
    nn.init.zeros_(net.weight)

    def watch(update: Update) -> Tensor:
        each = _each(data.X @ update.params["weight"].T, data.y)
        return torch.stack([each[group].mean() for group in groups])

    setting = {"steps": CONTESTS["words"].steps, "loss": word_loss} | entrant.hyper
    return torch.stack(train(net, data, entrant.rule, lr=lr, watch=watch, **setting).watched)


def _each(output: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of every word, shape `(WORDS,)`."""
    right = y.unsqueeze(-1) == torch.arange(WORDS)
    return -torch.where(right, log_softmax(output), 0.0).sum(-1)


CONTESTS = {
    "digits": Contest(digits, 397, MLP((64, 32, 32, 10)), 400, 50, cross_entropy, accuracy),
    "words": Contest(words, 0, MLP((WORDS, WORDS), init="zeros"), 50, None, word_loss, likelihood),
    "trap": Contest(trap, 60, MLP((903, 1), init="zeros"), 200, None, mean_squared_error, accuracy),
}

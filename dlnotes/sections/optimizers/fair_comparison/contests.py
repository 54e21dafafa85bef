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
from dlnotes.training.nets.losses import accuracy, cross_entropy, log_softmax, mean_squared_error
from dlnotes.training.nets.mlp import MLP

HELD_OUT = 797  # of the 1797 digits; 397 to choose by, 400 to report
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
        data: of a seed: the training and the validation part, and the test part's X and y.
        net: what is trained; an `MLP` starts from the weights of the seed.
        steps: T, updates of every run.
        batch_size: B, or `None` for all examples.
        loss: `(output, y, weight) -> scalar`, what is descended on.
        score: `(output, y) -> scalar`, from 0 to 1, the larger the better.
    """

    data: Callable[[int], tuple[Data, Tensor, Tensor]]
    net: nn.Module
    steps: int
    batch_size: int | None
    loss: Callable[..., Tensor]
    score: Callable[[Tensor, Tensor], Tensor]


def digits(seed: int) -> tuple[Data, Tensor, Tensor]:
    """1000 digits to learn from, 397 to choose a learning rate by, 400 to report.

    Args:
        seed: of the split.
    """
    return _halved(datasets.digits(seed, test=HELD_OUT / 1797), HELD_OUT - 400)


def trap(seed: int) -> tuple[Data, Tensor, Tensor]:
    """Wilson et al. (2017), section 3.3, as a regression on ±1: 60 examples in each part.

    Args:
        seed: of the order.
    """
    data = datasets.separable(60, seed=seed, test_examples=120)
    y, y_test = (part.to(data.X.dtype).unsqueeze(1) for part in (data.y, data.y_test))
    return _halved(data._replace(y=y, y_test=y_test), 60)


def frequencies(words: int = WORDS) -> Tensor:
    """How often each word comes: the k-th in proportion to 1/k, shape `(words,)`.

    Zipf's law, as in Kunstner et al. (2024).
    """
    shares = 1 / torch.arange(1, words + 1)
    return shares / shares.sum()


def words(seed: int) -> tuple[Data, Tensor, Tensor]:
    """From every word the next one is to be told; the loss knows how often each comes.

    A word is given as a feature of its own, 1 for this word and 0 for all others. Nothing is held
    out: the score says how much has been learned.

    Args:
        seed: which word follows which.
    """
    X, y = torch.eye(WORDS), torch.randperm(WORDS, generator=seeded(seed))
    return Data(X, y, X, y), X, y


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

    Args:
        entrant: the rule.
        lr: its learning rate.
        groups: ranks by frequency, such as `slice(0, 4)` for the four most frequent words.
    """
    data, X, y = words(0)
    contest = CONTESTS["words"]
    param = torch.zeros(WORDS, WORDS)
    state, losses = entrant.rule.init(param), []
    slope = torch.func.grad(lambda weight: word_loss(data.X @ weight.T, y))
    for _ in range(contest.steps):
        each = _each(X @ param.T, y)
        losses.append(torch.stack([each[group].mean() for group in groups]))
        delta, state = entrant.rule.update(slope(param), state, param, lr=lr, **entrant.hyper)
        param = param + delta
    return torch.stack(losses)


def _each(output: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of every word, shape `(WORDS,)`."""
    right = y.unsqueeze(-1) == torch.arange(WORDS)
    return -torch.where(right, log_softmax(output), 0.0).sum(-1)


def _halved(data: Data, first: int) -> tuple[Data, Tensor, Tensor]:
    """The held-out part cut in two: the first examples to choose by, the rest to report."""
    X, y = data.X_test, data.y_test
    return data._replace(X_test=X[:first], y_test=y[:first]), X[first:], y[first:]


CONTESTS = {
    "digits": Contest(digits, MLP((64, 32, 32, 10)), 400, 50, cross_entropy, accuracy),
    "words": Contest(words, MLP((WORDS, WORDS), init="zeros"), 50, None, word_loss, likelihood),
    "trap": Contest(trap, MLP((903, 1), init="zeros"), 200, None, mean_squared_error, accuracy),
}

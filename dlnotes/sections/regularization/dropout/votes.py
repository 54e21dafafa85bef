"""The demo's program: many thinned nets look at one image, and their votes are averaged.

Book: regularization/dropout
"""

import torch
from torch import Tensor

from dlnotes.demos.seeded import Random
from dlnotes.sections.regularization.dropout.experiments import small_net

NETS, UNITS = 1000, 10  # T thinned nets of n units in the layer that is thinned
BLOCK = 40  # votes whose sums are made together
FIRST, WEIGHT, BIAS, LAST, OFFSET = (part.clone() for part in small_net()[:5])
IMAGES = small_net().images
_COUNTS = torch.arange(1, NETS + 1, dtype=torch.float64)
_UP_TO = torch.ones(BLOCK, BLOCK, dtype=torch.float64).triu()  # sums within a block
_BEFORE = torch.ones(NETS // BLOCK, NETS // BLOCK, dtype=torch.float64).tril(-1)  # and before it


def hidden(first: Tensor) -> Tensor:
    """The second layer's units, from the first one's, `(…, n)`."""
    return torch.relu(first @ WEIGHT.T + BIAS)


def behind(first: Tensor, keep: Tensor, factor: Tensor) -> Tensor:
    """The second layer's units where the first one is thinned, `(n,)`."""
    return hidden(first * keep * factor)


def pushes(second: Tensor) -> Tensor:
    """What each unit of the second layer adds to the score, `(n,)`."""
    return second * LAST


def kept(drawn: Tensor, p: Tensor) -> Tensor:
    """1 for a unit that stays, 0 for one that is off, `(T, n)`.

    Args:
        drawn: uniform numbers, `(T, n)`.
        p: share switched off.
    """
    return (drawn >= p).to(torch.float64)


def times(p: Tensor, scaled: Tensor) -> Tensor:
    """What the units that stay are multiplied with: 1 / (1 - p), or 1 where `scaled` is 0."""
    return torch.where(scaled > 0, 1 / (1 - p), torch.ones_like(p))


def last_scores(first: Tensor, keep: Tensor, factor: Tensor) -> Tensor:
    """The scores of nets thinned in front of the last layer, `(T,)`."""
    return (hidden(first) * keep * factor) @ LAST + OFFSET


def earlier_scores(first: Tensor, keep: Tensor, factor: Tensor) -> Tensor:
    """The scores of nets thinned one layer earlier, in front of a ReLU, `(T,)`."""
    return hidden(first * keep * factor) @ LAST + OFFSET


def by_hand_last(first: Tensor, keep: Tensor) -> Tensor:
    """The score of one net thinned by hand, the others not turned up, `()`."""
    return (hidden(first) * keep * LAST).sum() + OFFSET


def by_hand_earlier(first: Tensor, keep: Tensor) -> Tensor:
    """The same, one layer earlier."""
    return (hidden(first * keep) * LAST).sum() + OFFSET


def chance(score: Tensor) -> Tensor:
    """The probability of “8”, `()`."""
    return torch.sigmoid(score)


def chances(scores: Tensor) -> Tensor:
    """The probabilities of “8”, `(T,)`."""
    return torch.sigmoid(scores)


def averages(values: Tensor) -> Tensor:
    """The mean of the first 1, 2, … T values, `(T,)`."""
    blocks = values.view(NETS // BLOCK, BLOCK)
    sums = blocks @ _UP_TO + (_BEFORE @ blocks.sum(1)).unsqueeze(1)
    return sums.flatten() / _COUNTS


def geometrics(scores: Tensor) -> Tensor:
    """The geometric means of the first 1, 2, … T probabilities, each scaled to sum to 1."""
    return torch.sigmoid(averages(scores))


def uniforms(draw: int) -> Tensor:
    """The random numbers of the demo, `(T, n)`."""
    source = Random(draw + 1)
    drawn = [source.uniform() for _ in range(NETS * UNITS)]
    return torch.tensor(drawn, dtype=torch.float64).view(NETS, UNITS)

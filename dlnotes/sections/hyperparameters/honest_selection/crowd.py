"""A hundred candidates and an exam: the program of the demo.

Book: hyperparameters/honest_selection
"""

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.selection import expected_largest

PEOPLE = 100
MEAN = 0.5  # what they are worth on average: half of the questions
TIMES = 6  # exams that the page can hold
_drawn = torch.randn(TIMES, 2, PEOPLE, generator=seeded(0), dtype=torch.float64).round(decimals=3)
OWN, LUCK = _drawn.unbind(1)  # (TIMES, PEOPLE) each
LARGEST = [expected_largest(count) for count in range(1, PEOPLE + 1)]


def worth(own: Tensor, spread: Tensor) -> Tensor:
    """The share that candidates get right in the long run, `(N,)`."""
    return MEAN + spread * own


def scores(own: Tensor, luck: Tensor, spread: Tensor, questions: Tensor) -> Tensor:
    """The share that they get right in an exam of n questions, `(N,)`.

    A normal number with the variance p (1 - p) / n of n answers, rounded to whole answers.
    """
    p = worth(own, spread)
    return ((p + luck * (p * (1 - p) / questions).sqrt()) * questions).round() / questions


def expected(largest: Tensor, spread: Tensor, questions: Tensor) -> Tensor:
    """The best score to expect, from the largest of as many normal numbers."""
    return MEAN + largest * (spread**2 + MEAN * (1 - MEAN) / questions).sqrt()

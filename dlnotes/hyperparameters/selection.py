"""What a choice among many does to the score that made it, and how to keep some data out of it.

Book: hyperparameters/honest_selection
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import at_least, non_negative, whole


class Expected(NamedTuple):
    """What to expect of the winner of a choice.

    Attributes:
        score: by which it won, above the mean of all.
        fresh: what it is worth on new examples, above the mean of all.
    """

    score: float
    fresh: float


def expected_largest(count: int) -> float:
    """The largest of `count` independent standard normal numbers, on average.

    E max = ∫₀^∞ (1 - Φ(x)ᵏ - Φ(-x)ᵏ) dx, by the trapezoidal rule to ten digits

    Example:
        >>> [round(expected_largest(count), 3) for count in (1, 2, 100)]
        [0.0, 0.564, 2.508]
    """
    x = torch.linspace(0, 12, 4801, dtype=torch.float64)
    k = whole("count", count)
    tail = -torch.expm1(k * torch.special.log_ndtr(x)) - torch.special.ndtr(-x) ** k
    return float(torch.trapezoid(tail, x))


def largest_bound(count: int) -> float:
    """√(2 ln k): the largest of k normal numbers is not above it on average, independent or not.

    Args:
        count: k, at least 1.
    """
    return math.sqrt(2 * math.log(whole("count", count)))


def answers_error(score: float, questions: float) -> float:
    """√(p (1 - p) / n): the standard deviation of a share of n answers.

    Args:
        score: p, the share of right answers to expect, from 0 to 1.
        questions: n, at least 1.

    Example:
        >>> answers_error(0.5, 100)
        0.05
    """
    if not 0 <= score <= 1:
        raise ValueError(f"`score` must be from 0 to 1, got {score}.")
    return math.sqrt(score * (1 - score) / at_least("questions", questions, 1))


def winners(count: int, *, noise: float, spread: float = 0.0) -> Expected:
    """The best of `count` by a noisy score, in the mean.

    Scores are normal: what a candidate is worth, of standard deviation `spread`, plus noise. The
    winner's score lies E max · √(spread² + noise²) above the mean, and of that only the part
    spread² / (spread² + noise²) is its own.

    Args:
        count: candidates, at least 1.
        noise: standard deviation of the score of one candidate, at least 0.
        spread: standard deviation of what candidates are worth, at least 0.

    Example:
        >>> found = winners(100, noise=0.05)
        >>> round(found.score, 3), found.fresh
        (0.125, 0.0)
    """
    both = non_negative("noise", noise) ** 2 + non_negative("spread", spread) ** 2
    score = expected_largest(count) * math.sqrt(both)
    return Expected(score, score * spread**2 / both if both else 0.0)


def split(examples: int, parts: Sequence[int], generator: Generator) -> list[Tensor]:
    """Rows in random order, cut into parts that share none, such as train, validation and test.

    Args:
        examples: N, how many there are.
        parts: how many rows each part gets; together at most N.
        generator: of the random numbers, on the CPU.

    Example:
        >>> from dlnotes.core.seeds import seeded
        >>> [len(part) for part in split(10, [6, 2, 2], seeded(0))]
        [6, 2, 2]
    """
    whole("examples", examples, least=sum(whole("parts", part) for part in parts))
    order = torch.randperm(examples, generator=generator)
    return list(order[: sum(parts)].split(list(parts)))


def folds(examples: int, count: int, generator: Generator) -> list[tuple[Tensor, Tensor]]:
    """For cross-validation: every row is held out once.

    Args:
        examples: N.
        count: of folds, from 2 to N.
        generator: of the random numbers, on the CPU.

    Returns:
        For every fold the rows to learn from and the rows held out.
    """
    whole("count", count, least=2, most=whole("examples", examples))
    held = torch.randperm(examples, generator=generator).tensor_split(count)
    return [(torch.cat([*held[:k], *held[k + 1 :]]), held[k]) for k in range(count)]


def paired_error(one: Tensor, other: Tensor) -> tuple[float, float]:
    """The difference of two scores on the same questions, and its standard error.

    Only the questions on which they differ count: √((b + c - (b - c)² / n)) / n, with b that one
    alone has right and c the other alone.

    Args:
        one: whether it has each question right, shape `(n,)`.
        other: likewise.

    Example:
        >>> one = torch.tensor([1, 1, 1, 0], dtype=torch.bool)
        >>> paired_error(one, torch.tensor([1, 1, 0, 0], dtype=torch.bool))[0]
        0.25
    """
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(
            "`one` and `other` must have an entry for each of the same questions, got shapes "
            f"{tuple(one.shape)} and {tuple(other.shape)}."
        )
    apart = one.to(torch.float64) - other.to(torch.float64)
    return apart.mean().item(), (apart.std(correction=0) / math.sqrt(len(apart))).item()

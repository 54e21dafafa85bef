"""The tasks on fair comparisons, answered anew."""

import itertools
import math
import operator
import statistics
from fractions import Fraction

import numpy as np
import torch


def chance_by_going_through(trials, candidates, rank):
    draws = [*itertools.combinations(range(candidates), trials)]
    return np.mean([draw[0] == rank for draw in draws])


def chance_in_fractions(trials, candidates, rank):
    """Drawn, and every other one is worse."""
    chance = Fraction(trials, candidates)
    for other in range(trials - 1):
        chance *= Fraction(candidates - 1 - rank - other, candidates - 1 - other)
    return chance


def chance_of_survival(trials, candidates, rank):
    """None is better than this rank, less none is better than the next."""

    def none_better(than):
        return math.prod((candidates - than - n) / (candidates - n) for n in range(trials))

    return none_better(rank) - none_better(rank + 1)


def reported_in_numpy(validation, test):
    chosen = np.argmax(validation, axis=1)
    return np.asarray(test)[np.arange(len(chosen)), chosen]


def reported_in_torch(validation, test):
    chosen = torch.tensor(validation).argmax(1, keepdim=True)
    return torch.tensor(test).gather(1, chosen).squeeze(1)


def expected_by_going_through(validation, test, trials):
    draws = [*itertools.combinations(range(len(test)), trials)]
    return statistics.fmean(test[max(draw, key=validation.__getitem__)] for draw in draws)


def expected_in_numpy(validation, test, trials):
    order = np.argsort(validation)
    chances = np.array([math.comb(worse, trials - 1) for worse in range(len(test))])
    return np.array(test)[order] @ chances / chances.sum()


def expected_in_order(validation, test, trials):
    """Draws with their order, which changes no mean."""
    pairs = list(zip(validation, test, strict=True))
    kept = [max(draw)[1] for draw in itertools.permutations(pairs, trials)]
    return torch.tensor(kept, dtype=torch.float64).mean()


def momentum_lr_by_play(sgd_lr, momentum):
    """Lets a velocity grow until it stands still."""
    velocity = 0.0
    for _ in range(2000):
        velocity = momentum * velocity + 1
    return sgd_lr / velocity


def spoiled_in_numpy(left, right):
    left, right = np.array(left), np.array(right)
    return np.where([1, 1, 1, 1, 0], left != right, left | right)


def spoiled_one_by_one(left, right):
    examples, steps, trials, seeds, on_test = zip(left, right, strict=True)
    counts = (len(set(pair)) > 1 for pair in (examples, steps, trials, seeds))
    return (*counts, any(on_test))


def spoiled_in_numpy_bools(left, right):
    pairs = np.array([left, right]).T
    return [one != other for one, other in pairs[:4]] + [pairs[4].any()]


def interval_by_statistics(left, right, t):
    gaps = [*map(operator.sub, left, right)]
    middle, error = statistics.mean(gaps), statistics.stdev(gaps) / len(gaps) ** 0.5
    return [middle - t * error, middle + t * error]


def interval_in_numpy(left, right, t):
    gaps = np.subtract(left, right)
    return gaps.mean() + np.array([-t, t]) * gaps.std(ddof=1) / np.sqrt(gaps.size)


def interval_by_covariance(left, right, t):
    """The variance of a difference: both variances less twice the covariance."""
    (own, shared), (_, other) = np.cov(left, right)
    reach = t * ((own + other - 2 * shared) / len(left)) ** 0.5
    middle = (sum(left) - sum(right)) / len(left)
    return middle - reach, middle + reach


ANEW = {
    "chance_of_rank": [chance_by_going_through, chance_in_fractions, chance_of_survival],
    "choose_and_report": [
        reported_in_numpy,
        reported_in_torch,
        lambda validation, test: tuple(
            max(zip(seen, kept, strict=True))[1]
            for seen, kept in zip(validation, test, strict=True)
        ),
    ],
    "expected_score": [expected_by_going_through, expected_in_numpy, expected_in_order],
    "momentum_lr": [
        momentum_lr_by_play,
        lambda sgd_lr, momentum: np.float64(sgd_lr - sgd_lr * momentum),
    ],
    "spoiled": [spoiled_in_numpy, spoiled_one_by_one, spoiled_in_numpy_bools],
    "paired_interval": [interval_by_statistics, interval_in_numpy, interval_by_covariance],
    "adam_lr": [
        lambda lr, eps, beta1: np.prod([lr, eps]) / np.subtract(1, beta1),
        lambda lr, eps, beta1: lr * eps * sum(beta1**age for age in range(2000)),
    ],
}

"""The tasks on choosing honestly, answered anew in other styles."""

import numpy as np
import torch
from scipy.stats import binom


def by_shares(scores, questions):
    values = np.asarray(scores, dtype=np.float64)
    p, total = values.mean(), values.var(ddof=1)
    slope = max(0.0, 1 - p * (1 - p) / questions / total)
    return (1 - slope) * p + slope * values.max()


def by_sums(scores, questions):
    n, p = len(scores), float(scores.sum()) / len(scores)
    total = sum((float(score) - p) ** 2 for score in scores) / (n - 1)
    luck = p * (1 - p) / questions
    return p if luck > total else p + (total - luck) / total * (max(scores.tolist()) - p)


def in_numpy(X, learned):
    values = X.numpy()
    return (values - values[:learned].mean(0)) / values[:learned].std(0)


def by_columns(X, learned):
    done = []
    for column in X.T:
        seen = column[:learned]
        middle = seen.sum() / learned
        done.append((column - middle) / ((seen - middle).square().sum() / learned).sqrt())
    return torch.stack(done, dim=1)


def by_corrcoef(X, y, held, keep):
    A, target = np.delete(X.numpy(), held, axis=0), np.delete(y.numpy(), held)
    strength = [abs(np.corrcoef(column, target)[0, 1]) for column in A.T]
    return sorted(int(place) for place in np.argsort(strength)[-keep:])


def by_mask(X, y, held, keep):
    seen = torch.ones(len(y), dtype=torch.bool)
    seen[held] = False
    A, target = X[seen], y[seen]
    z = (A - A.mean(0)) / A.std(0)
    strength = (z.T @ (target - target.mean())).abs()
    return torch.topk(strength, keep).indices.sort().values


def by_deviation(one, other):
    apart = one.double() - other.double()
    return apart.mean() / apart.std(correction=0) * len(apart) ** 0.5


ANEW = {
    "a_genius_among_them": [
        lambda people, questions, least: 1 - binom.cdf(least - 1, questions, 0.5) ** people,
        lambda people, questions, least: (
            -np.expm1(people * np.log1p(-binom.sf(least - 1, questions, 0.5)))
        ),
    ],
    "worth_of_the_winner": [by_shares, by_sums],
    "scaled_without_a_leak": [in_numpy, by_columns],
    "columns_for_a_fold": [by_corrcoef, by_mask],
    "errors_apart": [
        by_deviation,
        lambda one, other: (
            (int((one & ~other).sum()) - int((other & ~one).sum()))
            / (
                int((one != other).sum())
                - (int((one & ~other).sum()) - int((other & ~one).sum())) ** 2 / len(one)
            )
            ** 0.5
        ),
    ],
}

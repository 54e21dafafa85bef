"""Which hyperparameters matter: shares of the variance of random trials.

The main effect of an analysis of variance, as in Hutter, Hoos and Leyton-Brown (2014), who fit a
forest to the trials first; here every hyperparameter has a few notches, and their means do.
`training.importance.explained` does the same on a full grid.

Book: hyperparameters/what_they_are
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from dlnotes.core.arguments import whole


def notch_means(notches: Tensor, scores: Tensor) -> tuple[Tensor, Tensor]:
    """How many trials there are at each notch that occurs, and their mean score.

    Args:
        notches: of n trials, whole numbers from 0, shape `(n,)`.
        scores: of the trials, `(n,)`.

    Returns:
        counts and means, both `(k,)`, float64, for the k notches that occur.

    Example:
        >>> counts, means = notch_means(torch.tensor([0, 2, 0]), torch.tensor([1.0, 5.0, 3.0]))
        >>> counts.tolist(), means.tolist()
        ([2.0, 1.0], [2.0, 5.0])
    """
    _check(notches, scores)
    names, place = notches.unique(return_inverse=True)
    counts = torch.bincount(place, minlength=len(names)).double()
    sums = torch.zeros(len(names), dtype=torch.float64).index_add(0, place, scores.double())
    return counts, sums / counts


def raw_share(notches: Tensor, scores: Tensor) -> float:
    """The variance of the notches' means over the variance of all scores.

    Σₖ nₖ (mₖ - m)² / Σᵢ (sᵢ - m)²

    Where the notches have nothing to do with the scores it is `by_chance` on average, not 0.

    Args:
        notches: of n trials, `(n,)`.
        scores: of the trials, `(n,)`.

    Example:
        >>> raw_share(torch.tensor([0, 0, 1, 1]), torch.tensor([0.0, 2.0, 4.0, 6.0]))
        0.8
    """
    counts, means = notch_means(notches, scores)
    scores = scores.double()
    between = (counts * (means - scores.mean()).square()).sum()
    return (between / (scores - scores.mean()).square().sum()).item()


def by_chance(notches: int, trials: int) -> float:
    """What `raw_share` is on average for a hyperparameter that does nothing: (k - 1) / (n - 1).

    Args:
        notches: k of them that occur.
        trials: n, more than 1.

    Example:
        >>> by_chance(5, 25)
        0.16666666666666666
    """
    whole("trials", trials, least=2)
    whole("notches", notches, most=trials)
    return (notches - 1) / (trials - 1)


def share(notches: Tensor, scores: Tensor) -> float:
    """`raw_share` without what chance adds: 0 on average for a hyperparameter that does nothing.

    1 - (1 - raw) (n - 1) / (n - k), which is Kelley's ε²; may come out below 0.

    Args:
        notches: of n trials at k notches, `(n,)`, with n > k.
        scores: of the trials, `(n,)`.

    Example:
        >>> round(share(torch.tensor([0, 0, 1, 1]), torch.tensor([0.0, 2.0, 4.0, 6.0])), 3)
        0.7
    """
    count = len(notches.unique())
    if count >= len(scores):
        raise ValueError(f"`notches` must be fewer than the trials, got {count} of {len(scores)}.")
    rest = (1 - raw_share(notches, scores)) * (len(scores) - 1) / (len(scores) - count)
    return 1 - rest


def shares(trials: Mapping[str, Tensor], scores: Tensor) -> dict[str, float]:
    """The `share` of every hyperparameter by itself, the largest first.

    Args:
        trials: hyperparameter -> its notch in each of n trials, `(n,)`.
        scores: of the trials, `(n,)`.
    """
    found = {name: share(notches, scores) for name, notches in trials.items()}
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def together(one: Tensor, other: Tensor, scores: Tensor) -> float:
    """What two hyperparameters explain as a pair, beyond what each explains by itself.

    Args:
        one: notches of the one, `(n,)`.
        other: notches of the other, `(n,)`.
        scores: of the trials, `(n,)`; more trials than pairs of notches.

    Example:
        Where only their combination counts, neither explains anything by itself:

        >>> one, other = torch.tensor([0, 0, 1, 1, 0, 0, 1, 1]), torch.tensor([0, 1] * 4)
        >>> scores = (one == other).double()
        >>> round(raw_share(one, scores), 3), round(together(one, other, scores), 3)
        (0.0, 1.333)
    """
    _check(other, scores)
    pairs = one * (int(other.max()) + 1) + other
    return share(pairs, scores) - share(one, scores) - share(other, scores)


def _check(notches: Tensor, scores: Tensor) -> None:
    if notches.shape != scores.shape or scores.ndim != 1:
        found = f"{tuple(notches.shape)} and {tuple(scores.shape)}"
        raise ValueError(f"`notches` and `scores` must be one number a trial each, got {found}.")
    if notches.is_floating_point():
        raise TypeError(f"`notches` must be whole numbers, got {notches.dtype}.")
    if not scores.isfinite().all():
        raise ValueError("`scores` must be finite; score a diverged run by what guessing gives.")
    if not scores.double().var(correction=0) > 0:
        raise ValueError("`scores` must not be all alike: there is no variance to explain.")

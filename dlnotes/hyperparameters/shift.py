"""Do two sets of examples come from one source? Ask a classifier to tell them apart.

Book: hyperparameters/remedies
"""

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import non_negative, whole
from dlnotes.hyperparameters.selection import folds


def auc(scores: Tensor, positive: Tensor) -> float:
    """The share of pairs, one positive and one not, in which the positive scores higher.

    By ranks: (R - P (P + 1) / 2) / (P N), where R is the sum of the ranks of the P positives;
    equal scores share their mean rank, which counts such a pair as half.

    Args:
        scores: of M examples, shape `(M,)`.
        positive: which of them are positive, bool, at least one of each kind.

    Raises:
        ValueError: where one kind is missing.

    Example:
        >>> auc(torch.tensor([3.0, 1.0, 2.0, 0.0]), torch.tensor([True, True, False, False]))
        0.75
    """
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        raise ValueError(f"`positive` must have both kinds, got {count} and {others}.")
    _, place, times = torch.unique(scores, return_inverse=True, return_counts=True)
    ranks = times.cumsum(0).double() - (times.double() - 1) / 2
    total = ranks[place][positive].sum().item()
    return (total - count * (count + 1) / 2) / (count * others)


def told_apart(
    X: Tensor, X_other: Tensor, source: Generator, *, parts: int = 5, ridge: float = 1.0
) -> float:
    """AUC of a linear classifier that is asked from which set an example comes; 0.5 is guessing.

    Ridge regression on 1 and -1, cross-validated: every example is scored by a fit that has not
    seen it.

    Args:
        X: N examples, `(N, D)`.
        X_other: M others, `(M, D)`.
        source: of the folds.
        parts: folds.
        ridge: α of the penalty α ‖w‖², greater than 0 where features depend on each other.

    Example:
        >>> X = torch.randn(200, 3, generator=torch.Generator().manual_seed(0))
        >>> round(told_apart(X[:100], X[100:] + 2, torch.Generator().manual_seed(0)), 2)
        0.99
    """
    non_negative("ridge", ridge)
    both = torch.cat([X, X_other]).double()
    both = torch.cat([both - both.mean(0), torch.ones_like(both[:, :1])], 1)
    other = torch.arange(len(both)) >= len(X)
    target, scores = 2.0 * other.double() - 1, torch.empty(len(both), dtype=torch.float64)
    for learn, held in folds(len(both), whole("parts", parts, least=2), source):
        A = both[learn]
        gram = A.T @ A + ridge * torch.eye(A.shape[1], dtype=A.dtype)
        scores[held] = both[held] @ torch.linalg.solve(gram, A.T @ target[learn])
    return auc(scores, other)

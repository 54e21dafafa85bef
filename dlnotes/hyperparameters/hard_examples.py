"""Examples by their loss: learn from the largest, or doubt the label.

Book: hyperparameters/hard_examples
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import positive


def hard_example_mining(losses: Tensor, keep: float) -> Tensor:
    """The mean of the largest losses: the other examples pull at nothing.

    Shrivastava et al. (2016), online hard-example mining.

    Args:
        losses: one an example, shape `(…, B)`.
        keep: the share that is learned from, greater than 0 and at most 1; of B examples
            `keep` · B, rounded, and at least one.

    Returns:
        Shape `(…)`.

    Example:
        >>> hard_example_mining(torch.tensor([0.1, 2.4, 0.2, 0.9]), keep=0.5)
        tensor(1.6500)
    """
    if positive("keep", keep) > 1:
        raise ValueError(f"`keep` must be at most 1, got {keep}.")
    count = max(1, round(keep * losses.shape[-1]))
    return losses.topk(count).values.mean(-1)


def find_label_errors(output: Tensor, y: Tensor) -> Tensor:
    """Rows whose label is doubted, the most doubtful first: confident learning.

    The threshold of a class is the mean probability of that class over the rows that are labeled
    so. A row counts for the class of the largest probability among those that reach their
    threshold; where that is not its label, it is doubted. Northcutt et al. (2021); rows are
    then ordered by the probability of their label.

    Args:
        output: scores of nets that have not learned from these rows, shape `(N, C)`.
        y: the labels given, shape `(N,)`, every class at least once.

    Returns:
        Numbers of rows; how many is found, not given.

    Example:
        >>> output = torch.tensor([[2.0, 0.0], [2.0, 0.0], [0.0, 3.0], [2.0, 0.0]])
        >>> find_label_errors(output, torch.tensor([0, 0, 1, 1]))
        tensor([3])
    """
    p = output.double().softmax(-1)
    own = p.gather(1, y.unsqueeze(1)).squeeze(1)
    bars = torch.stack([p[y == label, label].mean() for label in range(p.shape[1])])
    sure = torch.where(p >= bars, p, -1.0)
    doubted = (sure.amax(1) > 0) & (sure.argmax(1) != y)
    rows = doubted.nonzero().squeeze(1)
    return rows[own[rows].argsort()]

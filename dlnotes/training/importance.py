"""How much of a score one hyperparameter explains by itself, on a full grid.

Book: learning_rates/two_limits
"""

from torch import Tensor


def explained(scores: Tensor, axis: int) -> float:
    """The share of the variance of a full grid of scores that one axis explains alone.

    The mean over all other axes leaves one number a value; their variance over that of all
    scores: the main effect of an analysis of variance. What axes do together counts for none.
    The share belongs to the ranges of the grid: wider ranges explain more.

    Args:
        scores: one number a setting, an axis a hyperparameter, any shape of at least one axis.
        axis: which one.

    Returns:
        From 0 to 1.

    Raises:
        ValueError: for scores that are not finite or all alike, or an axis that is not there.

    Example:
        >>> import torch
        >>> explained(torch.tensor([[0.0, 0.0], [1.0, 1.0]]), axis=0)
        1.0
    """
    if not -scores.ndim <= axis < scores.ndim:
        raise ValueError(f"`axis` must be one of {scores.ndim} axes, got {axis}.")
    if not scores.isfinite().all():
        raise ValueError("`scores` must be finite; score a diverged run by what guessing gives.")
    scores = scores.double()
    if not scores.var(correction=0) > 0:
        raise ValueError("`scores` must not be all alike: there is no variance to explain.")
    others = [other for other in range(scores.ndim) if other != axis % scores.ndim]
    means = scores.mean(others) if others else scores
    return (means.var(correction=0) / scores.var(correction=0)).item()

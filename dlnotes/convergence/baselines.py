"""What it costs to answer without looking at the input.

Book: convergence/nothing_moves
"""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import one_of, whole


def _classes(targets: Tensor, classes: int | None) -> Tensor:
    """How many examples each class has, shape `(C,)`, float64."""
    if targets.ndim != 1 or targets.is_floating_point() or (targets < 0).any():
        raise ValueError(
            "`targets` must hold one class for each example, whole numbers from 0 on, got "
            f"{targets.dtype} of shape {tuple(targets.shape)}."
        )
    least = int(targets.max()) + 1
    width = least if classes is None else whole("classes", classes, least=least)
    return torch.bincount(targets, minlength=width).double()


def _uniform(targets: Tensor, classes: int | None) -> Tensor:
    return torch.tensor(float(len(_classes(targets, classes)))).double().log()


def _prior(targets: Tensor, classes: int | None) -> Tensor:
    counts = _classes(targets, classes)
    shares = counts[counts > 0] / counts.sum()
    return -(shares * shares.log()).sum()


def _squares(center: Callable[[Tensor], Tensor]) -> Callable:
    return lambda targets, _: (targets - center(targets)).square().mean()


def _misses(center: Callable[[Tensor], Tensor]) -> Callable:
    return lambda targets, _: (targets - center(targets)).abs().mean()


def _zero(targets: Tensor) -> Tensor:
    return torch.zeros_like(targets[0])


def _mean(targets: Tensor) -> Tensor:
    return targets.mean(0)


def _median(targets: Tensor) -> Tensor:
    return targets.quantile(0.5, 0)


BASELINES = {
    ("cross_entropy", "uniform"): _uniform,
    ("cross_entropy", "zero"): _uniform,  # scores of zero are equal scores
    ("cross_entropy", "prior"): _prior,
    ("mean_squared_error", "zero"): _squares(_zero),
    ("mean_squared_error", "mean"): _squares(_mean),
    ("mean_absolute_error", "zero"): _misses(_zero),
    ("mean_absolute_error", "median"): _misses(_median),
}


def baseline_loss(
    loss: str, targets: Tensor, *, kind: str | None = None, classes: int | None = None
) -> float:
    """The loss of one and the same answer to every input.

        cross_entropy        "uniform", "zero"  ln C, every class equally likely: scores all equal
                             "prior"            -Σ p ln p, each class as likely as its share p
        mean_squared_error   "zero"             mean of y²
                             "mean"             mean of (y - mean)², the variance
        mean_absolute_error  "zero"             mean of |y|
                             "median"           mean of |y - median|

    No other answer that ignores the input is cheaper than "prior", "mean" or "median".
    Karpathy (2019), "input-independent baseline", for the habit.

    Args:
        loss: name of the loss.
        targets: classes 0 … C - 1, shape `(N,)`; or numbers, shape `(N,)` or `(N, outputs)`.
        kind: the answer; `None` takes the cheapest.
        classes: C, where the last of them may be missing among the targets.

    Returns:
        In nats, or in the unit of the loss.

    Raises:
        ValueError: for an answer that the loss does not know, or targets that are none.

    Example:
        >>> targets = torch.tensor([0, 0, 0, 1, 1, 2])
        >>> round(baseline_loss("cross_entropy", targets, kind="uniform"), 4)
        1.0986
        >>> round(baseline_loss("cross_entropy", targets), 4)
        1.0114
        >>> baseline_loss("mean_squared_error", torch.tensor([1.0, 3.0]))
        1.0
    """
    one_of("loss", loss, dict.fromkeys(name for name, _ in BASELINES))
    kinds = [known for name, known in BASELINES if name == loss]
    kind = one_of("kind", kinds[-1] if kind is None else kind, kinds)
    if not len(targets):
        raise ValueError("`targets` must hold at least one example, got none.")
    if loss != "cross_entropy":
        targets = targets.double()
    return BASELINES[loss, kind](targets, classes).item()

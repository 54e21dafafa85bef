"""What to measure on a run that does not move, and which cause each measurement names.

Every measurement is one number; `first_suspect` asks for them in order and gives the first that
is out of bounds. The bounds are rules of thumb for nets of ReLU and similar units at a small
learning rate; a run that passes them all may still be broken.

Book: convergence/nothing_moves
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import one_of, positive


class Bound(NamedTuple):
    """Where a measurement is at home, and what is suspected elsewhere.

    Attributes:
        name: of the measurement, see `first_suspect`.
        low: the least that is usual.
        high: the most.
        below: the cause where it is less.
        above: the cause where it is more, or no number.
    """

    name: str
    low: float
    high: float
    below: str
    above: str


BOUNDS = (
    Bound("input", 0.3, 3.0, "inputs", "inputs"),
    Bound("alive", 0.85, 1.0, "dead units", "dead units"),
    Bound("twins", 0.0, 0.5, "equal weights", "equal weights"),
    Bound("step", 1e-3, 0.3, "rate too small", "rate too large"),
    Bound("batch", 0.0, 0.2, "wiring", "wiring"),
    Bound("train", 0.0, 1.2, "wiring", "rate too large"),
    Bound("train", 0.0, 0.75, "wiring", "labels"),
    Bound("gap", -0.75, 0.5, "other data", "other data"),
)
MEASUREMENTS = tuple(dict.fromkeys(bound.name for bound in BOUNDS))


def input_size(X: Tensor) -> float:
    """Root mean square of the inputs; 1 where they are standardized.

    Args:
        X: features, shape `(N, D)`.

    Example:
        >>> input_size(torch.tensor([[3.0, -3.0], [3.0, -3.0]]))
        3.0
    """
    return X.double().square().mean().sqrt().item()


def alive_share(outputs: Tensor) -> float:
    """The part of the hidden units that are not 0 on every example.

    Args:
        outputs: of the units of one layer, after the activation, shape `(N, H)`.

    Example:
        >>> alive_share(torch.tensor([[0.0, 2.0], [0.0, 0.0]]))
        0.5
    """
    return (outputs != 0).any(0).double().mean().item()


def twin_share(outputs: Tensor, tol: float = 1e-4) -> float:
    """The part of the hidden units that do the same as another one, on every example.

    Units that are 0 everywhere count for neither.

    Args:
        outputs: of the units of one layer, shape `(N, H)`.
        tol: how far two may be apart, as a part of the largest output; greater than 0.

    Example:
        >>> twin_share(torch.tensor([[1.0, 1.0, 2.0], [0.0, 0.0, 3.0]])) > 0.6
        True
    """
    positive("tol", tol)
    awake = outputs[:, (outputs != 0).any(0)]
    if awake.shape[1] < 2:
        return 0.0
    apart = (awake.unsqueeze(1) - awake.unsqueeze(2)).abs().amax(0)
    apart.fill_diagonal_(torch.inf)
    return (apart.amin(1) <= tol * awake.abs().max()).double().mean().item()


def relative_step(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> float:
    """How far all parameters moved, over how long they are.

    |after - before| / |before|; a rule of thumb wants it near 0.001 (Stanford CS231n).

    Args:
        before: name -> parameter.
        after: the same a step later.

    Example:
        >>> relative_step({"w": torch.tensor([3.0, 4.0])}, {"w": torch.tensor([3.0, 9.0])})
        1.0
    """
    moved = torch.cat([(after[name] - before[name]).flatten() for name in before])
    length = torch.cat([param.flatten() for param in before.values()])
    return (moved.norm() / length.norm()).item()


def first_suspect(measured: Mapping[str, float]) -> str | None:
    """The cause that the first measurement out of bounds names; `None` where all are usual.

    Args:
        measured: some of `MEASUREMENTS`, asked in this order; a NaN counts as too large.

            - `input`: `input_size` of the training set
            - `alive`, `twins`: `alive_share` and `twin_share` after the first steps
            - `step`: `relative_step`, the median of the first steps
            - `batch`: loss after some hundred steps on one small batch, over the baseline loss
            - `train`: training loss at the end, over the baseline loss
            - `gap`: validation loss less training loss, over the baseline loss

    Raises:
        ValueError: for a measurement of another name.

    Example:
        >>> first_suspect({"input": 1.0, "alive": 0.0, "batch": 1.0})
        'dead units'
        >>> first_suspect({"input": 1.0, "alive": 1.0, "batch": 0.01}) is None
        True
    """
    for name in measured:
        one_of("measured", name, MEASUREMENTS)
    for name, low, high, below, above in BOUNDS:
        value = measured.get(name, low)
        if value < low:
            return below
        if not value <= high:
            return above
    return None

"""The range test: one short run at a growing learning rate, and what its curve suggests.

Smith (2017), section 3.3, lets the learning rate grow linearly from batch to batch and reads two
rates off an accuracy curve. The loss curve, exponential growth, the lowest loss divided by four
or ten and the steepest fall are later custom.

Book: learning_rates/range_test
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import at_least, between, one_of, ordered, positive, whole
from dlnotes.core.protocols import Rule
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet

GROWTHS = ("exponential", "linear")
SKIP = 0.1  # of the batches, at the beginning: there a fall is noise


class RangeTest(NamedTuple):
    """What a test has seen.

    Attributes:
        lrs: learning rate of every batch, growing, shape `(T,)`, float64.
        losses: of every batch before its update, shape `(S, T)`, float64; inf or NaN from where
            a run diverged.
    """

    lrs: Tensor
    losses: Tensor


class Phases(NamedTuple):
    """Where one phase of a test ends and the next begins, learning rates of shape `(...)`.

    Attributes:
        falls: the loss has fallen by a tenth, for good until it is lowest.
        lowest: it is lowest.
        above: it is back above its start; inf where that is never so.
    """

    falls: Tensor
    lowest: Tensor
    above: Tensor


def grown(low: float, high: float, steps: int, growth: str = "exponential") -> Tensor:
    """Learning rates from `low` to `high`, both included, shape `(steps,)`, float64.

    exponential: lr(t) = low · q^t, q = (high / low)^(1 / (steps - 1));  linear: equal steps

    Args:
        low: the first, greater than 0.
        high: the last, greater than `low`.
        steps: T, at least 2.
        growth: `"exponential"` or `"linear"`.

    Example:
        >>> grown(0.01, 1, 3).tolist(), grown(0.01, 1, 3, "linear").tolist()
        ([0.01, 0.1, 1.0], [0.01, 0.505, 1.0])
    """
    positive("low", low)
    ordered(low=low, high=high)
    part = torch.linspace(0, 1, whole("steps", steps, least=2), dtype=torch.float64)
    if one_of("growth", growth, GROWTHS) == "linear":
        return low + (high - low) * part
    return low * (high / low) ** part


def range_test(
    net: nn.Module,
    data: Data,
    rule: Rule,
    *,
    low: float = 1e-5,
    high: float = 10.0,
    steps: int = 100,
    growth: str = "exponential",
    seeds: Sequence[int] = (0,),
    **setting,
) -> RangeTest:
    """Trains for a few batches, each with a larger learning rate, and notes every loss.

    The net keeps its weights: what the test has trained is thrown away.

    Args:
        net: as `fleet` takes it.
        data: to learn from.
        rule: a module with `init` and `update`.
        low: the first learning rate, greater than 0.
        high: the last one.
        steps: T, batches.
        growth: `"exponential"` or `"linear"`.
        seeds: S of them, of weights and order.
        **setting: `batch_size` and whatever else `fleet` takes.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.data import datasets
        >>> from dlnotes.training.nets.mlp import MLP
        >>> seen = range_test(MLP((2, 8, 2)), datasets.moons(), sgd, batch_size=20)
        >>> seen.lrs.shape, seen.losses.shape
        (torch.Size([100]), torch.Size([1, 100]))
    """
    lrs = grown(low, high, steps, growth)
    alone = data._replace(X_test=data.X_test[:1], y_test=data.y_test[:1])  # nobody asks for them
    runs = fleet(
        net, alone, rule, lr=lrs.tolist().__getitem__, steps=steps, seeds=list(seeds), every=0,
        **setting,
    )  # fmt: skip
    return RangeTest(lrs, runs.losses.to(torch.float64))


def smoothed(losses: Tensor, width: int) -> Tensor:
    """The mean over `width` neighbors, centered, so that nothing is late; fewer at the ends.

    Args:
        losses: shape `(..., T)`.
        width: odd, at least 1.

    Example:
        >>> smoothed(torch.tensor([0.0, 3.0, 0.0, 6.0]), 3)
        tensor([1.5000, 1.0000, 3.0000, 3.0000], dtype=torch.float64)
    """
    if whole("width", width) % 2 == 0:
        raise ValueError(f"`width` must be odd, got {width}; it is to have a middle.")
    place = torch.arange(losses.shape[-1])
    near = (place.unsqueeze(1) - place).abs() <= width // 2
    sums = torch.where(near, losses.to(torch.float64).unsqueeze(-2), 0.0).sum(-1)
    return sums / near.sum(-1)


def suggest(
    lrs: Tensor, losses: Tensor, *, by: str = "lowest", divide: float = 1.0, width: int = 11
) -> Tensor:
    """The learning rate that a curve suggests, shape `(...)`, float64.

    lowest: where the smoothed loss is lowest; steepest: where it falls fastest per factor of the
    learning rate, before it is lowest and after the first tenth of the batches

    Args:
        lrs: of every batch, growing, shape `(T,)`.
        losses: shape `(..., T)`; what is not finite counts as high.
        by: `"lowest"` or `"steepest"`.
        divide: by what to divide it, at least 1; 4 and 10 are custom with `"lowest"`.
        width: of the smoothing, odd.

    Example:
        >>> lrs = torch.tensor([0.01, 0.1, 1.0, 10.0, 100.0])
        >>> losses = torch.tensor([2.0, 1.9, 0.8, 0.5, 9.0])
        >>> [suggest(lrs, losses, by=by, width=1).item() for by in ("lowest", "steepest")]
        [10.0, 1.0]
    """
    one_of("by", by, ("lowest", "steepest"))
    at_least("divide", divide, 1)
    lrs, curve, place, lowest = _curve(lrs, losses, width)
    if by == "lowest":
        return lrs[lowest.squeeze(-1)] / divide
    (slope,) = torch.gradient(curve, spacing=(lrs.log(),), dim=-1)
    usable = (place >= SKIP * len(lrs)) & (place <= lowest) & slope.isfinite()
    return lrs[torch.where(usable, slope, torch.inf).argmin(-1)] / divide


def phases(lrs: Tensor, losses: Tensor, *, width: int = 11, fall: float = 0.1) -> Phases:
    """Where the loss begins to fall, where it is lowest, and where it is above its start again.

    Args:
        lrs: of every batch, growing, shape `(T,)`.
        losses: shape `(..., T)`.
        width: of the smoothing, odd.
        fall: the part of the first loss that counts as falling, from 0 to 1.
    """
    between("fall", fall, 0, 1)
    lrs, curve, place, lowest = _curve(lrs, losses, width)
    start = curve[..., : max(1, round(SKIP * len(lrs)))].mean(-1, keepdim=True)
    still = (curve > (1 - fall) * start) & (place < lowest)
    begun = torch.where(still, place + 1, 0).amax(-1)
    after = (curve > start) & (place > lowest)
    ends = torch.where(after.any(-1), lrs[after.int().argmax(-1)], torch.inf)
    return Phases(lrs[begun], lrs[lowest.squeeze(-1)], ends)


def _curve(lrs: Tensor, losses: Tensor, width: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Rates in float64, the smoothed curve, the places and that of its lowest point `(..., 1)`."""
    lrs = torch.as_tensor(lrs, dtype=torch.float64)
    if lrs.ndim != 1 or lrs.shape != losses.shape[-1:]:
        raise ValueError(
            f"`losses` must have a loss for each learning rate, got shapes {tuple(lrs.shape)} and "
            f"{tuple(losses.shape)}."
        )
    if len(lrs) < 2 or not (lrs.diff() > 0).all() or lrs[0] <= 0:
        raise ValueError("`lrs` must be at least two learning rates, positive and growing.")
    curve = smoothed(losses, width).nan_to_num(torch.inf, torch.inf)
    if not curve.isfinite().any(-1).all():
        raise ValueError("`losses` must have finite entries; begin at a smaller learning rate.")
    return lrs, curve, torch.arange(len(lrs)), curve.argmin(-1, keepdim=True)

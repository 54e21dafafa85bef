"""The steps before and after a search: a small sample first, coarse before fine, losses ranked.

Book: hyperparameters/small_to_full
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from dlnotes.core.arguments import positive, whole
from dlnotes.core.protocols import Rule
from dlnotes.hyperparameters.heuristics import Objective, Tried
from dlnotes.training.data.examples import Data
from dlnotes.training.loop import train
from dlnotes.training.nets.losses import cross_entropy, log_softmax


class SmallRun(NamedTuple):
    """What a run on a few examples shows.

    Attributes:
        losses: before every step, and after the last, shape `(steps + 1,)`.
        floor: label entropy: where a net ends that does not see its inputs.
    """

    losses: Tensor
    floor: float

    @property
    def share(self) -> float:
        """What is left of the floor at the end: 0 is learned by heart, 1 is blind."""
        return self.losses[-1].item() / self.floor


def label_entropy(y: Tensor) -> float:
    """-Σ p ln p over the shares of the classes, in nats: the least loss without the inputs.

    Args:
        y: classes 0 … C - 1, shape `(N,)`.

    Example:
        >>> round(label_entropy(torch.tensor([0, 0, 1, 1])), 4)
        0.6931
    """
    shares = torch.bincount(y).double() / len(y)
    return -torch.xlogy(shares, shares).sum().item()


def overfit_small_batch(
    net: nn.Module,
    X: Tensor,
    y: Tensor,
    rule: Rule,
    *,
    lr: float,
    steps: int = 200,
    loss: Callable[..., Tensor] = cross_entropy,
) -> SmallRun:
    """Trains on a few examples, all of them in every step; the net keeps its weights.

    Karpathy (2019), "overfit one batch"; CS231n, "sanity checks", with about 20 examples.

    Args:
        net: maps X to scores `(B, C)`.
        X: the few examples, shape `(B, D)`.
        y: their classes, shape `(B,)`; of at least two classes, for with one a blind net passes.
        rule: a module with `init` and `update`.
        lr: learning rate.
        steps: how many.
        loss: `(scores, y) -> scalar`.

    Raises:
        ValueError: when all examples are of one class.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.nets.mlp import MLP
        >>> X, y = torch.eye(4), torch.arange(4)
        >>> seen = overfit_small_batch(MLP((4, 8, 4)), X, y, sgd, lr=1.0)
        >>> round(seen.floor, 3), seen.share < 0.05
        (1.386, True)
    """
    floor = label_entropy(y)
    if not floor > 0:
        raise ValueError("`y` must hold at least two classes, got one; a blind net would pass.")
    data = Data(X, y, X, y)
    found = train(net, data, rule, lr=lr, steps=steps, loss=loss, every=0, progress=False)
    with torch.no_grad():
        last = loss(torch.func.functional_call(net, found.params, (X,)), y)
    return SmallRun(torch.cat([found.losses, last.reshape(1)]), floor)


def coarse_to_fine(
    objective: Objective,
    d: int,
    trials: int,
    generator: Generator,
    *,
    rounds: int = 2,
    shrink: float = 0.4,
) -> Tried:
    """Random points in the whole cube, then in ever smaller boxes around the best so far.

    Args:
        objective: losses of points, `(n, d) -> (n,)`; less is better.
        d: axes.
        trials: in all, shared out evenly among the rounds, the first ones taking what is left.
        generator: of the random numbers, on the CPU.
        rounds: how often to look; 1 is plain random search.
        shrink: width of a box over the width of the one before, greater than 0 and at most 1; a
            box that would reach out of the cube is pushed back in.

    Example:
        >>> from dlnotes.core.seeds import seeded
        >>> bowl = lambda points: (points - 0.3).square().sum(-1)
        >>> coarse_to_fine(bowl, 2, 16, seeded(0)).points.shape
        torch.Size([16, 2])
    """
    whole("trials", trials, least=whole("rounds", rounds))
    if positive("shrink", shrink) > 1:
        raise ValueError(f"`shrink` must be at most 1, got {shrink}.")
    points = torch.empty(0, whole("d", d), dtype=torch.float64)
    losses = torch.empty(0, dtype=torch.float64)
    for place in range(rounds):
        count = trials // rounds + (place < trials % rounds)
        width = shrink**place
        unit = torch.rand(count, d, generator=generator, dtype=torch.float64)
        middle = points[losses.argmin()] if place else torch.full((d,), 0.5, dtype=torch.float64)
        new = zoomed(middle, width) + width * unit
        points, losses = torch.cat([points, new]), torch.cat([losses, objective(new)])
        losses = losses.nan_to_num(torch.inf, torch.inf)
    return Tried(points, losses)


def zoomed(middle: Tensor, width: float) -> Tensor:
    """The lower corner of a box around a point, pushed back into the unit cube.

    Args:
        middle: shape `(d,)`, from 0 to 1.
        width: of the box, at most 1.

    Example:
        >>> zoomed(torch.tensor([0.5, 0.9]), 0.4)
        tensor([0.3000, 0.6000])
    """
    return (middle - width / 2).clamp(0, 1 - width)


def rank_by_loss(output: Tensor, y: Tensor) -> Tensor:
    """Rows, the one with the largest cross-entropy first, shape `(N,)`.

    Args:
        output: scores, shape `(N, C)`.
        y: classes, shape `(N,)`.

    Example:
        >>> rank_by_loss(torch.tensor([[5.0, 0.0], [0.0, 5.0]]), torch.tensor([0, 0]))
        tensor([1, 0])
    """
    each = -log_softmax(output).gather(1, y.unsqueeze(1)).squeeze(1)
    return each.argsort(descending=True)

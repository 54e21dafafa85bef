"""A grid of learning rates over seeds, trained at once, and the best of the grid."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from dlnotes.core import intervals
from dlnotes.core.arguments import filled, whole
from dlnotes.core.protocols import Rule
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import accuracy


class Sweep(NamedTuple):
    """Scores of a grid of learning rates over seeds; the larger, the better.

    Attributes:
        lrs: R learning rates, growing, shape `(R,)`, float64.
        seeds: S of them.
        validation: what a choice may look at, shape `(R, S)`; 0 where a run diverged.
        scores: what is reported, likewise.
    """

    lrs: Tensor
    seeds: tuple[int, ...]
    validation: Tensor
    scores: Tensor

    @property
    def chosen(self) -> float:
        """The learning rate with the best mean validation score; of equals, the smallest."""
        return self.lrs[self._place].item()

    @property
    def best(self) -> Tensor:
        """Scores at the learning rate chosen, shape `(S,)`."""
        return self.scores[self._place]

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The confidence interval of the mean of `best`."""
        return intervals.interval(self.best, level)

    def at(self, lr: float) -> Tensor:
        """Scores at the learning rate of the grid nearest to `lr`, shape `(S,)`."""
        return self.scores[int((self.lrs.log() - math.log(lr)).abs().argmin())]

    def upto(self, top: float) -> "Sweep":
        """The part of the grid that ends at the learning rate `top`."""
        count = int((self.lrs <= top * 1.001).sum())  # written in decimals, read as powers of ten
        return Sweep(self.lrs[:count], self.seeds, self.validation[:count], self.scores[:count])

    @property
    def _place(self) -> int:
        return int(self.validation.mean(1).argmax())


def sweep(
    net: nn.Module,
    data: Data | Callable[[int], Data],
    rule: Rule,
    *,
    lrs: Sequence[float],
    seeds: Sequence[int],
    choose: int = 0,
    score: Callable[[Tensor, Tensor], Tensor] = accuracy,
    **setting,
) -> Sweep:
    """Trains a net for every learning rate and seed, and scores it on the examples held out.

    Args:
        net: as `fleet` takes it.
        data: with the examples held out in its test part; or a function that gives them to a seed.
        rule: a module with `init` and `update`.
        lrs: R learning rates, growing.
        seeds: S of them: of weights and order, and of the data where they are a function.
        choose: so many of the examples held out are there to choose a learning rate by, and the
            others are reported; 0: all of them are there for both.
        score: `(output, y) -> scalar`, from 0 to 1, the larger the better.
        **setting: `steps` and whatever else `fleet` takes.

    Raises:
        ValueError: for an empty grid, or a choice that leaves nothing to report.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.data import datasets
        >>> from dlnotes.training.nets.mlp import MLP
        >>> grid = {"lrs": [1e-4, 1.0], "seeds": range(5), "steps": 50}
        >>> found = sweep(MLP((2, 8, 2)), datasets.moons(100), sgd, **grid)
        >>> found.scores.shape, found.chosen
        (torch.Size([2, 5]), 1.0)
    """
    lrs, seeds = list(filled("lrs", lrs)), list(filled("seeds", seeds))
    tasks = [(data(seed), [seed]) for seed in seeds] if callable(data) else [(data, seeds)]
    columns = []
    for task, own in tasks:
        grid = {"lr": [lr for lr in lrs for _ in own], "seeds": own * len(lrs)}
        runs = fleet(net, task, rule, every=0, **grid, **setting)
        found = [_scores(net, runs.params, score, *part) for part in _cut(task, choose)]
        found = torch.where(runs.losses[:, -1].isfinite(), torch.stack(found), 0.0)
        columns.append(found.view(-1, len(lrs), len(own)))
    scores = torch.cat(columns, dim=-1)
    return Sweep(torch.tensor(lrs, dtype=torch.float64), tuple(seeds), scores[0], scores[-1])


class Curves(NamedTuple):
    """How the loss falls at the best of a grid of learning rates.

    Attributes:
        lr: that learning rate.
        updates: how many updates had been made at each evaluation, shape `(E,)`, int64.
        train_loss: of every seed at each of them, shape `(S, E)`.
    """

    lr: float
    updates: Tensor
    train_loss: Tensor


def curves(
    net: nn.Module,
    data: Data,
    rule: Rule,
    *,
    lrs: Sequence[float],
    seeds: Sequence[int],
    **setting,
) -> Curves:
    """Trains a net for every learning rate and seed, and keeps the curves that end lowest.

    Args:
        net: as `fleet` takes it.
        data: to learn from.
        rule: a module with `init` and `update`.
        lrs: R learning rates.
        seeds: S of them, of weights and order.
        **setting: `steps`, `every` and whatever else `fleet` takes.

    Returns:
        Those of the learning rate at which the median over the seeds ends lowest.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.data import datasets
        >>> from dlnotes.training.nets.mlp import MLP
        >>> grid = {"lrs": [1e-4, 1.0], "seeds": range(3), "steps": 50, "every": 25}
        >>> found = curves(MLP((2, 8, 2)), datasets.moons(100), sgd, **grid)
        >>> found.lr, found.updates.tolist(), found.train_loss.shape
        (1.0, [0, 25, 50], torch.Size([3, 3]))
    """
    lrs, seeds = list(filled("lrs", lrs)), list(filled("seeds", seeds))
    grid = {"lr": [lr for lr in lrs for _ in seeds], "seeds": seeds * len(lrs)}
    alone = data._replace(X_test=data.X_test[:1], y_test=data.y_test[:1])  # nobody asks for them
    runs = fleet(net, alone, rule, **grid, **setting)
    losses = runs.train_loss.view(len(lrs), len(seeds), -1)
    best = int(lowest(losses[..., -1]))
    return Curves(lrs[best], runs.updates, losses[best])


def lowest(losses: Tensor) -> Tensor:
    """The place of the setting whose median over the seeds is lowest.

    Args:
        losses: shape `(..., R, S)`; NaN, a run that diverged, counts as the largest.

    Returns:
        Shape `(...)`, int64.

    Example:
        >>> lowest(torch.tensor([[3.0, 3.0, 3.0], [1.0, 2.0, 9.0], [0.0, torch.nan, torch.nan]]))
        tensor(1)
    """
    return losses.nan_to_num(torch.inf).median(-1).values.argmin(-1)


def _cut(data: Data, first: int) -> list[tuple[Tensor, Tensor]]:
    """Of the examples held out, those that choose and those that are reported."""
    X, y = data.X_test, data.y_test
    if whole("choose", first, least=0) >= len(X):
        raise ValueError(
            f"`choose` must be smaller than the number of examples held out, got choose={first} "
            f"and {len(X)} examples; hold out more."
        )
    return [(X[:first], y[:first]), (X[first:], y[first:])] if first else [(X, y)]


def _scores(
    net: nn.Module, params: dict[str, Tensor], score: Callable, X: Tensor, y: Tensor
) -> Tensor:
    """What every run scores on these examples, `(runs,)`, float64; 0 for NaN."""

    def one(params: dict[str, Tensor]) -> Tensor:
        return score(functional_call(net, params, (X,)), y)

    return vmap(one)(params).to(torch.float64).nan_to_num(0.0)

"""Nets stopped at the same training loss, whatever the learning rate that brought them there.

Book: learning_rates/myths
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.losses import accuracy, cross_entropy
from dlnotes.training.nets.mlp import MLP

SIZES = (64, 64, 10)
SEEDS = tuple(range(20))  # each has its own split, wrong labels, first weights and order
WRONG = 0.15  # share of wrong labels in the second arm
LEVEL, QUANTILE = 0.95, 2.093  # of the intervals; Student's t with 19 degrees of freedom
RULES = {"sgd": sgd, "adam": adam}


class Arm(NamedTuple):
    """One comparison: a data set, a rule, the loss to stop at, and the rates.

    Attributes:
        wrong: share of wrong labels, of the training part only.
        rule: a name in `RULES`.
        batch: examples a step.
        level: the training loss at which a run is stopped.
        rates: learning rates; the others are compared with `usual`, one of them.
        usual: the rate that is usual for this rule on these data.
    """

    wrong: float
    rule: str
    batch: int
    level: float
    rates: tuple[float, ...]
    usual: float


ARMS = {
    "clean": Arm(0.0, "sgd", 32, 0.1, (0.01, 0.03, 0.1, 0.3), 0.1),
    "wrong": Arm(WRONG, "sgd", 16, 0.5, (0.03, 0.1, 0.2), 0.1),
    "adam": Arm(0.0, "adam", 32, 0.1, (0.0003, 0.001, 0.003, 0.01), 0.003),
}
PART = 500  # steps whose order is drawn at once
FINE = 60  # looks come after so small a part of the steps made: a 60th
SHORT, SHORT_RATES = 200, (0.01, 0.1)  # a budget that is too short for a small rate
LONG, LONG_RATES = 6000, (0.03, 0.1)  # one that is long enough to learn wrong labels by heart
FAR = 0.25  # the training loss that the smaller of these rates gets to, wrong labels


class Ends(NamedTuple):
    """Where runs were stopped, each of shape `(S,)`.

    Attributes:
        steps: updates made.
        train: loss on the training part.
        test: accuracy on the test part, whose labels are right.
    """

    steps: Tensor
    train: Tensor
    test: Tensor


@cache
def digits(seed: int, wrong: float) -> Data:
    """Digits split anew by every seed; a part of the training labels is wrong."""
    data, source = datasets.digits(seed), seeded(seed)
    chosen = torch.randperm(len(data.y), generator=source)[: round(wrong * len(data.y))]
    moves = torch.randint(1, 10, (len(chosen),), generator=source)
    return data._replace(y=data.y.index_put((chosen,), (data.y[chosen] + moves) % 10))


class Nets:
    """Nets side by side, each with its own split, first weights and order of the examples.

    Args:
        arm: data, rule and batch.
        lr: learning rate of all.
        seeds: one a net.
    """

    def __init__(self, arm: Arm, lr: float, seeds: Sequence[int] = SEEDS) -> None:
        parts = zip(*(digits(seed, arm.wrong) for seed in seeds), strict=True)
        self.data = Data(*(torch.stack(part) for part in parts))
        self.rule, self.lr, self.done = RULES[arm.rule], lr, 0
        nets = [dict(MLP(SIZES, seed=seed).named_parameters()) for seed in seeds]
        self.params = {name: torch.stack([n[name].detach() for n in nets]) for name in nets[0]}
        self.states = {name: self.rule.init(x) for name, x in self.params.items()}
        self.batch, self.seeds = arm.batch, seeds
        net = MLP(SIZES)

        def loss(params: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
            return cross_entropy(functional_call(net, params, (X,)), y)

        def right(params: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
            return accuracy(functional_call(net, params, (X,)), y)

        self._gradient, self._loss, self._right = vmap(grad(loss)), vmap(loss), vmap(right)

    def step(self) -> None:
        """One update of every net."""
        part, place = divmod(self.done, PART)
        if place == 0:
            examples = len(self.data.y[0])
            orders = [rows(examples, self.batch, PART, 1000 * part + seed) for seed in self.seeds]
            self.orders = torch.stack(orders, 1)
        chosen, net = self.orders[place], torch.arange(len(self.seeds)).unsqueeze(1)
        grads = self._gradient(self.params, self.data.X[net, chosen], self.data.y[net, chosen])
        new = {}
        for name, x in self.params.items():
            delta, self.states[name] = self.rule.update(
                grads[name], self.states[name], x, lr=self.lr
            )
            new[name] = x + delta
        self.params, self.done = new, self.done + 1

    def look(self) -> tuple[Tensor, Tensor]:
        """Training loss and test accuracy, `(S,)` each."""
        X, y, X_test, y_test = self.data
        return self._loss(self.params, X, y), self._right(self.params, X_test, y_test)


def stopped(arm: Arm, lr: float, seeds: Sequence[int] = SEEDS) -> Ends:
    """Each run as it was when its training loss was first seen at the level of the arm."""
    nets, ahead = Nets(arm, lr, seeds), 1
    found = Ends(*(torch.full((len(seeds),), torch.nan, dtype=torch.float64) for _ in range(3)))
    while found.steps.isnan().any():
        nets.step()
        if nets.done < ahead:
            continue
        ahead = nets.done + max(1, nets.done // FINE)
        train, test = nets.look()
        now = found.steps.isnan() & (train <= arm.level)
        for place, value in zip(found, (torch.tensor(nets.done), train, test), strict=True):
            place[now] = value.double().expand(len(now))[now]
    return found


def after(arm: Arm, lr: float, steps: int, seeds: Sequence[int] = SEEDS) -> Ends:
    """Each run after a fixed number of steps."""
    nets = Nets(arm, lr, seeds)
    for _ in range(steps):
        nets.step()
    return Ends(torch.full((len(seeds),), float(steps)), *nets.look())


def interval(difference: Tensor) -> tuple[float, float]:
    """Mean of paired differences `(S,)` and half the width of its 95 % interval (Student's t)."""
    spread = difference.std() / len(difference) ** 0.5
    return difference.mean().item(), (QUANTILE * spread).item()

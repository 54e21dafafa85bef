"""A race at equal cost: momentum, Adam, Muon and K-FAC, each with nine settings and five seeds.

`python -m dlnotes.sections.optimizers.matrix_curvature.experiments` makes the record
beside this file anew.

Book: optimizers/matrix_curvature
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad

from dlnotes.core.protocols import Rule
from dlnotes.optimizers import adam, momentum, muon
from dlnotes.optimizers.curvature import multiplications
from dlnotes.optimizers.kfac import KFAC
from dlnotes.training.data.batches import rows
from dlnotes.training.data.datasets import digits
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked
from dlnotes.training.sweeps import lowest

SEEDS = 5
GRADIENTS = 600  # the budget: the multiplications of so many gradients
POINTS = 30  # steps of a run at which the loss is written down


class Task(NamedTuple):
    """What is trained: a net on digits, and how many of them a step sees (`None`: all)."""

    sizes: tuple[int, ...]
    activation: str
    init: str
    loss: Callable[..., Tensor]
    batch_size: int | None

    def net(self, seed: int) -> MLP:
        """The net as one seed starts it."""
        kind = {"activation": self.activation, "init": self.init, "dtype": torch.float64}
        return MLP(self.sizes, seed=seed, **kind)

    def data(self) -> Data:
        """What is learned from; an autoencoder's targets are its features. Nothing is tested."""
        data = digits(dtype=torch.float64)
        X, y = (data.X, data.y) if self.loss is cross_entropy else (data.X[:400],) * 2
        return Data(X, y, X[:1], y[:1])


class MuonForMatrices:
    """Muon as it is used: biases are left to Adam."""

    __name__ = "muon"
    elementwise = False

    def init(self, param: Tensor) -> Any:
        """The state before the first update."""
        return self._rule(param).init(param)

    def update(self, grad: Tensor, state: Any, param: Tensor, *, lr: float) -> tuple[Tensor, Any]:
        """The change to add to `param`, and the next state."""
        return self._rule(param).update(grad, state, param, lr=lr)

    def _rule(self, param: Tensor) -> Rule:
        return muon if param.ndim == 2 else adam


TASKS = {
    "autoencoder": Task((64, 32, 8, 32, 64), "tanh", "glorot", mean_squared_error, None),
    "classifier": Task((64, 32, 10), "relu", "he", cross_entropy, 64),
}
RULES = {"momentum": momentum, "adam": adam, "muon": MuonForMatrices()}
# a learning rate, or K-FAC's first damping
SETTINGS = {
    "momentum": torch.logspace(-2.5, 1.5, 9, dtype=torch.float64),
    "adam": torch.logspace(-4, 0, 9, dtype=torch.float64),
    "muon": torch.logspace(-3.5, 0.5, 9, dtype=torch.float64),
    "kfac": torch.logspace(-2.5, 1.5, 9, dtype=torch.float64),
}
KFAC_KIND = {"shrink": 0.9, "decay": 0.95}  # one for both tasks, the library's own


class Race(NamedTuple):
    """One method on one task.

    Attributes:
        price: multiplications of a step, in gradients.
        settings: what was tried, shape `(S,)`.
        steps: at which the loss was written down, shape `(P,)`.
        losses: on all examples, shape `(S, seeds, P)`; NaN once a run has diverged.
    """

    price: float
    settings: Tensor
    steps: Tensor
    losses: Tensor

    @property
    def spent(self) -> Tensor:
        """Multiplications at each of the steps, in gradients, shape `(P,)`."""
        return self.steps.double() * self.price

    def best(self) -> Tensor:
        """Curves `(seeds, P)` of the setting whose median loss is lowest at the end."""
        return self.losses[self.best_setting()]

    def ends(self) -> Tensor:
        """Median loss at the end, shape `(S,)`; inf for a setting that diverges."""
        return self.losses[..., -1].nan_to_num(torch.inf).median(1).values

    def best_setting(self) -> int:
        """The place in `settings` of the lowest end."""
        return int(lowest(self.losses[..., -1]))

    def unseen(self) -> list[float]:
        """Losses at the end, one a seed, each at the setting that the other seeds choose."""
        ends = self.losses[..., -1].nan_to_num(torch.inf)
        found = []
        for seed in range(ends.shape[1]):
            others = torch.cat([ends[:, :seed], ends[:, seed + 1 :]], dim=1)
            found.append(ends[int(lowest(others)), seed].item())
        return found

    def place(self, goal: Tensor) -> int:
        """The first place in `steps` where the best setting's median loss is as low as `goal`."""
        return int((self.best().median(0).values <= goal).nonzero()[0])


@cache
def recorded() -> dict[str, dict[str, Race]]:
    """Task → method → what the record says."""
    fields = RECORD.found["values"]
    return {task: {name: _race(**one) for name, one in of.items()} for task, of in fields.items()}


def summary(races: dict[str, dict[str, Race]]) -> dict[str, float | list[float]]:
    """What the page quotes of the race.

    Returns:
        `steps`, `spent`: of K-FAC on the autoencoder until it is where Adam ends; `kfac_steps`,
        `adam_steps`: on the classifier, all that K-FAC has, and those of Adam until it is where
        K-FAC ends; `blown`: dampings with which K-FAC ends above 100 there; `kfac_auto`,
        `kfac_clas`, … of Adam and Muon too: ends, each seed at the setting the others choose.
    """
    coder, classes = races["autoencoder"], races["classifier"]
    there = coder["kfac"].place(coder["adam"].ends().min())
    level = classes["adam"].place(classes["kfac"].ends().min())
    found = {
        "steps": int(coder["kfac"].steps[there]),
        "spent": coder["kfac"].spent[there].item(),
        "kfac_steps": int(classes["kfac"].steps[-1]),
        "adam_steps": int(classes["adam"].steps[level]),
        "blown": int((classes["kfac"].ends() > 100).sum()),
    }
    for name in ("kfac", "adam", "muon"):
        found[f"{name}_auto"] = coder[name].unseen()
        found[f"{name}_clas"] = classes[name].unseen()
    return found


def price(task: Task, name: str) -> int:
    """Multiplications of one step."""
    data, net = task.data(), task.net(0)
    X, y = data.X[: task.batch_size], data.y[: task.batch_size]
    if name == "kfac":
        kfac = KFAC(net, task.loss)
        kfac.step(X, y)
        return multiplications(lambda: kfac.step(X, y))
    slope = grad(lambda params: task.loss(functional_call(net, params, (X,)), y))
    params = {key: param.detach() for key, param in net.named_parameters()}
    spent, grads = multiplications(lambda: slope(params)), slope(params)
    if name == "muon":
        matrices = [one for one in grads.values() if one.ndim == 2]
        spent += multiplications(lambda: [muon.orthogonal(one) for one in matrices])
    return spent


def first_order(task: Task, name: str, lrs: Tensor, seeds: int, marks: Tensor) -> Tensor:
    """Losses on all examples after so many steps, shape `(S, seeds, P)`; NaN after a divergence.

    Args:
        task: what is trained.
        name: `"momentum"`, `"adam"` or `"muon"`.
        lrs: learning rates, shape `(S,)`.
        seeds: how many.
        marks: steps, growing, shape `(P,)`.
    """
    setting = {"steps": int(marks[-1]), "batch_size": task.batch_size, "loss": task.loss}
    setting |= {"lr": lrs.repeat_interleave(seeds), "seeds": [*range(seeds)] * len(lrs)}
    runs = fleet(task.net(0), task.data(), RULES[name], every=marks.tolist(), **setting)
    alive = runs.losses.isfinite().double().cummin(1).values > 0
    alive = alive[:, marks.clamp(max=marks[-1] - 1)]  # the last update is followed by no loss
    return torch.where(alive, runs.train_loss, torch.nan).view(len(lrs), seeds, -1)


def second_order(task: Task, damping: float, seed: int, marks: Tensor, **kind: float) -> Tensor:
    """The same of one K-FAC run, shape `(P,)`."""
    data, net = task.data(), task.net(seed)
    X, y, steps = data.X, data.y, int(marks[-1])
    kfac, losses = KFAC(net, task.loss, damping=damping, seed=seed, **kind), []
    for step, chosen in enumerate(rows(len(X), task.batch_size or len(X), steps + 1, seed)):
        if step in marks:
            losses.append(task.loss(net(X), y).detach())
        if step < steps:
            kfac.step(X[chosen], y[chosen])
    return torch.stack(losses)


def losses_of(name: str, method: str, settings: Tensor, seeds: int, marks: Tensor) -> Tensor:
    """Losses of one method on one task, shape `(S, seeds, P)`."""
    if method != "kfac":
        return first_order(TASKS[name], method, settings, seeds, marks)
    each = partial(second_order, TASKS[name], marks=marks, **KFAC_KIND)
    runs = [each(setting.item(), seed) for setting in settings for seed in range(seeds)]
    return torch.stack(runs).view(len(settings), seeds, -1)


def run(name: str, method: str) -> Race:
    """One method on one task, with the whole budget."""
    settings = SETTINGS[method]
    cost = price(TASKS[name], method) / price(TASKS[name], "momentum")
    marks = checkpoints(int(GRADIENTS / cost))
    return Race(cost, settings, marks, losses_of(name, method, settings, SEEDS, marks))


def checkpoints(steps: int) -> Tensor:
    """Steps from 0 to the last, dense at the start."""
    return (steps * torch.linspace(0, 1, POINTS) ** 2).round().long().unique()


def piece(name: str, method: str) -> tuple[Tensor, Tensor]:
    """The first steps of the best setting with two seeds, and the price: anew, and recorded."""
    race = recorded()[name][method]
    place, marks = race.best_setting(), race.steps[:6]
    again = losses_of(name, method, SETTINGS[method][place : place + 1], 2, marks)
    cost = price(TASKS[name], method) / price(TASKS[name], "momentum")
    kept = race.losses[place, :2, :6]
    return _together(again, cost), _together(kept, race.price)


def _race(price: float, settings: list, steps: list, losses: list) -> Race:
    return Race(price, unpacked(settings), torch.tensor(steps), unpacked(losses))


def _together(losses: Tensor, price: float) -> Tensor:
    return torch.cat([losses.flatten(), losses.new_tensor([price])])


RECORD = Record(
    __file__,
    make=lambda: {
        task: {method: run(task, method)._asdict() for method in SETTINGS} for task in TASKS
    },
    settings={
        "seeds": SEEDS,
        "gradients": GRADIENTS,
        "settings": {name: values.tolist() for name, values in SETTINGS.items()},
        "kfac": KFAC_KIND,
        "tasks": {name: [*task[:3], task.batch_size] for name, task in TASKS.items()},
    },
    pieces={
        f"{task} {method}": partial(piece, task, method) for task in TASKS for method in SETTINGS
    },
)

if __name__ == "__main__":
    RECORD.write()

"""A race at equal cost: momentum, Adam, Muon and K-FAC, each with nine settings and five seeds.

`python -m dlnotes.sections.optimizers.curvature.experiments` makes the record
beside this file anew.

Book: optimizers/curvature
"""

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad_and_value, vmap

from dlnotes.optimizers import adam, momentum, muon
from dlnotes.optimizers.curvature import multiplications
from dlnotes.optimizers.kfac import KFAC
from dlnotes.training.data.batches import rows
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP

FILE = Path(__file__).with_name("record.json")
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

    def data(self) -> tuple[Tensor, Tensor]:
        """Features and targets; an autoencoder's targets are its features."""
        data = digits(dtype=torch.float64)
        return (data.X, data.y) if self.loss is cross_entropy else (data.X[:400],) * 2


TASKS = {
    "autoencoder": Task((64, 32, 8, 32, 64), "tanh", "glorot", mean_squared_error, None),
    "classifier": Task((64, 32, 10), "relu", "he", cross_entropy, 64),
}
# a learning rate, or K-FAC's first damping
SETTINGS = {
    "momentum": torch.logspace(-2.5, 1.5, 9, dtype=torch.float64),
    "adam": torch.logspace(-4, 0, 9, dtype=torch.float64),
    "muon": torch.logspace(-3.5, 0.5, 9, dtype=torch.float64),
    "kfac": torch.logspace(-2.5, 1.5, 9, dtype=torch.float64),
}
KFAC_KIND = {
    "autoencoder": {"shrink": 0.7, "decay": 0.5},
    "classifier": {"shrink": 0.95, "decay": 0.95},
}


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
        return self.steps * self.price

    def best(self) -> Tensor:
        """Curves `(seeds, P)` of the setting whose median loss is lowest at the end."""
        return self.losses[self.best_setting()]

    def ends(self) -> Tensor:
        """Median loss at the end, shape `(S,)`; inf for a setting that diverges."""
        return self.losses[..., -1].nan_to_num(torch.inf).median(1).values

    def best_setting(self) -> int:
        """The place in `settings` of the lowest end."""
        return int(self.ends().argmin())

    def place(self, goal: Tensor) -> int:
        """The first place in `steps` where the best setting's median loss is as low as `goal`."""
        return int((self.best().median(0).values <= goal).nonzero()[0])


@cache
def recorded() -> dict[str, dict[str, Race]]:
    """Task → method → what `main` wrote down."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    return {task: {name: _race(one) for name, one in of.items()} for task, of in found.items()}


def summary(races: dict[str, dict[str, Race]]) -> dict[str, float | list[float]]:
    """K-FAC against Adam: what the page quotes.

    Returns:
        `steps`, `spent`: of K-FAC on the autoencoder until it is where Adam ends; `adam_steps`: of
        Adam on the classifier until it is where K-FAC ends; `kfac_worst`, `adam_worst`: ends of the
        worst settings on the autoencoder; `kfac_auto`, `adam_auto`, `kfac_clas`, `adam_clas`: ends
        of the best ones, one a seed.
    """
    coder, classes = races["autoencoder"], races["classifier"]
    there = coder["kfac"].place(coder["adam"].ends().min())
    level = classes["adam"].place(classes["kfac"].ends().min())
    found = {
        "steps": int(coder["kfac"].steps[there]),
        "spent": coder["kfac"].spent[there].item(),
        "adam_steps": int(classes["adam"].steps[level]),
    }
    for name in ("kfac", "adam"):
        found[f"{name}_worst"] = coder[name].ends().max().item()
        found[f"{name}_auto"] = coder[name].best()[:, -1].tolist()
        found[f"{name}_clas"] = classes[name].best()[:, -1].tolist()
    return found


def price(task: Task, name: str) -> int:
    """Multiplications of one step."""
    X, y = task.data()
    size = task.batch_size or len(X)
    if name == "kfac":
        kfac = KFAC(task.net(0), task.loss)
        kfac.step(X[:size], y[:size])
        return multiplications(lambda: kfac.step(X[:size], y[:size]))
    params = {key: param.detach()[None] for key, param in task.net(0).named_parameters()}
    slope = _slope(task)
    grads = slope(params, X[None, :size], y[None, :size])[0]
    spent = multiplications(lambda: slope(params, X[None, :size], y[None, :size]))
    if name == "muon":
        spent += multiplications(
            lambda: [muon.orthogonal(g[0]) for g in grads.values() if g.ndim > 2]
        )
    return spent


def first_order(task: Task, name: str, lrs: Tensor, seeds: int, marks: Tensor) -> Tensor:
    """Losses on all examples after so many steps, shape `(S, seeds, P)`; all runs at once.

    Args:
        task: what is trained.
        name: `"momentum"`, `"adam"` or `"muon"`; Muon leaves the biases to Adam.
        lrs: learning rates, shape `(S,)`.
        seeds: how many.
        marks: steps, growing, shape `(P,)`.
    """
    X, y = task.data()
    nets = [dict(task.net(seed).named_parameters()) for seed in range(seeds)]
    params = {
        key: torch.stack([net[key].detach() for net in nets]).repeat(len(lrs), *[1] * net_dims)
        for key, net_dims in ((key, value.ndim) for key, value in nets[0].items())
    }
    lr = lrs.repeat_interleave(seeds)
    rules = {key: _rule(name, value.ndim - 1) for key, value in params.items()}
    states = {key: vmap(rules[key].init)(value) for key, value in params.items()}
    size = task.batch_size or len(X)
    order = torch.stack([rows(len(X), size, int(marks[-1]), seed) for seed in range(seeds)])
    order = order.repeat(len(lrs), 1, 1)
    slope, value, losses = _slope(task), vmap(_loss(task), (0, None, None)), []
    with torch.no_grad():
        for step in range(int(marks[-1]) + 1):
            if step in marks:
                losses.append(value(params, X, y))
            if step == marks[-1]:
                break
            grads, _ = slope(params, X[order[:, step]], y[order[:, step]])
            for key, rule in rules.items():
                move = vmap(lambda g, s, p, r, rule=rule: rule.update(g, s, p, lr=r))
                delta, states[key] = move(grads[key], states[key], params[key], lr)
                params[key] = params[key] + delta
    return torch.stack(losses, 1).view(len(lrs), seeds, -1)


def second_order(task: Task, damping: float, seed: int, marks: Tensor, **kind: float) -> Tensor:
    """The same of one K-FAC run, shape `(P,)`."""
    (X, y), net = task.data(), task.net(seed)
    size = task.batch_size or len(X)
    order = rows(len(X), size, int(marks[-1]), seed)
    kfac, losses = KFAC(net, task.loss, damping=damping, seed=seed, **kind), []
    for step in range(int(marks[-1]) + 1):
        if step in marks:
            losses.append(task.loss(net(X), y).detach())
        if step < marks[-1]:
            kfac.step(X[order[step]], y[order[step]])
    return torch.stack(losses)


def run(name: str, method: str) -> Race:
    """One method on one task, with the whole budget."""
    task, settings = TASKS[name], SETTINGS[method]
    cost = price(task, method) / price(task, "momentum")
    marks = checkpoints(int(GRADIENTS / cost))
    if method == "kfac":
        each = partial(second_order, task, marks=marks, **KFAC_KIND[name])
        losses = torch.stack(
            [torch.stack([each(d.item(), seed) for seed in range(SEEDS)]) for d in settings]
        )
    else:
        losses = first_order(task, method, settings, SEEDS, marks)
    return Race(cost, settings, marks, losses)


def checkpoints(steps: int) -> Tensor:
    """Steps from 0 to the last, dense at the start."""
    return (steps * torch.linspace(0, 1, POINTS) ** 2).round().long().unique()


def main() -> None:
    """Runs the race and writes the record."""
    record = {task: {method: _written(run(task, method)) for method in SETTINGS} for task in TASKS}
    FILE.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")


def _loss(task: Task) -> Callable[..., Tensor]:
    net = task.net(0)
    return lambda params, X, y: task.loss(functional_call(net, params, (X,)), y)


def _slope(task: Task) -> Callable[..., tuple[dict, Tensor]]:
    return vmap(grad_and_value(_loss(task)))


def _rule(name: str, dimensions: int):
    if name == "muon" and dimensions < 2:
        return adam
    return {"momentum": momentum, "adam": adam, "muon": muon}[name]


def _written(race: Race) -> dict:
    def short(values: list) -> list:
        return [short(v) if isinstance(v, list) else float(f"{v:.4g}") for v in values]

    finite = race.losses.nan_to_num(1e9, 1e9).clamp(max=1e9)  # JSON knows no NaN
    return {
        "price": float(f"{race.price:.4g}"),
        "settings": short(race.settings.tolist()),
        "steps": race.steps.tolist(),
        "losses": short(finite.tolist()),
    }


def _race(found: dict) -> Race:
    losses = torch.tensor(found["losses"], dtype=torch.float64)
    losses = torch.where(losses >= 1e9, torch.nan, losses)
    settings = torch.tensor(found["settings"], dtype=torch.float64)
    return Race(found["price"], settings, torch.tensor(found["steps"]), losses)


if __name__ == "__main__":
    main()

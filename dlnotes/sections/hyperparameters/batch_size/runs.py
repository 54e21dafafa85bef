"""Nets on digits at many batches and rates: what the experiments of the page are made of.

Book: hyperparameters/batch_size
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.hyperparameters.noise_scale import example_gradients, noise_of
from dlnotes.optimizers import adam, sgd
from dlnotes.training.data.examples import Data
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import accuracy, cross_entropy
from dlnotes.training.nets.mlp import MLP

SIZES, EXAMPLES = (64, 64, 10), 797
SEEDS = tuple(range(8))
BATCHES = (8, 16, 32, 64, 128, 256, 512)
EPOCHS, STEPS = 4, 50  # the first two budgets
RULES = {"sgd": sgd, "adam": adam}
ARMS = {  # name -> rule, wrong labels, batches, rates as powers of two, the loss to reach
    "clean": ("sgd", 0.0, BATCHES, range(-5, 3), 0.2),
    "wrong": ("sgd", 0.15, BATCHES[::2], range(-8, 3), 0.9),
    "adam": ("adam", 0.0, BATCHES[::2], range(-11, -2), 0.2),
}
SHOWN = {
    "batches": BATCHES, "rates": tuple(2.0**k for k in range(-5, 3)), "steps": 100, "level": 0.2,
}  # fmt: skip
ENDS = {  # name -> wrong labels, the loss to stop at, batch -> rates as powers of two and steps
    "clean": (0.0, 0.1, {16: (range(-3, 0), 250), 512: (range(-1, 2), 60)}),
    "wrong": (0.15, 0.6, {16: (range(-4, -1), 600), 512: (range(-1, 2), 100)}),
}


def looks(steps: int) -> list[int]:
    """After which updates to look: every one at first, then one a fifth later."""
    found, at = set(), 1.0
    while at < steps:
        found.add(round(at))
        at = max(at + 1, at * 1.2)
    return sorted(found | {0, steps})


def reach(updates: Tensor, losses: Tensor, level: float) -> Tensor:
    """When losses first come down to a level, on straight lines in the logarithm between looks.

    Args:
        updates: of the looks, `(E,)`.
        losses: at the looks, `(..., E)`.
        level: to be reached.

    Returns:
        Shape `(...)`; NaN where it is not reached.
    """
    below = losses <= level
    at = below.double().argmax(-1).clamp(min=1)
    high, low = (losses.gather(-1, (at - k)[..., None])[..., 0].double().log() for k in (1, 0))
    part = (high - torch.tensor(level).double().log()) / (high - low)
    found = updates[at - 1] + part * (updates[at] - updates[at - 1])
    return torch.where(below.any(-1), found, torch.nan)


def trained(
    data: Data,
    rule: str,
    batch_size: int,
    rates: Sequence[float],
    seed: int,
    steps: int,
    every: Sequence[int] | int,
) -> Any:
    """Nets at every rate, one seed."""  # fmt: skip
    alone = data._replace(X_test=data.X_test[:1], y_test=data.y_test[:1])  # nobody asks for them
    return fleet(
        MLP(SIZES), alone, RULES[rule], lr=list(rates), steps=steps, batch_size=batch_size,
        seeds=[seed] * len(rates), every=every, progress=False,
    )  # fmt: skip


def held_out(params: dict[str, Tensor], data: Data) -> Tensor:
    """Accuracy on the images that choose and on those that report, `(2, R)`."""

    net = MLP(SIZES)

    def one(params: dict[str, Tensor]) -> Tensor:
        output = functional_call(net, params, (data.X_test,))
        parts = zip(output.tensor_split([CHOOSE]), data.y_test.tensor_split([CHOOSE]), strict=True)
        return torch.stack([accuracy(*part) for part in parts])

    return vmap(one)(params).T


def column(name: str, batch_size: int, seed: int) -> dict[str, Tensor]:
    """All rates of one arm at one batch and seed."""
    rule, wrong, _, powers, level = ARMS[name]
    data, rates = few_digits(seed, EXAMPLES, wrong), [2.0**k for k in powers]
    budgets = {"epochs": round(EPOCHS * EXAMPLES / batch_size), "steps": STEPS}
    longest = max(budgets.values())
    found = {}
    for budget, steps in budgets.items():
        seen = looks(steps) if steps == longest else 0
        runs = trained(data, rule, batch_size, rates, seed, steps, seen)
        found[budget] = held_out(runs.params, data)
        if steps == longest:
            losses = runs.train_loss
            found["reached"] = reach(runs.updates, losses.nan_to_num(1e9), level)
    return found


def swept(name: str, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """An arm as it goes into the record."""
    batches = ARMS[name][2]
    table = [[column(name, size, seed) for seed in seeds] for size in batches]
    found = {
        part: torch.stack([torch.stack([one[part] for one in row], -1) for row in table])
        for part in ("reached", "epochs", "steps")
    }
    found["epochs"], found["steps"] = found["epochs"].movedim(1, 0), found["steps"].movedim(1, 0)
    return found


def end(name: str, batch_size: int, seed: int) -> Tensor:
    """Accuracy where the loss is first at its level, on both parts held out, `(2, rates)`."""
    wrong, level, plans = ENDS[name]
    powers, steps = plans[batch_size]
    data = few_digits(seed, EXAMPLES, wrong)
    seen = looks(steps)
    parts = []
    for part in (slice(None, CHOOSE), slice(CHOOSE, None)):
        own = data._replace(X_test=data.X_test[part], y_test=data.y_test[part])
        runs = fleet(
            MLP(SIZES), own, sgd, lr=[2.0**k for k in powers], steps=steps, batch_size=batch_size,
            seeds=[seed] * len(powers), every=seen, progress=False,
        )  # fmt: skip
        below = runs.train_loss <= level
        at = below.double().argmax(-1)
        scores = runs.test_accuracy.gather(-1, at[:, None])[:, 0].double()
        parts.append(torch.where(below.any(-1), scores, torch.nan))
    return torch.stack(parts)


def along(wrong: float, rate: float, level: float, seed: int, most: int = 40) -> Tensor:
    """Loss and noise scale before every step of descent on all examples, `(steps, 2)`."""
    net, data = MLP(SIZES, seed=seed), few_digits(seed, EXAMPLES, wrong)
    params = {name: value.detach() for name, value in net.named_parameters()}
    rows = []
    for _ in range(most):
        loss = cross_entropy(functional_call(net, params, (data.X,)), data.y).item()
        if loss <= level:
            break
        grads = example_gradients(net, params, data.X, data.y, cross_entropy)
        noise = noise_of(grads)
        rows.append([loss, noise.scale])
        mean = grads.mean(0)
        cut = mean.split([value.numel() for value in params.values()])
        params = {k: v - rate * g.view_as(v) for (k, v), g in zip(params.items(), cut, strict=True)}
    return torch.tensor(rows, dtype=torch.float64)


def shown() -> Tensor:
    """The demo's runs of one net: loss before every step, `(batches, rates, steps + 1)`."""
    data, every = few_digits(0, EXAMPLES, 0.0), range(SHOWN["steps"] + 1)
    rows = [
        trained(data, "sgd", size, SHOWN["rates"], 0, SHOWN["steps"], every).train_loss
        for size in SHOWN["batches"]
    ]
    return torch.stack(rows)


def many(
    wrong: float, rate: float, level: float, seeds: Sequence[int] = SEEDS[:4]
) -> dict[str, list]:
    """Noise scale along descent on all examples: its first value, its mean over the steps."""
    found = [along(wrong, rate, level, seed)[:, 1] for seed in seeds]
    return {
        "first": [one[0].item() for one in found],
        "mean": [one.mean().item() for one in found],
        "last": [one[-1].item() for one in found],
    }

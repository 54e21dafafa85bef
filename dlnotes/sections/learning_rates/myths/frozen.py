"""Nets whose rate is halved so often that nothing is left of it, and the same nets on a cosine.

Book: learning_rates/myths
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.optimizers import adam, sgd
from dlnotes.training.data import datasets
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP

SEEDS = tuple(range(5))
RULES = {"sgd": (sgd, 0.1), "adam": (adam, 0.003)}  # with the rate of the first step
BATCH, HALVED, FLAT, STEPS = 32, 20, 340, 1340  # steps: of a half, to the flat part, altogether
TINY = (1e-5, 1e-6)  # where halving ends; by `FLAT` every one of them is there
MORE = {"sgd": (1e-3, 1e-4), "adam": ()}  # other ends, to see where it freezes
LOOKS = (*range(FLAT, STEPS + 1, 50),)


class Drop(NamedTuple):
    """The last 1000 steps of a run, each of shape `(S,)`.

    Attributes:
        curve: training loss from `FLAT` to the end, every 50 steps, `(S, 21)`.
        right: test accuracy at the end.
        moved: length of the way between both, over the length of the parameters.
    """

    curve: Tensor
    right: Tensor
    moved: Tensor


def rate(usual: float, tiny: float | None) -> Callable[[int], float]:
    """The rate of a step: half as much every `HALVED` steps, down to `tiny`; `None`: a cosine."""
    if tiny is None:
        return lambda step: usual * (1 + math.cos(math.pi * step / STEPS)) / 2
    return lambda step: max(usual * 0.5 ** (step // HALVED), tiny)


def dropped(
    name: str, tiny: float | None, seeds: Sequence[int] = SEEDS, steps: int = STEPS
) -> Drop:
    """Nets that learn digits with one of the schedules of `rate`."""
    rule, usual = RULES[name]
    net, data = MLP((64, 64, 10)), datasets.digits(0)
    setting = {"batch_size": BATCH, "seeds": list(seeds), "progress": False}
    setting["lr"] = rate(usual, tiny)
    before = fleet(net, data, rule, steps=FLAT, **setting)
    looks = [look for look in LOOKS if look <= steps]
    end = fleet(net, data, rule, steps=steps, every=looks, **setting)
    way = _length({key: value - before.params[key] for key, value in end.params.items()})
    return Drop(
        end.train_loss[:, -len(looks) :], end.test_accuracy[:, -1], way / _length(before.params)
    )


def _length(params: dict[str, Tensor]) -> Tensor:
    return torch.sqrt(sum(value.square().flatten(1).sum(1) for value in params.values()))

"""NumPy's numbers are taken wherever a number is, with the results of Python's."""

import numpy as np
import pytest
import torch

from dlnotes.gradients import clipping
from dlnotes.learning_rates import decay
from dlnotes.optimizers import momentum, sgd
from dlnotes.regularization import penalties
from dlnotes.training.data.datasets import moons
from dlnotes.training.fleet import fleet
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.race import race, steps_to, trajectory
from dlnotes.training.surfaces.landscapes import ravine

DATA = moons(20)
SETTINGS = {"steps": 3, "batch_size": 8}
HERE = (1.0, 0.5)


def net():
    return MLP((2, 4, 2))


NUMBERS = {
    "train": lambda x: train(net(), DATA, momentum, lr=x, momentum=x, **SETTINGS).losses,
    "schedule": lambda x: train(net(), DATA, sgd, lr=lambda step: x, **SETTINGS).losses,
    "fleet": lambda x: fleet(net(), DATA, momentum, lr=x, momentum=x, **SETTINGS).losses,
    "list": lambda x: fleet(net(), DATA, momentum, lr=[x, x], momentum=[x, 0], **SETTINGS).losses,
    "trajectory": lambda x: trajectory(momentum, ravine(3), HERE, steps=3, lr=x, momentum=x),
    "race": lambda x: race({"a": (sgd, {"lr": x})}, ravine(3), HERE, steps=3)["a"],
    "steps_to": lambda x: torch.tensor(steps_to(sgd, ravine(3), HERE, lr=x)),
    "cosine": lambda x: torch.tensor(decay.cosine(x, lr=x, steps=9)),
    "clipping": lambda x: clipping.by_norm({"a": torch.ones(2)}, max_norm=x)["a"],
    "penalty": lambda x: penalties.l2({"a": torch.ones(2)}, x),
    "noise": lambda x: moons(9, noise=x).X,
}


@pytest.mark.parametrize("number", [np.float32(0.125), np.float64(0.125), np.array(0.125)], ids=str)
@pytest.mark.parametrize("way", NUMBERS)
def test_a_number_of_numpy_is_a_number(way, number):
    torch.testing.assert_close(NUMBERS[way](number), NUMBERS[way](0.125), rtol=0, atol=0)


COUNTS = {
    "train": lambda n: train(net(), DATA, sgd, lr=0.1, steps=n, batch_size=n, seed=n).losses,
    "fleet": lambda n: fleet(net(), DATA, sgd, lr=0.1, steps=n, batch_size=n, seeds=[n, 0]).losses,
    "trajectory": lambda n: trajectory(sgd, ravine(3), HERE, steps=n, lr=0.1),
    "net": lambda n: next(MLP((2, n, 2), seed=n).parameters()).detach(),
    "data": lambda n: moons(n, seed=n).X,
}


@pytest.mark.parametrize("way", COUNTS)
def test_a_whole_number_of_numpy_is_one(way):
    assert torch.equal(COUNTS[way](np.int64(4)), COUNTS[way](4))


def test_arrays_are_one_number_a_run():
    rates = np.logspace(-3, -1, 4)
    torchs = torch.from_numpy(rates)
    for way in (
        lambda lr: trajectory(sgd, ravine(3), HERE, steps=3, lr=lr),
        lambda lr: race({"a": (sgd, {"lr": lr})}, ravine(3), HERE, steps=3)["a"],
        lambda lr: fleet(net(), DATA, sgd, lr=lr, **SETTINGS).losses,
    ):
        assert torch.equal(way(rates), way(torchs))

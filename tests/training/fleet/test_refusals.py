"""What a fleet refuses, in one line."""

import math
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import torch
import torch.nn.functional as F

from dlnotes.optimizers import adafactor, momentum, sgd
from dlnotes.training.data.datasets import moons
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64

DATA = moons(50, noise=0.2, dtype=DOUBLE)

WAYS = pytest.mark.parametrize("by_hand", [True, False], ids=["by hand", "by vmap"])


def net(**options):
    return MLP((2, 8, 8, 2), **{"activation": "tanh", "dtype": DOUBLE} | options)


@pytest.mark.parametrize(
    "wrong, kind, message",
    [
        ({"lr": [0.1, 0.2], "seeds": range(3)}, ValueError, "got lr 2, seeds 3"),
        ({"momentum": [0.9] * 4, "batch_size": [1, 2]}, ValueError, "batch_size 2, momentum 4"),
        ({"lr": [0.1, -0.2]}, ValueError, r"`lr` of momentum must be at least 0, got -0\.2"),
        ({"lr": math.nan}, ValueError, "`lr` of momentum must be at least 0, got nan"),
        ({"momentum": [0.9, math.nan]}, ValueError, "`momentum` of momentum must be at least 0"),
        ({"momentum": []}, ValueError, r"`momentum` must hold one number a run, got \[\]"),
        ({"momentum": [[0.9]]}, ValueError, "`momentum` must hold one number a run"),
        ({"beta1": 0.9}, TypeError, "`beta1` must be a hyperparameter of momentum"),
        ({"batch_size": [4, 51]}, ValueError, "got batch_size=51 and 50 examples"),
        ({"batch_size": [4, 0]}, ValueError, "`batch_size` must be at least 1, got 0"),
        ({"batch_size": 2.5}, TypeError, r"`batch_size` must be a whole number, got 2\.5"),
        ({"batch_size": True}, TypeError, "`batch_size` must be a whole number, got True"),
        ({"seeds": None}, TypeError, "`seeds` must be a whole number, got None"),
        ({"lr": []}, ValueError, r"`lr` must hold one number a run, got \[\]"),
        ({"lr": (0.1, -0.2)}, ValueError, r"`lr` of momentum must be at least 0, got -0\.2"),
        ({"lr": torch.ones(2, 2)}, ValueError, "`lr` must hold one number a run"),
        ({"lr": "0.1"}, TypeError, "`lr` of momentum must be a number or a tensor, got '0.1'"),
        ({"lr": [True]}, ValueError, r"`lr` must hold one number a run, got \[True\]"),
        ({"lr": lambda step: 0.1 - step}, ValueError, r"0 at every step, got -0\.9 at step 1"),
        ({"batch_size": [4, 8], "loss": F.cross_entropy}, ValueError, "got cross_entropy"),
        ({"batch_size": [4, 8], "loss": lambda output, y: output.sum()}, ValueError, "TypeError"),
        ({"seeds": [0, -1]}, ValueError, "`seed` must be at least 0, got -1"),
        ({"steps": 0}, ValueError, "`steps` must be at least 1, got 0"),
        ({"every": -1}, ValueError, "`every` must be at least 0, got -1"),
        ({"chunk": 0}, ValueError, "`chunk` must be at least 1, got 0"),
        ({"transform": lambda grads: None}, ValueError, "must give back all .*NoneType; end it"),
        (
            {"transform": lambda grads: dict(list(grads.items())[:1]), "by_hand": False},
            ValueError,
            "must give back all .*, got layers.0.weight; end",
        ),
        ({"transform": 3}, TypeError, "`transform` must be a function, got 3"),
        ({"penalty": 0.1}, TypeError, "`penalty` must be a function, got 0.1"),
    ],
)
def test_wrong_arguments_are_named(wrong, kind, message):
    with pytest.raises(kind, match=message) as error:
        fleet(net(), DATA, momentum, **{"lr": 0.1, "steps": 2} | wrong)
    assert "\n" not in str(error.value)


def test_what_cannot_go_by_hand_says_so():
    for options, rule in (({"norm": "layer"}, sgd), ({}, adafactor)):
        with pytest.raises(ValueError, match="`by_hand` must be left out here, got True"):
            fleet(net(**options), DATA, rule, lr=0.1, steps=2, by_hand=True)


def test_mixed_devices_and_dtypes_are_named():
    with pytest.raises(ValueError, match="`net` and `data` must share one dtype"):
        fleet(net(), moons(20), sgd, lr=0.1, steps=2)
    with pytest.raises(ValueError, match="`net` and `data` must share one device"):
        fleet(net(device="meta"), DATA, sgd, lr=0.1, steps=2)


@WAYS
def test_a_loss_that_is_nan_from_the_start_is_named(by_hand):
    X = DATA.X.clone()
    X[:, 0] = math.nan
    broken = Data(X, *DATA[1:])
    with pytest.raises(ValueError, match=r"The loss is nan before the first update; 50 entries"):
        fleet(net(), broken, sgd, lr=0.1, steps=2, seeds=[1, 2], by_hand=by_hand)


def test_what_cannot_travel_to_another_process_is_named():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
        pytest.raises(TypeError, match="`executor` must be handed things that can be pickled"),
    ):
        fleet(
            net(), DATA, sgd, lr=0.1, steps=2, loss=lambda *a: cross_entropy(*a), executor=executor
        )

"""What the loop refuses, in one line."""

import math

import pytest
import torch
from torch import nn

from dlnotes.optimizers import momentum
from dlnotes.training.data.datasets import moons
from dlnotes.training.loop import train
from dlnotes.training.nets import losses
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64

DATA = moons(60, noise=0.2, dtype=DOUBLE)

HALF = moons(60, dtype=torch.float16)

FROZEN = nn.Linear(2, 2, dtype=DOUBLE).requires_grad_(False)


def small(**options):
    return MLP((2, 8, 8, 2), **{"activation": "tanh", "dtype": DOUBLE, "seed": 3} | options)


WRONG = [
    ({"steps": 0}, ValueError, "`steps` must be at least 1, got 0"),
    ({"steps": 2.0}, TypeError, "`steps` must be a whole number, got 2.0"),
    ({"lr": -0.1}, ValueError, "`lr` of momentum must be at least 0, got -0.1"),
    ({"lr": math.nan}, ValueError, "`lr` of momentum must be at least 0, got nan"),
    ({"momentum": -1.0}, ValueError, "`momentum` of momentum must be at least 0, got -1"),
    ({"mu": 0.9}, TypeError, "`mu` must be a hyperparameter of momentum, which has lr, momentum"),
    ({"every": -1}, ValueError, "`every` must be at least 0, got -1"),
    ({"every": [0, 99]}, ValueError, "`every` must be at most 2, got 99"),
    ({"watch": 3}, TypeError, "`watch` must be a function, got 3"),
    ({"batch_size": 61}, ValueError, "`batch_size` must be at most the number of examples"),
    ({"batch_size": 0}, ValueError, "`batch_size` must be at least 1, got 0"),
    ({"net": nn.Identity()}, ValueError, "`net` must have parameters to train, got none"),
    ({"net": MLP((2, 3, 2))}, ValueError, "must share one dtype, got torch.float32 and torch.fl"),
    ({"net": small(device="meta")}, ValueError, "must share one device, got meta and cpu"),
    ({"net": MLP((3, 2), dtype=DOUBLE)}, ValueError, r"`X` must have shape \(examples, 3\), got"),
    ({"net": MLP((2, 3), dtype=DOUBLE), "loss": losses.mean_squared_error}, ValueError, "`y` must"),
    ({"data": (DATA.X, DATA.y)}, TypeError, r"`data` must be Data\(X, y, X_test, y_test\), got tu"),
    ({"data": DATA._replace(y=DATA.y[1:])}, ValueError, "one row an example, .* got 60 and 59 row"),
    ({"data": DATA._replace(X=DATA.X[:0], y=DATA.y[:0])}, ValueError, "at least one, got 0 and 0"),
    ({"data": DATA._replace(X_test=DATA.X_test[:, :1])}, ValueError, "must have the same features"),
    ({"data": DATA._replace(y=DATA.y + 1)}, ValueError, "classes from 0 to 1, .* got 1 to 2"),
    ({"data": DATA._replace(y=DATA.y - 1)}, ValueError, "classes from 0 to 1, .* got -1 to 0"),
    (
        {"data": DATA._replace(y=DATA.y.float(), y_test=DATA.y_test.float())},
        TypeError,
        "`y` must ho",
    ),
    ({"data": DATA._replace(y=DATA.y.numpy())}, TypeError, "`y` must be a tensor, got ndarray"),
    (
        {"data": DATA._replace(X_test=DATA.X_test.float())},
        ValueError,
        "`X` and `X_test` must share",
    ),
    (
        {"net": MLP((2, 1), dtype=DOUBLE)},
        ValueError,
        "classes from 0 to 0, .* 1 outputs, got 0 to 1",
    ),
    ({"net": None}, TypeError, "`net` must be a torch.nn.Module .*, got NoneType"),
    ({"net": MLP}, TypeError, "`net` must be a torch.nn.Module .*, got the class MLP"),
    ({"net": nn.Linear(3, 2, dtype=DOUBLE)}, ValueError, r"`net` must take .* of shape \(2, 2\)"),
    (
        {"net": nn.Sequential(nn.BatchNorm1d(2, dtype=DOUBLE))},
        ValueError,
        "statistics, got BatchNo",
    ),
    (
        {"net": nn.Sequential(small(), nn.Dropout(0.5))},
        ValueError,
        "drop nothing by itself, got Dr",
    ),
    (
        {"rule": "momentum"},
        TypeError,
        "`rule` must be a module with init and update, got 'momentum",
    ),
    ({"rule": torch.optim.SGD}, TypeError, "`rule` must be a module with init and update, got SGD"),
    (
        {"net": nn.Sequential(small(), FROZEN)},
        ValueError,
        "no frozen parameters, got 1.weight, 1.b",
    ),
    ({"lr": "0.1"}, TypeError, "`lr` of momentum must be a number or a tensor, got '0.1'"),
    ({"lr": [0.1, 0.2]}, TypeError, r"`lr` of momentum must be a number or a tensor, got \[0.1"),
    ({"lr": lambda step: None}, TypeError, "`lr` of momentum must be a number or a tensor, got No"),
    (
        {"lr": torch.ones(2)},
        ValueError,
        r"`lr` of one run must be one number, .* shape \(2,\); `fl",
    ),
    ({"loss": "cross_entropy"}, TypeError, "`loss` must be a function .*, got 'cross_entropy'"),
    (
        {"loss": lambda output, y: output},
        ValueError,
        r"`loss` must give one number .* got shape \(2",
    ),
    ({"loss": lambda output, y: 0.5}, ValueError, "`loss` must give one number .* got float"),
    (
        {"transform": lambda grads: None},
        ValueError,
        "`transform` must give back all .*NoneType; end",
    ),
    (
        {"transform": lambda grads: {}},
        ValueError,
        "`transform` must give back all .*, got none; end",
    ),
    ({"transform": 3}, TypeError, "`transform` must be a function, got 3"),
    ({"penalty": 0.1}, TypeError, "`penalty` must be a function, got 0.1"),
    ({"penalty": lambda params: params["layers.0.bias"]}, ValueError, "one number .* got shape"),
    ({"penalty": lambda params: 0.5}, ValueError, "`penalty` must give one number .* got float"),
    (
        {"net": MLP((2, 4, 2), dtype=torch.float16), "data": HALF},
        ValueError,
        "`net` must be of float32 or float64, got float16, in which an eps of 1e-8 is 0; `Opt",
    ),
    ({"seed": 2**70}, ValueError, "`seed` must be at most"),
]


@pytest.mark.parametrize(("wrong", "kind", "message"), WRONG)
def test_wrong_arguments_are_named_in_one_line(wrong, kind, message):
    given = {"net": small(), "data": DATA, "rule": momentum, "lr": 0.1, "steps": 2} | wrong
    with pytest.raises(kind, match=message) as caught:
        train(given.pop("net"), given.pop("data"), given.pop("rule"), **given)
    assert "\n" not in str(caught.value)

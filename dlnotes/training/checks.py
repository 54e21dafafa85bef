"""What must hold before a training starts; one line says what does not, and the way out."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import whole
from dlnotes.core.hyperparameters import checked
from dlnotes.core.protocols import Rule
from dlnotes.training.data import Data


def check_training(
    net: nn.Module,
    data: Data,
    loss: Callable,
    rule: Rule,
    *,
    lr: Any,
    steps: int,
    every: int | None = None,
    **hyper: Any,
) -> Data:
    """The data, if everything fits together.

    Raises:
        TypeError: for a kind that does not fit, such as an unknown hyperparameter.
        ValueError: for a value that does not: an empty net, shapes, labels, devices, dtypes, a
            negative or NaN hyperparameter.
    """
    whole("steps", steps)
    whole("every", 1 if every is None else every)
    checked(rule, {"lr": lr(0) if callable(lr) else lr, **hyper})
    data = _check_data(data)
    _check_home(net, data)
    _check_outputs(net, data, loss)
    return data


def check_start(value: Tensor, data: Data) -> None:
    """Raise when the first loss of a run is not a number one can descend from.

    Args:
        value: the loss before the first update, 0-d.
        data: searched for the reason.
    """
    if value.isfinite():
        return
    entries = int((~data.X.isfinite()).sum() + (~data.y.isfinite()).sum())
    reason = (
        f"{entries} entries of the data are not finite: remove or replace them"
        if entries
        else "the data are finite: scale them, or start with smaller weights"
    )
    raise ValueError(f"The loss is {value.item()} before the first update; {reason}.")


def _check_data(data: Data) -> Data:
    if not isinstance(data, tuple) or len(data) != 4:
        raise TypeError(f"`data` must be Data(X, y, X_test, y_test), got {type(data).__name__}.")
    data = Data(*data)
    for X, y, name in ((data.X, data.y, ""), (data.X_test, data.y_test, "_test")):
        if len(X) != len(y) or len(X) == 0:
            raise ValueError(
                f"`X{name}` and `y{name}` must have one row an example, at least one, "
                f"got {len(X)} and {len(y)} rows."
            )
    if data.X.shape[1:] != data.X_test.shape[1:]:
        shapes = f"{tuple(data.X.shape[1:])} and {tuple(data.X_test.shape[1:])}"
        raise ValueError(f"`X` and `X_test` must have the same features, got {shapes} an example.")
    return data


def _check_home(net: nn.Module, data: Data) -> None:
    params = list(net.parameters())
    if not params:
        raise ValueError("`net` must have parameters to train, got none; give it a layer.")
    for what, fix in (("device", "data.to(device)"), ("dtype", "dtype= of the net or the data")):
        theirs = {getattr(param, what) for param in params}
        ours = {getattr(data.X, what)} | ({p.device for p in data} if what == "device" else set())
        if len(theirs | ours) > 1:
            listed = f"{_listed(theirs)} and {_listed(ours)}"
            raise ValueError(
                f"`net` and `data` must share one {what}, got {listed}; change it with {fix}."
            )


def _check_outputs(net: nn.Module, data: Data, loss: Callable) -> None:
    with torch.no_grad():
        output = net(data.X[:2])
        loss(output, data.y[:2])
    if data.y.is_floating_point() or output.ndim < 2 or output.shape[1] == 1:
        return
    for y in (data.y, data.y_test):
        if y.min() < 0 or y.max() >= output.shape[1]:
            raise ValueError(
                f"`y` must hold classes from 0 to {output.shape[1] - 1}, as the net has "
                f"{output.shape[1]} outputs, got {int(y.min())} to {int(y.max())}."
            )


def _listed(things: set) -> str:
    return ", ".join(sorted(map(str, things)))

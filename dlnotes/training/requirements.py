"""What must hold before a training starts; one line says what does not, and the way out."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import function, whole
from dlnotes.core.hyperparameters import checked
from dlnotes.core.protocols import Rule
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.losses import cross_entropy


def check_training(
    net: nn.Module,
    data: Data,
    loss: Callable,
    rule: Rule,
    *,
    lr: Any,
    steps: int,
    single: bool = False,
    transform: Callable | None = None,
    penalty: Callable | None = None,
    **hyper: Any,
) -> Data:
    """The data, if everything fits together.

    Args:
        net: what is trained.
        data: both parts.
        loss: `(output, y) -> scalar`.
        rule: a module with `init` and `update`.
        lr: learning rate, or a schedule.
        steps: T.
        single: for one run, so that no hyperparameter may be a tensor of several numbers.
        transform: of the gradients, or `None`.
        penalty: of the parameters, or `None`.
        **hyper: further hyperparameters.

    Raises:
        TypeError: for a kind that does not fit, such as an unknown hyperparameter.
        ValueError: for a value that does not: an empty net, shapes, labels, devices, dtypes, a
            negative or NaN hyperparameter.
    """
    whole("steps", steps)
    numbers = checked(rule, {"lr": lr(0) if callable(lr) else lr, **hyper})
    if single:
        _check_single(numbers)
    _check_net(net)
    data = _check_data(data)
    _check_home(net, data)
    _check_outputs(net, data, loss)
    _check_penalty(net, function("penalty", penalty))
    function("transform", transform)
    return data


def transformed(transform: Callable, grads: dict[str, Tensor]) -> dict[str, Tensor]:
    """What a transform makes of the gradients.

    Args:
        transform: name -> gradient to the same names.
        grads: name -> gradient.

    Raises:
        ValueError: when it does not give back all of them by name.
    """
    found = transform(grads)
    if not isinstance(found, dict) or found.keys() != grads.keys():
        got = ", ".join(found) or "none" if isinstance(found, dict) else type(found).__name__
        raise ValueError(
            f"`transform` must give back all gradients by name, {', '.join(grads)}, got {got}; "
            "end it with return."
        )
    return found


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


def check_weighted(net: nn.Module, data: Data, loss: Callable) -> None:
    """Raise unless the loss leaves out the examples whose weight is 0.

    The third argument of a loss of torch is no such weight: it has one entry a class.

    Args:
        net: what computes the output.
        data: the first three examples are tried, in both orders.
        loss: `(output, y, weight) -> scalar`.
    """
    for rows in ([0, 1, 2], [2, 1, 0]):
        rows = torch.tensor(rows, device=data.X.device) % len(data.X)
        with torch.no_grad():
            output, y = net(data.X[rows]), data.y[rows]
            weight = torch.tensor([0.0, 1.0, 1.0]).to(output)
            try:
                same = torch.allclose(
                    loss(output, y, weight), loss(output[1:], y[1:]), rtol=1e-2, equal_nan=True
                )
            except Exception as error:  # whatever it says, it does not take the weight
                reason = f" ({type(error).__name__})"
            else:
                reason = ""
        if reason or not same:
            name = getattr(loss, "__name__", type(loss).__name__)
            raise ValueError(
                f"`loss` must take `weight`, 0 or 1 an example, for batches of several sizes, got "
                f"{name}{reason}; take one of training.losses, or batches of one size."
            )


def _check_single(numbers: dict[str, Any]) -> None:
    for name, value in numbers.items():
        if isinstance(value, Tensor) and value.ndim:
            raise ValueError(
                f"`{name}` of one run must be one number, got a tensor of shape "
                f"{tuple(value.shape)}; `fleet` takes one number a run."
            )


def _check_net(net: nn.Module) -> None:
    if not isinstance(net, nn.Module):
        got = f"the class {net.__name__}" if isinstance(net, type) else type(net).__name__
        raise TypeError(f"`net` must be a torch.nn.Module such as MLP((2, 16, 2)), got {got}.")
    frozen = [name for name, param in net.named_parameters() if not param.requires_grad]
    if 0 < len(frozen) < len(list(net.parameters())):
        raise ValueError(
            f"`net` must have no frozen parameters, got {', '.join(frozen)}; train what is left as "
            "a net of its own."
        )
    for part in net.modules():
        if getattr(part, "track_running_stats", False):
            raise ValueError(
                f"`net` must not keep running statistics, got {type(part).__name__}; set its "
                'track_running_stats=False, or take MLP(…, norm="batch").'
            )
        if isinstance(part, nn.modules.dropout._DropoutNd) and part.training and part.p > 0:
            raise ValueError(
                f"`net` must drop nothing by itself, got {type(part).__name__}; take "
                "MLP(…, dropout=…), whose masks come from the seed, or call net.eval()."
            )


def _check_data(data: Data) -> Data:
    if not isinstance(data, tuple) or len(data) != 4:
        raise TypeError(f"`data` must be Data(X, y, X_test, y_test), got {type(data).__name__}.")
    data = Data(*data)
    for name, part in data._asdict().items():
        if not isinstance(part, Tensor):
            raise TypeError(f"`{name}` must be a tensor, got {type(part).__name__}; torch.tensor.")
    for X, y, name in ((data.X, data.y, ""), (data.X_test, data.y_test, "_test")):
        if len(X) != len(y) or len(X) == 0:
            raise ValueError(
                f"`X{name}` and `y{name}` must have one row an example, at least one, "
                f"got {len(X)} and {len(y)} rows."
            )
    for part, other in (("X", "X_test"), ("y", "y_test")):
        types = getattr(data, part).dtype, getattr(data, other).dtype
        if types[0] != types[1]:
            raise ValueError(
                f"`{part}` and `{other}` must share one dtype, got {types[0]} and {types[1]}; "
                "change one with .to."
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
    if data.X.dtype == torch.float16:
        raise ValueError(
            "`net` must be of float32 or float64, got float16, in which an eps of 1e-8 is 0; "
            "`Optimizer` takes half precision and computes in float32."
        )


def _check_outputs(net: nn.Module, data: Data, loss: Callable) -> None:
    if not callable(loss):
        raise TypeError(f"`loss` must be a function such as losses.cross_entropy, got {loss!r}.")
    with torch.no_grad():
        output = _first_output(net, data.X[:2])
        value = loss(output, data.y[:2])
    if not isinstance(value, Tensor) or value.ndim:
        got = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"`loss` must give one number as a tensor, got {got}; take its mean.")
    if data.y.is_floating_point():
        if loss is cross_entropy:
            raise TypeError(
                f"`y` must hold classes as whole numbers for cross_entropy, got {data.y.dtype}; "
                "use y.long(), or mean_squared_error for targets."
            )
        return
    if output.ndim < 2 or (output.shape[1] == 1 and loss is not cross_entropy):
        return
    for y in (data.y, data.y_test):
        if y.min() < 0 or y.max() >= output.shape[1]:
            raise ValueError(
                f"`y` must hold classes from 0 to {output.shape[1] - 1}, as the net has "
                f"{output.shape[1]} outputs, got {int(y.min())} to {int(y.max())}."
            )


def _check_penalty(net: nn.Module, penalty: Callable | None) -> None:
    if penalty is None:
        return
    with torch.no_grad():
        value = penalty(dict(net.named_parameters()))
    if not isinstance(value, Tensor) or value.ndim:
        got = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"`penalty` must give one number as a tensor, got {got}; take the sum.")


def _first_output(net: nn.Module, X: Tensor) -> Tensor:
    try:
        return net(X)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise ValueError(
            f"`net` must take batches of `X` such as the first, of shape {tuple(X.shape)}, got "
            f"an error ({reason}); give its first layer as many inputs."
        ) from error


def _listed(things: set) -> str:
    return ", ".join(sorted(map(str, things)))

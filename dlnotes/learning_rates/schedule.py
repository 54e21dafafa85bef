"""What a schedule is: a pure function from the 0-based step to the learning rate.

Book: learning_rates/decay
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from numbers import Real
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative
from dlnotes.core.hyperparameters import torchs

Check = Callable[[str, float], float]


def schedule(**checks: Check) -> Callable[[Callable[..., Tensor]], Callable[..., Any]]:
    """Let a formula written for tensors take numbers too: numbers in, a float out.

    The formula gets the step as a float64 tensor (float32 where a device has no float64), tensor
    hyperparameters in the same precision, and plain numbers as they came. With a tensor among the
    arguments the learning rate is a tensor of their common shape; else it is a Python float, as
    `torch.optim.lr_scheduler.LambdaLR` and a training loop want it.

    Args:
        **checks: for each numeric hyperparameter, the check that a plain number must pass. Tensors
            are not looked at: under `vmap` their values cannot be asked for.

    Raises:
        TypeError: where a hyperparameter with a check is neither a number nor a tensor.
        ValueError: where a plain number breaks its rule, or tensors live on different devices.

    Example:
        >>> @schedule(lr=non_negative)
        ... def halved(step, *, lr):
        ...     return lr / 2**step
        >>> halved(1, lr=0.5)
        0.25
        >>> halved(torch.arange(3), lr=1.0)
        tensor([1.0000, 0.5000, 0.2500], dtype=torch.float64)
    """

    rules = {"step": non_negative} | checks

    def decorate(formula):
        optional = {of.name for of in signature(formula).parameters.values() if of.default is None}

        @wraps(formula)
        def at(step, **hyper):
            given = {name: torchs(value) for name, value in ({"step": step} | hyper).items()}
            for name in given.keys() & rules.keys():
                if not (given[name] is None and name in optional):
                    _checked(name, given[name], rules[name])
            numbers = not any(map(_has_tensors, given.values()))
            moved = _on_one_device(given)
            rate = formula(_precise(moved.pop("step"), moved), **moved)
            return rate.item() if numbers else rate

        return at

    return decorate


def _checked(name: str, value: Any, check: Check) -> None:
    if isinstance(value, Tensor):
        return
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"`{name}` must be a number or a tensor, got {value!r}.")
    check(name, value)


def _has_tensors(value: Any) -> bool:
    """Whether a tensor takes part: itself, in a list, or inside a wrapped schedule."""
    if callable(value):
        return isinstance(value(0), Tensor)
    if isinstance(value, list | tuple):
        return any(map(_has_tensors, value))
    return isinstance(value, Tensor)


def _on_one_device(arguments: dict[str, Any]) -> dict[str, Any]:
    """The tensors in full precision, 0-d ones moved to where the others live."""
    tensors = {name: value for name, value in arguments.items() if isinstance(value, Tensor)}
    places = {value.device: name for name, value in tensors.items() if value.ndim}
    if len(places) > 1:
        (one, first), (other, second), *_ = places.items()
        raise ValueError(
            f"`{first}` and `{second}` must live on one device, got {one} and {other}; "
            f"move one of them with `.to`."
        )
    device = next(iter(places), None)
    return arguments | {name: _float(value, device) for name, value in tensors.items()}


def _precise(step: float | Tensor, hyper: dict[str, Any]) -> Tensor:
    """The step as a tensor, beside the hyperparameters."""
    if isinstance(step, Tensor):
        return step
    device = next((value.device for value in hyper.values() if isinstance(value, Tensor)), None)
    return _float(torch.tensor(float(step), dtype=torch.float64), device)


def _float(value: Tensor, device: torch.device | None) -> Tensor:
    device = device or value.device
    return value.to(device, torch.float32 if device.type == "mps" else torch.float64)

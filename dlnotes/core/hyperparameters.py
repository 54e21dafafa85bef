"""The hyperparameters of a rule: which it has, and whether those given make sense."""

import inspect
from numbers import Real
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.arguments import plain
from dlnotes.core.protocols import Rule

USUAL, ANY = "at least 0", "a number, not NaN"
LIMITS = {
    USUAL: lambda value: value >= 0,
    ANY: lambda value: value == value,
    "greater than 0": lambda value: value > 0,
    "at least 1": lambda value: value >= 1,
    "at most 0": lambda value: value <= 0,
    "whole and at least 0": lambda value: isinstance(value, int) and value >= 0,
    "between 0 and 1": lambda value: (value >= 0) & (value <= 1),
}


def rule_name(rule: Rule) -> str:
    """The name a reader knows a rule by: the last part of its module's."""
    return getattr(rule, "__name__", type(rule).__name__).rpartition(".")[2]


def defaults(rule: Rule) -> dict[str, Any] | None:
    """Names of the hyperparameters of a rule and their defaults, `inspect.Parameter.empty` where
    one must be given; `None` when the rule passes any name on to another one.

    Example:
        >>> from dlnotes.optimizers import adam
        >>> defaults(adam)
        {'lr': 0.001, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-08}

    Raises:
        TypeError: for what is no rule, such as the name of one or an optimizer of torch.
    """
    parameters = list(inspect.signature(_rule(rule).update).parameters.values())
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return None
    return {one.name: one.default for one in parameters if one.kind is one.KEYWORD_ONLY}


def limits(rule: Rule) -> dict[str, str]:
    """The range of every hyperparameter of a rule, in words of `LIMITS`.

    What a rule says in `ranges`; else at least 0, or any number where the default is negative.

    Example:
        >>> from dlnotes.optimizers import adafactor
        >>> limits(adafactor)["beta2_decay"], limits(adafactor)["lr"]
        ('at most 0', 'at least 0')
    """
    known = (defaults(rule) or {}).items()
    signed = {name for name, default in known if isinstance(default, float) and default < 0}
    usual = {name: ANY if name in signed else USUAL for name, _ in known}
    return usual | getattr(rule, "ranges", {})


def checked(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """`given`, if the rule knows all of it, lacks nothing, and every number makes sense.

    Args:
        rule: a module with `init` and `update`.
        given: name -> float, tensor, or what else the rule takes.

    Returns:
        The same; NumPy's numbers as Python's, its arrays as tensors.

    Raises:
        TypeError: for a name that the rule does not have, or one it lacks; for a text, a list, a
            schedule or the like in place of a number.
        ValueError: for a number out of its range, or NaN.

    Example:
        >>> from dlnotes.optimizers import momentum
        >>> checked(momentum, {"lr": 0.1, "beta": 0.9})
        Traceback (most recent call last):
        ...
        TypeError: `beta` must be a hyperparameter of momentum, which has lr, momentum.
    """
    known = defaults(rule)
    if known is not None:
        _names(rule, given, known)
    given = {name: torchs(value) for name, value in given.items()}
    words = limits(rule)
    for name, value in given.items():
        default = (known or {}).get(name, inspect.Parameter.empty)
        if _is_number(default) or (default is inspect.Parameter.empty and known is not None):
            _number(rule, name, value)
        _sensible(rule, name, value, words.get(name, USUAL))
    return given


def torchs(value: Any) -> Any:
    """A number of NumPy's as one of Python's, an array as a tensor; everything else as it is."""
    value = plain(value)
    return torch.as_tensor(value) if type(value).__module__ == "numpy" else value


def _rule(rule: Rule) -> Rule:
    if not (hasattr(rule, "init") and hasattr(rule, "update")):
        got = (
            repr(rule) if isinstance(rule, str) else getattr(rule, "__name__", type(rule).__name__)
        )
        raise TypeError(
            f"`rule` must be a module with init and update, got {got}; "
            "see dlnotes.optimizers, such as dlnotes.optimizers.adam."
        )
    return rule


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _number(rule: Rule, name: str, value: Any) -> None:
    if not _is_number(value) and not isinstance(value, Tensor):
        raise TypeError(
            f"`{name}` of {rule_name(rule)} must be a number or a tensor, got {value!r}."
        )


def _names(rule: Rule, given: dict[str, Any], known: dict[str, Any]) -> None:
    for name in given:
        if name not in known:
            own = ", ".join(known)
            raise TypeError(
                f"`{name}` must be a hyperparameter of {rule_name(rule)}, which has {own}."
            )
    for name, default in known.items():
        if default is inspect.Parameter.empty and name not in given:
            raise TypeError(f"`{name}` of {rule_name(rule)} must be given, for example {name}=0.1.")


def _sensible(rule: Rule, name: str, value: Any, words: str) -> None:
    if not _is_number(value) and not isinstance(value, Tensor):
        return
    holds = LIMITS[words](value)
    if not (holds.all() if isinstance(holds, Tensor) else holds):
        got = value[~holds][0].item() if isinstance(value, Tensor) else value
        raise ValueError(f"`{name}` of {rule_name(rule)} must be {words}, got {got:g}.")

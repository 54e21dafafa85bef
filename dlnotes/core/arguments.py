"""Checks of arguments: one line that says name, rule, value and the way out."""

import math
from collections.abc import Callable, Iterable
from typing import Any


def plain(value: Any) -> Any:
    """A number of NumPy's as one of Python's; everything else as it is.

    Example:
        >>> import numpy as np
        >>> plain(np.float64(0.5)), plain(np.array(3)), plain("fast")
        (0.5, 3, 'fast')
    """
    single = type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0
    return value.item() if single else value


def positive(name: str, value: float) -> float:
    """`value`, if it is a number greater than 0.

    Example:
        >>> positive("lr", -0.1)
        Traceback (most recent call last):
        ...
        ValueError: `lr` must be greater than 0, got -0.1.
    """
    return _checked(name, value, lambda: value > 0, "greater than 0")


def non_negative(name: str, value: float) -> float:
    """`value`, if it is a number of at least 0."""
    return _checked(name, value, lambda: value >= 0, "at least 0")


def at_least(name: str, value: float, least: float) -> float:
    """`value`, if it is a number of at least `least`."""
    return _checked(name, value, lambda: value >= least, f"at least {least:g}")


def finite(name: str, value: float) -> float:
    """`value`, if it is neither NaN nor infinite."""
    return _checked(name, value, lambda: math.isfinite(value), "finite")


def between(name: str, value: float, least: float, most: float) -> float:
    """`value`, if it is a number from `least` to `most`, both included."""
    rule = f"between {least:g} and {most:g}"
    return _checked(name, value, lambda: least <= value <= most, rule)


def one_of(name: str, value: str, choices: Iterable[str]) -> str:
    """`value`, if it is one of `choices`.

    Example:
        >>> one_of("mode", "sawtooth", ("triangular", "exp_range"))
        Traceback (most recent call last):
        ...
        ValueError: `mode` must be one of triangular, exp_range, got 'sawtooth'.
    """
    known = tuple(choices)
    if value not in known:
        raise ValueError(f"`{name}` must be one of {', '.join(known)}, got {value!r}.")
    return value


def ordered(**values: float) -> None:
    """Raise unless the first of two values is smaller than the second.

    Example:
        >>> ordered(warmup_steps=500, steps=300)
        Traceback (most recent call last):
        ...
        ValueError: `warmup_steps` must be smaller than `steps`, got warmup_steps=500 and steps=300.
    """
    (small, low), (large, high) = values.items()
    if not low < high:
        got = f"{small}={low:g} and {large}={high:g}"
        raise ValueError(f"`{small}` must be smaller than `{large}`, got {got}.")


def filled(name: str, values):
    """`values`, if there is anything in it.

    Example:
        >>> filled("params", {})
        Traceback (most recent call last):
        ...
        ValueError: `params` must hold at least one entry, got {}.
    """
    if not len(values):
        raise ValueError(f"`{name}` must hold at least one entry, got {values!r}.")
    return values


def function(name: str, value: Callable | None) -> Callable | None:
    """`value`, if it can be called; `None` stands for none.

    Example:
        >>> function("penalty", 0.1)
        Traceback (most recent call last):
        ...
        TypeError: `penalty` must be a function, got 0.1.
    """
    if value is not None and not callable(value):
        raise TypeError(f"`{name}` must be a function, got {value!r}.")
    return value


def whole(name: str, value: int, *, least: int = 1, most: int | None = None) -> int:
    """`value`, if it is a whole number of at least `least` and at most `most`.

    Raises:
        TypeError: when it is not an int.
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"`{name}` must be a whole number, got {value!r}.")
    if most is not None and value > most:
        raise ValueError(f"`{name}` must be at most {most}, got {value}.")
    return _checked(name, value, lambda: value >= least, f"at least {least}")


def _checked(name: str, value, holds: Callable[[], bool], rule: str):
    value = plain(value)
    try:
        kept = None if isinstance(value, bool) else holds()
    except TypeError:
        kept = None
    if kept is None:
        raise TypeError(f"`{name}` must be a number {rule}, got {value!r}.")
    if not kept:  # as with NaN, which no comparison holds for
        raise ValueError(f"`{name}` must be {rule}, got {value:g}.")
    return value

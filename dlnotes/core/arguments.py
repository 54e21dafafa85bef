"""Checks of arguments: one line that says name, rule, value and the way out."""

import math


def positive(name: str, value: float) -> float:
    """`value`, if it is a number greater than 0.

    Example:
        >>> positive("lr", -0.1)
        Traceback (most recent call last):
        ...
        ValueError: `lr` must be greater than 0, got -0.1.
    """
    return _checked(name, value, value > 0, "greater than 0")


def non_negative(name: str, value: float) -> float:
    """`value`, if it is a number of at least 0."""
    return _checked(name, value, value >= 0, "at least 0")


def at_least(name: str, value: float, least: float) -> float:
    """`value`, if it is a number of at least `least`."""
    return _checked(name, value, value >= least, f"at least {least:g}")


def whole(name: str, value: int, *, least: int = 1) -> int:
    """`value`, if it is a whole number of at least `least`.

    Raises:
        TypeError: when it is not an int.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"`{name}` must be a whole number, got {value!r}.")
    return _checked(name, value, value >= least, f"at least {least}")


def _checked(name: str, value, holds: bool, rule: str):
    if (isinstance(value, float) and math.isnan(value)) or not holds:
        raise ValueError(f"`{name}` must be {rule}, got {value:g}.")
    return value

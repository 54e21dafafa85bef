"""Values as plain data: what an answer gave back, in a form that JSON can carry.

Only builtin numbers, strings, lists and dicts come out, so that whoever compares them never
touches an object that the learner's code has made.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from dlnotes.grading.inside.time_limit import TimeUp

MOST_NUMBERS = 100_000
DEEPEST = 6
NUMBERS = (int, float, Fraction, np.ndarray, np.number, np.bool_)

_NAME = type.__dict__["__name__"].__get__  # a metaclass cannot override it


def plain(value: Any) -> dict[str, Any]:
    """The value as plain data, as much of it as anybody would compare.

    Returns:
        `{"shape": [...], "numbers": [...]}` for numbers and arrays of any kind, NaN and infinities
        as the strings "nan", "inf" and "-inf"; `{"items": [...]}` for lists and tuples;
        `{"kind": name}` for everything else.

    Example:
        >>> plain((1, float("nan")))["items"][1]
        {'shape': [], 'numbers': ['nan']}
    """
    return _plain(value, 0, [2 * MOST_NUMBERS])


def _plain(value: Any, depth: int, room: list[int]) -> dict[str, Any]:
    """The value as plain data; what is left of the room shrinks with every part of it."""
    room[0] -= 1
    for kind in (list, tuple):
        if issubclass(type(value), kind):  # what it is, not what it says it is
            if depth == DEEPEST or kind.__len__(value) > min(MOST_NUMBERS, room[0]):
                return {"kind": "a list that is too large"}
            return {"items": [_plain(item, depth + 1, room) for item in kind.__iter__(value)]}
    try:
        array = _array(value)
    except TimeUp:
        raise
    except BaseException:  # a conversion may run the learner's code, which may raise anything
        return {"kind": type_name(value)}
    room[0] -= array.size
    if array.size > MOST_NUMBERS or room[0] < 0:
        return {"kind": "an array that is too large"}
    return {"shape": list(array.shape), "numbers": [_number(x) for x in array.ravel().tolist()]}


def type_name(value: Any) -> str:
    """The name of the value's type, whatever its metaclass says."""
    return _NAME(type(value))[:100]


def _array(value: Any) -> np.ndarray:
    if isinstance(value, torch.Tensor):
        if value.is_complex():
            raise TypeError("complex")
        value = value.detach().to("cpu", torch.float64).numpy()
    elif not isinstance(value, NUMBERS):
        raise TypeError("not a number")
    elif np.iscomplexobj(value):
        raise TypeError("complex")
    elif getattr(value, "dtype", None) is not None and value.dtype.kind in "mM":
        raise TypeError("a time")
    return np.asarray(value, dtype=np.float64)


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"

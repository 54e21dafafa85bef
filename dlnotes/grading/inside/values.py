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


def plain(value: Any, depth: int = 0) -> dict[str, Any]:
    """The value as plain data.

    Returns:
        `{"shape": [...], "numbers": [...]}` for numbers and arrays of any kind, NaN and infinities
        as the strings "nan", "inf" and "-inf"; `{"items": [...]}` for lists and tuples;
        `{"kind": name}` for everything else.

    Example:
        >>> plain((1, float("nan")))["items"][1]
        {'shape': [], 'numbers': ['nan']}
    """
    for kind in (list, tuple):
        if issubclass(type(value), kind):  # what it is, not what it says it is
            if depth == DEEPEST or kind.__len__(value) > MOST_NUMBERS:
                return {"kind": "a list that is too large"}
            return {"items": [plain(item, depth + 1) for item in kind.__iter__(value)]}
    try:
        array = _array(value)
    except TimeUp:
        raise
    except BaseException:  # a conversion may run the learner's code, which may raise anything
        return {"kind": type_name(value)}
    if array.size > MOST_NUMBERS:
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
    return np.asarray(value, dtype=np.float64)


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"

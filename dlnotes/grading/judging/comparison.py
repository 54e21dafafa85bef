"""Comparison outside: do these plain values agree with those? Never runs an answer."""

import math
from dataclasses import dataclass
from typing import Any

TOLERANCE = 1e-5


@dataclass(frozen=True)
class Difference:
    """How two values differ.

    Attributes:
        what: `"kind"`, `"shape"`, `"nan"` or `"value"`.
        row: for arrays, the first index at which they part.
        got, want: the two values, or the two parts at that index.
    """

    what: str
    got: Any
    want: Any
    row: int | None = None


def difference(got: Any, want: Any) -> Difference | None:
    """The first difference between two plain values, or `None` where they agree.

    How the numbers are packed does not matter: a list of numbers agrees with a tensor, a Python
    float with a 0-d tensor. Two numbers agree within `TOLERANCE`, relative to their own size and
    a little to the largest of their array.
    """
    got, want = packed(got), packed(want)
    if "numbers" not in got or "numbers" not in want:
        return _items(got, want)
    if got["shape"] != want["shape"]:
        return Difference("shape", got["shape"], want["shape"])
    if any(isinstance(number, str) for number in got["numbers"]):
        return Difference("nan", got, want)
    place = _first_apart(got["numbers"], want["numbers"])
    if place is None:
        return None
    row = _row(want, place)
    return Difference("value", _part(got, row), _part(want, row), row)


def packed(value: Any) -> dict[str, Any]:
    """The value with every list of equally shaped numbers as one array of numbers."""
    if "items" not in value:
        return value
    items = [packed(item) for item in value["items"]]
    if items and all("numbers" in item and item["shape"] == items[0]["shape"] for item in items):
        numbers = [number for item in items for number in item["numbers"]]
        return {"shape": [len(items), *items[0]["shape"]], "numbers": numbers}
    return {"items": items}


def _items(got: dict, want: dict) -> Difference | None:
    if "items" not in got or "items" not in want:
        return Difference("kind", got, want)
    if len(got["items"]) != len(want["items"]):
        return Difference("shape", [len(got["items"])], [len(want["items"])])
    for one, other in zip(got["items"], want["items"], strict=True):
        if found := difference(one, other):
            return found
    return None


def _first_apart(got: list[float], want: list[float]) -> int | None:
    scale = max(map(abs, want), default=0.0)
    for place, (one, other) in enumerate(zip(got, want, strict=True)):
        if not abs(one - other) <= TOLERANCE * (abs(other) + 1e-3 * scale):
            return place
    return None


def _row(value: dict, place: int) -> int | None:
    return place // math.prod(value["shape"][1:]) if value["shape"] else None


def _part(value: dict, row: int | None) -> dict:
    if row is None:
        return value
    size = math.prod(value["shape"][1:])
    numbers = value["numbers"][row * size : (row + 1) * size]
    return {"shape": value["shape"][1:], "numbers": numbers}

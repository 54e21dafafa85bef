"""Plain values as a learner reads them: short numbers, short lists."""

from typing import Any

import torch

from dlnotes.grading.inside.values import plain
from dlnotes.grading.messages import KINDS, say

LONGEST = 6


def shown(value: dict[str, Any]) -> str:
    """A plain value in one short line.

    Example:
        >>> shown({"shape": [2], "numbers": [0.5, 1 / 3]})
        '[0.5, 0.33333]'
    """
    if "items" in value:
        return _listed([shown(item) for item in value["items"]])
    if "numbers" not in value:
        return value["kind"]
    if not value["shape"]:
        return number(value["numbers"][0])
    if len(value["shape"]) == 1:
        return _listed([number(item) for item in value["numbers"]])
    rows = value["shape"][0]
    size = len(value["numbers"]) // max(rows, 1)
    parts = [value["numbers"][row * size : (row + 1) * size] for row in range(rows)]
    return _listed([shown({"shape": value["shape"][1:], "numbers": part}) for part in parts])


def number(value: float | str) -> str:
    """A number with five significant digits, `NaN` and infinities by name."""
    if isinstance(value, str):
        return {"nan": "NaN", "inf": "inf", "-inf": "-inf"}[value]
    return f"{value:.5g}"


def described(value: dict[str, Any]) -> dict[str, str]:
    """What kind of thing a plain value is, in both languages."""
    if "kind" in value:
        kind = "nothing" if value["kind"] == "NoneType" else "other"
        return say(KINDS[kind], kind=value["kind"])
    if "items" in value:
        if odd := [item["kind"] for item in value["items"] if "kind" in item]:
            return say(KINDS["mixed"], kind=odd[0])
        return say(KINDS["list"], length=len(value["items"]))
    shape = value["shape"]
    return say(KINDS["array"], shape=shape_text(shape)) if shape else KINDS["number"]


def called(name: str, inputs: dict[str, Any]) -> str:
    """The call that was tried, as code, or the bare name where it would be too long."""
    if any(isinstance(value, torch.Generator) for value in inputs.values()):
        return name
    text = f"{name}({', '.join(shown(plain(value)) for value in inputs.values())})"
    return text if len(text) <= 100 else name


def shape_text(shape: list[int]) -> str:
    """A shape as Python writes a tuple; a single number has the shape `()`."""
    return str(tuple(shape))


def _listed(parts: list[str]) -> str:
    if len(parts) > LONGEST:
        parts = [*parts[: LONGEST - 1], "…"]
    return f"[{', '.join(parts)}]"

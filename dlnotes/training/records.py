"""A sweep too long for a page: shipped as data, with all it takes to make it anew."""

import json
import math
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

DIGITS = 4  # significant ones, of every number in a record

Piece = Callable[[], tuple[Tensor, Tensor]]


class Record:
    """The file `record.json` in a room, beside the experiments that make it.

    Args:
        module: `__file__` of the experiments; where they are run, they call `write`.
        make: `() -> values`: dicts, lists, strings, whole numbers, and tensors of the others.
        settings: what the values depend on, such as seeds and learning rates; they are written
            down too, so that a test sees when they have changed and the values have not.
        pieces: name -> `() -> (made anew, recorded)`, both tensors: parts that a test makes again
            within seconds.
        rtol: how far the two may be apart, as a part of what was recorded.
        atol: how far besides, such as one example of those that were counted.
    """

    def __init__(
        self,
        module: str,
        make: Callable[[], dict[str, Any]],
        settings: Mapping[str, Any],
        pieces: Mapping[str, Piece],
        *,
        rtol: float = 2e-3,
        atol: float = 0.0,
    ) -> None:
        self.path, self.make, self.pieces = Path(module).with_name("record.json"), make, pieces
        self.near = {"rtol": rtol, "atol": atol}
        self.settings = json.loads(json.dumps(settings))  # as they come back from the file

    @property
    def command(self) -> str:
        """What to type to make the record anew."""
        chapter, section = self.path.parts[-3:-1]
        return f"python -m dlnotes.sections.{chapter}.{section}.experiments"

    @cached_property
    def found(self) -> dict[str, Any]:
        """What the file says: `command`, `torch`, `settings` and `values`."""
        return json.loads(self.path.read_text(encoding="utf-8"))

    def write(self) -> None:
        """Makes everything anew; takes as long as it takes."""
        about = {"command": self.command, "torch": torch.__version__, "settings": self.settings}
        told = json.dumps(about | {"values": _plain(self.make())}, separators=(",", ":"))
        self.path.write_text(told + "\n", encoding="utf-8")


def unpacked(values: list) -> Tensor:
    """A tensor of a record, float64; NaN where it was not finite."""
    return torch.tensor(_numbers(values), dtype=torch.float64)


def _plain(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items()}
    if isinstance(values, Tensor):
        values = values.tolist()
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    if isinstance(values, float):
        return float(f"{values:.{DIGITS}g}") if math.isfinite(values) else None
    return values


def _numbers(values: Any) -> Any:
    return [_numbers(v) for v in values] if isinstance(values, list) else _number(values)


def _number(value: float | None) -> float:
    return math.nan if value is None else value

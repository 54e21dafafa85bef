"""What came out of the jail, read by someone who trusts nobody: plain records, or a problem.

Every record that leaves here has one of the forms below, whatever went in; a hostile one becomes
`{"problem": "output"}`.
"""

import json
import math
import unicodedata
from dataclasses import dataclass
from typing import Any

from dlnotes.grading.inside.answers import Record
from dlnotes.grading.inside.values import DEEPEST, MOST_NUMBERS

LONGEST_TEXT = 500
MOST_DIMENSIONS = 16
MOST_LINES = 10_000
MARKS = ("nan", "inf", "-inf")


class Hostile(ValueError):
    """A record without one of the agreed forms."""


@dataclass(frozen=True)
class Expected:
    """What the parcel asked for: a task, how many cases, how long it may take."""

    id: str
    cases: int
    seconds: float


def decode(data: bytes, expected: list[Expected]) -> tuple[dict[str, list[Record]], str | None]:
    """The records of the tasks that have some, and the task that was begun and has none.

    Args:
        data: what the jail wrote, a line of JSON for each thing that happened; anything at all.
        expected: the tasks of the parcel; no other name comes back.

    Example:
        >>> decode(b'{"id": "gains", "records": [{"value": 1}]}', [Expected("gains", 1, 9)])
        ({'gains': [{'problem': 'output'}]}, None)
    """
    wanted = {task.id: task for task in expected}
    found: dict[str, list[Record]] = {}
    begun = None
    for line in data.split(b"\n", MOST_LINES)[:MOST_LINES]:
        item = _line(line)
        name = item.get("id")
        if type(name) is not str or name not in wanted or name in found:
            continue
        begun = name
        if "records" in item:
            found[name] = _records(item["records"], wanted[name])
    return found, begun if begun not in found else None


def _line(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError, MemoryError):
        return {}
    return data if isinstance(data, dict) else {}


def _records(data: Any, task: Expected) -> list[Record]:
    """As many records as cases, or fewer that end with a problem."""
    try:
        return _checked(data, task)
    except (Hostile, OverflowError, RecursionError):
        return [{"problem": "output"}]


def _checked(data: Any, task: Expected) -> list[Record]:
    _must(isinstance(data, list) and 0 < len(data) <= task.cases + 1)
    records, budget = [], [MOST_NUMBERS * 2]
    for item in data:
        records.append(_record(item, task, budget))
        if "problem" in records[-1]:
            return records
    _must(len(records) == task.cases)
    return records


def _record(item: Any, task: Expected, budget: list[int]) -> Record:
    _must(isinstance(item, dict))
    if "problem" not in item:
        return {"value": _value(item.get("value"), budget)}
    match item["problem"]:
        case "time":
            return {"problem": "time", "seconds": task.seconds}
        case "crashed" | "memory" | "output" | "missing" as problem:
            return {"problem": problem}
        case "uncallable":
            return {"problem": "uncallable", "kind": _text(item.get("kind"))}
        case "changed":
            return {"problem": "changed", "name": _text(item.get("name"))}
        case "arguments":
            return {"problem": "arguments", "text": _text(item.get("text"))}
        case "returned":
            return {"problem": "returned", "value": _value(item.get("value"), budget)}
        case "raised":
            return _raised(item)
    raise Hostile


def _raised(item: dict) -> Record:
    line = item.get("line")
    _must(line is None or (type(line) is int and 0 < line < 1_000_000))
    kind, text = _text(item.get("type")), _text(item.get("text"))
    return {"problem": "raised", "type": kind, "text": text, "line": line}


def _value(data: Any, budget: list[int], depth: int = 0) -> dict[str, Any]:
    """A plain value as `values.plain` writes it, within what is left of the budget of numbers."""
    _must(isinstance(data, dict) and depth <= DEEPEST)
    budget[0] -= 1
    if set(data) == {"kind"}:
        return {"kind": _text(data["kind"])}
    if set(data) == {"items"}:
        _must(isinstance(data["items"], list) and len(data["items"]) <= budget[0])
        return {"items": [_value(item, budget, depth + 1) for item in data["items"]]}
    _must(set(data) == {"shape", "numbers"})
    shape, numbers = data["shape"], data["numbers"]
    _must(isinstance(numbers, list) and len(numbers) <= budget[0])
    _must(isinstance(shape, list) and len(shape) <= MOST_DIMENSIONS)
    _must(all(type(size) is int and 0 <= size <= MOST_NUMBERS for size in shape))
    _must(math.prod(shape) == len(numbers))
    budget[0] -= len(numbers)
    return {"shape": shape, "numbers": [_number(number) for number in numbers]}


def _number(data: Any) -> float | str:
    if type(data) is str and data in MARKS:
        return data
    _must(type(data) in (int, float))
    number = float(data)
    _must(math.isfinite(number))
    return number


def _text(data: Any) -> str:
    """One short line without anything that a terminal or an editor would obey."""
    _must(type(data) is str)
    line = " ".join(data[: LONGEST_TEXT * 2].split())[:LONGEST_TEXT]
    return "".join("\N{REPLACEMENT CHARACTER}" if _unseen(mark) else mark for mark in line)


def _unseen(mark: str) -> bool:
    """Controls, direction marks, halves of a pair: everything without a glyph of its own."""
    return unicodedata.category(mark).startswith("C")


def _must(holds: bool) -> None:
    if not holds:
        raise Hostile


def _refuse(constant: str) -> None:
    raise Hostile(constant)

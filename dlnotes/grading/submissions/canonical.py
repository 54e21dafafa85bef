"""A submission as it should have been handed in: bytes in, cells out; nothing is executed.

Cells are matched with the student notebook by `grade_id`. What was duplicated, deleted, moved,
retyped or edited is put right and noted, so that a slip with the mouse costs nothing.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from dlnotes.grading.submissions import flags
from dlnotes.grading.submissions.flags import Flag
from dlnotes.grading.submissions.scan import optimizer_calls, without_magics

MOST_BYTES = 20_000_000
MOST_BRACKETS = 500_000
MOST_CODE = 300_000
MOST_CELLS = 2_000


class Unreadable(ValueError):
    """The bytes are no notebook that can be graded.

    Attributes:
        kind: key of `flags.UNREADABLE`.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    @property
    def problem(self) -> dict[str, str]:
        """Why, and what to do, in both languages."""
        return flags.UNREADABLE[self.kind]


@dataclass(frozen=True)
class Cell:
    """One cell: the name it goes by in the template (or ""), its type and text."""

    name: str
    type: str
    source: str


@dataclass(frozen=True)
class Work:
    """What is run for one submission.

    Attributes:
        cells: (task id or "", source) of every code cell, in the order to run them.
        answers: source of the answer to each task that has one, by task id.
        untouched: tasks whose answer is still what was handed out.
        flags: what was put right, and what a teacher may want to look at.
    """

    cells: list[tuple[str, str]]
    answers: dict[str, str]
    untouched: frozenset[str]
    flags: list[Flag]


@dataclass(frozen=True)
class Template:
    """The student notebook of a section, and the ids of its tasks of kind "implementation"."""

    cells: dict[str, Cell]
    tasks: tuple[str, ...]
    from_scratch: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, from_scratch: frozenset[str] = frozenset()) -> "Template":
        """The template that a student notebook makes."""
        cells = {cell.name: cell for cell in cells_of(text.encode("utf-8"))}
        tasks = tuple(name for name in cells if f"{name}-answer" in cells)
        return cls(cells, tasks, from_scratch)

    def task(self, name: str) -> str:
        """The task that an answer cell belongs to, or ""."""
        task = name.removesuffix("-answer")
        return task if task != name and task in self.tasks else ""


def canonical(data: bytes, template: Template) -> Work:
    """The cells of a submission as if the template were intact.

    The learner's own cells run in the learner's order; the template's imports run first, and code
    that a task gives runs before its answer even if the learner deleted it.

    Args:
        data: the bytes of the file, whoever made them.
        template: what was handed out.

    Raises:
        Unreadable: when the bytes are no notebook.
    """
    code = {cell.name: cell.source for cell in template.cells.values() if cell.type == "code"}
    cells = recognized(cells_of(data), code)
    kept = _without_idle_copies(cells, template)
    found = flags.about_cells(cells, template.cells)
    ordered, answers = [], {}
    for cell in kept:
        task = template.task(cell.name)
        if cell.name in template.tasks or (cell.type != "code" and not task):
            ordered += _trial(cell.name, ordered)
            continue
        source, magic = without_magics(cell.source)
        found += [Flag("magics", cell.name if cell.name in template.cells else "")] if magic else []
        ordered.append((task, source))
        if task:
            answers[task] = source
    untouched = frozenset(
        task for task in answers if answers[task].strip() == _stub(template, task)
    )
    found += _leaning(ordered, template)
    ordered += [(task, "") for task in sorted(untouched)]  # it may be written somewhere else
    return Work(_restored(ordered, template), answers, untouched, flags.sorted_once(found))


def recognized(cells: list[Cell], code: Mapping[str, str]) -> list[Cell]:
    """The cells, those named that have lost their names: by their text, or by the check below.

    Args:
        cells: what was handed in.
        code: the text of every code cell that was handed out, by name.
    """
    there = {cell.name for cell in cells}
    names = {text.strip(): name for name, text in code.items() if name not in there}
    found = [
        cell if cell.name in code else replace(cell, name=names.get(cell.source.strip(), cell.name))
        for cell in cells
    ]
    for place, (cell, check) in enumerate(pairwise(found)):
        answer = f"{check.name}-answer"
        if check.name in names.values() and answer in names.values() and cell.name not in code:
            found[place] = replace(cell, name=answer)
    return found


def _trial(name: str, ordered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where a check stands, the answer is tried, even if cells of the learner's own precede it."""
    before = [task for task, _ in ordered]
    return [(name, "")] if name in before and before[-1] != name else []


def _stub(template: Template, task: str) -> str:
    return template.cells[f"{task}-answer"].source.strip()


def _without_idle_copies(cells: list[Cell], template: Template) -> list[Cell]:
    """Of several answers to one task, drop those that nobody has worked on."""

    def idle(cell: Cell) -> bool:
        task = template.task(cell.name)
        return bool(task) and cell.source.strip() in ("", _stub(template, task))

    copies = Counter(cell.name for cell in cells)
    worked_on = {cell.name for cell in cells if not idle(cell)}
    return [
        cell
        for cell in cells
        if not (copies[cell.name] > 1 and idle(cell) and cell.name in worked_on)
    ]


def _restored(ordered: list[tuple[str, str]], template: Template) -> list[tuple[str, str]]:
    """The template's own code in front of what builds on it."""
    given = [
        ("", cell.source)
        for cell in template.cells.values()
        if cell.type == "code" and cell.name not in template.tasks and not template.task(cell.name)
    ]
    return given + ordered


def _leaning(ordered: list[tuple[str, str]], template: Template) -> list[Flag]:
    """Cells that call torch's optimizers where the algorithm was to be written from scratch."""
    if not template.from_scratch:
        return []
    return [
        Flag("optimizer", f"{task}-answer" if task else "", call)
        for task, source in ordered
        if task in template.from_scratch or not task
        for call in optimizer_calls(source)
    ]


def cells_of(data: bytes) -> list[Cell]:
    """The cells of a notebook, stored outputs left behind.

    Raises:
        Unreadable: when the bytes are no notebook of nbformat 4, or too large to be one.
    """
    notebook = _parsed(data)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("notebook")
    if len(cells) > MOST_CELLS:
        raise Unreadable("code")
    found = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if sum(len(cell.source) for cell in found) > MOST_CODE:
        raise Unreadable("code")
    return found


def _parsed(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise Unreadable("large")
    if not data.strip():
        raise Unreadable("empty")
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise Unreadable("deep")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    except (RecursionError, MemoryError):
        raise Unreadable("deep") from None
    except ValueError:
        raise Unreadable("json") from None


def _cell(cell: dict[str, Any]) -> Cell:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    name = name if isinstance(name, str) and name else cell.get("id")
    if name is None and isinstance(metadata, dict):
        name = metadata.get("id")  # where Colab keeps it
    kind = cell.get("cell_type")
    return Cell(
        _text(name) if isinstance(name, str) else "",
        kind if kind in ("code", "markdown", "raw") else "raw",
        _source(cell.get("source")),
    )


def _source(source: Any) -> str:
    """The text of a cell, which may be stored as one string or as a list of lines."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return _text(source) if isinstance(source, str) else ""


def _text(text: str) -> str:
    """The text with halves of surrogate pairs replaced: they fit into no file."""
    return text.encode("utf-8", "replace").decode("utf-8")

"""Which exercise a file answers: what is in it says so, and where that says nothing, its name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from dlnotes.grading.submissions.canonical import Cell, cells_of
from dlnotes.grading.submissions.scan import bare
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place
from dlnotes.grading.tasks.notebook import student_notebook

_PART = re.compile(r"(\w{1,80})-(?:answer|given|task-zh|task-en)")
_CHECK = re.compile(r"""\bcheck\(\s{0,9}["'](\w{1,80})["']""")
_WRITTEN = re.compile(r"^(?:def[ \t]+(\w{1,80})|(\w{1,80})[ \t]*=[ \t]*lambda)\b", re.MULTILINE)


def answered(data: bytes) -> dict[Place, int]:
    """How many tasks are worked on in a notebook, for every exercise that it answers.

    A notebook answers the exercise from which most of its cells come, and any other of which it
    holds cells and work.

    Args:
        data: the bytes of the file, whoever made them.

    Raises:
        Unreadable: when they are no notebook.
    """
    cells = cells_of(data)
    known, worked = _by_place(map(_asked, cells)), _by_place(map(_worked, cells))
    most = max(map(len, known.values()), default=0)
    return {
        place: len(worked[place]) for place in known if len(known[place]) == most or worked[place]
    }


def named(name: str) -> list[Place]:
    """The exercises whose name stands in a file's name, whatever stands around it.

    Example:
        >>> named("Copy of Momentum（1）.ipynb.json")
        [('optimizers', 'momentum')]
    """
    plain = unicodedata.normalize("NFKC", name).lower()
    plain = re.sub(r"[\s_-]+", "_", plain)
    found = [place for place in declarations.sections() if _stands_in(place[1], plain)]
    return [
        place
        for place in found
        if not any(place[1] != other and place[1] in other for _, other in found)
    ]


def _stands_in(section: str, plain: str) -> bool:
    return bool(re.search(rf"(?<![a-z]){re.escape(section)}(?![a-z])", plain))


def _asked(cell: Cell) -> set[str]:
    """The tasks to which a cell belongs, by its name or by what it checks."""
    part = _PART.fullmatch(cell.name)
    return {*([part[1]] if part else []), *_CHECK.findall(cell.source)}


def _worked(cell: Cell) -> set[str]:
    """The tasks on which somebody has worked in a cell."""
    if bare(cell.source) in _handed_out():
        return set()
    found = {name for pair in _WRITTEN.findall(cell.source) for name in pair if name}
    return found | {cell.name.removesuffix("-answer")} if cell.name.endswith("-answer") else found


def _by_place(tasks: Iterable[set[str]]) -> dict[Place, set[str]]:
    found = defaultdict(set)
    for task in set().union(*tasks) & set(_homes()):
        found[_homes()[task]].add(task)
    return found


@cache
def _homes() -> dict[str, Place]:
    """The exercise of every task."""
    return {
        task.id: place
        for place in declarations.sections()
        for task in declarations.declaration(*place).TASKS
    }


@cache
def _handed_out() -> frozenset[str]:
    """All that stood in a cell when it was handed out, and nothing at all."""
    notebooks = (student_notebook(*place).encode("utf-8") for place in declarations.sections())
    return frozenset({""}.union(bare(cell.source) for data in notebooks for cell in cells_of(data)))

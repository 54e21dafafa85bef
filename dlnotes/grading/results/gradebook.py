"""Results into nbgrader's gradebook, through nbgrader's own API; one writer, one batch."""

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SAWarning, SQLAlchemyError

from dlnotes.core.language import both
from dlnotes.grading.grade import Result
from dlnotes.grading.messages import Refusal, say

CLOSED = both(
    zh="成绩册打不开：{url}（{error}）。写成 sqlite:///gradebook.db 或 postgresql://用户@主机/库。",
    en="The gradebook {url} cannot be opened ({error}). "
    "Write it as sqlite:///gradebook.db or postgresql://user@host/database.",
)
SEVERAL = both(
    zh="好几份作业里都有 `{section}`：{names}。只留一份，成绩才知道记在哪里。",
    en="Several assignments hold `{section}`: {names}. Keep one, so that it is clear which counts.",
)


class Unwritable(Refusal):
    """The gradebook cannot take the results."""


@contextmanager
def opened(url: str) -> Iterator[Gradebook]:
    """The gradebook at a database URL; made where there is none.

    Raises:
        Unwritable: when it cannot be opened or written.
    """
    try:
        with _alembic_at_hand(), warnings.catch_warnings(), Gradebook(url) as book:
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, harmless
            yield book
    except (SQLAlchemyError, ImportError) as error:
        raise Unwritable(say(CLOSED, url=without_password(url), error=_reason(error))) from None


@contextmanager
def _alembic_at_hand() -> Iterator[None]:
    """nbgrader runs `alembic` by name, which lies beside an interpreter that nobody activated."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([before, str(Path(sys.executable).parent)])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def write(results: Iterable[Result], url: str) -> int:
    """Write the scores of a batch; how many submissions there were.

    What a person has graded stays: it only asks to be looked at again. Who handed in nothing is
    listed without a submission, which nbgrader counts as 0.

    Args:
        results: of one class.
        url: such as `sqlite:///gradebook.db`.

    Raises:
        Unwritable: when the gradebook cannot be opened or does not know which assignment is meant.
    """
    count = 0
    with opened(url) as book:
        by_section = sorted(results, key=lambda one: one.submission.place[::-1])
        for section, group in groupby(by_section, key=lambda one: one.submission.section):
            found = list(group)
            assignment = _assignment(book, section, found[0])
            _students(book, {one.submission.student for one in found})
            for one in found:
                if one.status != "missing":
                    _write(book, assignment, section, one)
                    count += 1
            book.db.commit()
    return count


def _assignment(book: Gradebook, section: str, one: Result) -> str:
    """The assignment that holds an exercise; made where there is none."""
    names = [
        known.name
        for known in book.assignments
        if section in [notebook.name for notebook in known.notebooks]
    ]
    if len(names) > 1:
        raise Unwritable(say(SEVERAL, section=section, names=", ".join(names)))
    if not names:
        _hand_out(book, section, one)
    return names[0] if names else section


def _hand_out(book: Gradebook, section: str, one: Result) -> Assignment:
    """Enter an exercise as `nbgrader generate_assignment` would."""
    assignment = book.update_or_create_assignment(section)
    book.update_or_create_notebook(section, section)
    for task in one.tasks:
        place = section, section
        book.update_or_create_grade_cell(task.id, *place, max_score=task.points, cell_type="code")
        book.update_or_create_solution_cell(f"{task.id}-answer", *place)
    return assignment


def _students(book: Gradebook, names: set[str]) -> None:
    for name in sorted(names - {student.id for student in book.students}):
        book.add_student(name)


def _write(book: Gradebook, assignment: str, section: str, one: Result) -> None:
    submission = book.update_or_create_submission(assignment, one.submission.student)
    cells = _cells(submission, section)
    failed = {flag.cell for flag in one.flags if flag.kind == "failed"}
    for task in (task for task in one.tasks if task.id in cells):
        cell, lost = cells[task.id], one.status == "failed" or task.id in failed
        points = task.score / task.points * cell.max_score  # a teacher may have changed them
        cell.auto_score = None if lost else round(points, 6)
        cell.needs_manual_grade = lost or cell.manual_score is not None


def _cells(submission: SubmittedAssignment, section: str) -> dict:
    (notebook,) = [one for one in submission.notebooks if one.name == section]
    return {grade.name: grade for grade in notebook.grades}


def without_password(url: str) -> str:
    """The URL as it may be shown.

    Example:
        >>> without_password("postgresql://ann:secret@host/grades")
        'postgresql://ann:***@host/grades'
    """
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.split("@")[-1]


def _reason(error: Exception) -> str:
    """The first line of what a database said, without the statement it was asked."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0][:200] if text else type(error).__name__

"""What a teacher gets: results.csv, results.json and a page of feedback for each student."""

import csv
import io
import itertools
import json
import os
from collections.abc import Iterable
from pathlib import Path

from dlnotes.grading.grade import Result, TaskScore
from dlnotes.grading.results.feedback import page
from dlnotes.grading.safe_text import file_names, visible

COLUMNS = (
    "student",
    "chapter",
    "section",
    "status",
    "score",
    "points",
    "tasks",
    "flags",
    "sha256",
)


def write(results: Iterable[Result], out: Path) -> None:
    """Write everything anew; each file appears complete or not at all."""
    ordered = sorted(results, key=lambda one: one.submission)
    _replace(out / "results.csv", table(ordered).encode("utf-8-sig"))  # Excel asks for the mark
    _replace(out / "results.json", listing(ordered).encode("ascii"))
    names = file_names(one.submission.student for one in ordered)
    for student, group in itertools.groupby(ordered, key=lambda one: one.submission.student):
        text = page(student, list(group))
        _replace(out / "feedback" / f"{names[student]}.html", text.encode("utf-8"))


def table(results: Iterable[Result]) -> str:
    """The results as CSV, a row for each student and exercise; same results, same bytes."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for one in results:
        tasks = "; ".join(f"{task.id} {earned(task)}" for task in one.tasks)
        noted = " ".join(sorted({flag.kind for flag in one.flags}))
        place, score = one.submission.place, (f"{one.score:g}", f"{one.points:g}")
        names = (cell(one.submission.student), *place, one.status)
        rows.writerow([*names, *score, tasks, noted, one.submission.sha256])
    return text.getvalue()


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Example:
        >>> cell("=HYPERLINK(1)")
        "'=HYPERLINK(1)"
    """
    shown = visible(text)
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown


def earned(task: TaskScore) -> str:
    """Points earned and to be earned, as one reads them: `1.5/3`."""
    return f"{task.score:g}/{task.points:g}"


def listing(results: Iterable[Result]) -> str:
    """The results as JSON, with every message in both languages."""
    return json.dumps([one.plain() for one in results], indent=1) + "\n"


def _replace(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(file.name + ".new")
    new.write_bytes(data)
    os.replace(new, file)

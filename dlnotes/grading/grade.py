"""One submission graded: bytes in, one `Result` out, whatever the bytes are."""

import hashlib
import hmac
import time
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Protocol

from dlnotes.core.data import PACKAGE
from dlnotes.grading import messages
from dlnotes.grading.jail.parcel import pack
from dlnotes.grading.judging.judgement import Judgement, judge
from dlnotes.grading.submissions import flags
from dlnotes.grading.submissions.canonical import Submission, Template, Unreadable, canonical
from dlnotes.grading.submissions.flags import Flag
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import student_notebook
from dlnotes.grading.tasks.task import Task

Text = dict[str, str]


class Runs(Protocol):
    """What runs a parcel: `jail.Jail`, or for one's own notebook `own.Open`."""

    def run(self, parcel: bytes) -> dict[str, list[dict[str, Any]]]:
        """The records of every task."""


@dataclass(frozen=True)
class TaskScore:
    """What one task earned.

    Attributes:
        id: name of the task.
        score, points: earned, and to be earned.
        message: what is missing, in both languages; `None` when all is right.
        example: one case in which it shows, in both languages, where there is one.
    """

    id: str
    score: float
    points: float
    message: Text | None = None
    example: Text | None = None


@dataclass(frozen=True)
class Result:
    """What one submission earned.

    Attributes:
        student, chapter, section: whose it is and what it answers.
        sha256: hash of the bytes that were graded; empty where there was no file.
        status: `"graded"`, `"unreadable"`, `"missing"` or `"failed"` (the grader's own fault).
        score, points: sums over the tasks.
        tasks: one entry for every task of the section, in its order.
        problem: why nothing could be graded, in both languages, or `None`.
        flags: what was put right or noticed.
        seconds: how long it took.
    """

    student: str
    chapter: str
    section: str
    sha256: str
    status: str
    score: float
    points: float
    tasks: tuple[TaskScore, ...]
    problem: Text | None = None
    flags: tuple[Flag, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def plain(self) -> dict[str, Any]:
        """The result as JSON takes it."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Result":
        """The result that `plain` wrote."""
        tasks = tuple(TaskScore(**task) for task in data["tasks"])
        return cls(
            **{**data, "tasks": tasks, "flags": tuple(Flag(**flag) for flag in data["flags"])}
        )


def seed_for(secret: bytes, student: str, sha256: str) -> str:
    """The private seed of one submission; nobody without the class's secret can tell it.

    Example:
        >>> seed_for(b"class", "ann", "00") == seed_for(b"class", "bo", "00")
        False
    """
    name = student.encode("utf-8", "surrogateescape")
    return hmac.new(secret, name + b"\0" + sha256.encode("ascii"), "sha256").hexdigest()


def grade(
    data: bytes, *, chapter: str, section: str, student: str = "", seed: str, jail: Runs
) -> Result:
    """Grade the bytes of one submission; never raises for what stands in them.

    Args:
        data: the notebook as it was handed in.
        chapter, section: the exercise it answers, such as `"optimizers"`, `"momentum"`.
        student: whose it is; only carried along.
        seed: what the inputs are drawn from, see `seed_for`; never reaches the jail.
        jail: where the cells run.
    """
    start = time.perf_counter()
    tasks = tuple(declarations.declaration(chapter, section).TASKS)
    place = {"student": student, "chapter": chapter, "section": section}
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        submission = canonical(data, template(chapter, section))
    except Unreadable as stop:
        return without_answers(
            **place, sha256=sha256, status="unreadable", problem=flags.UNREADABLE[stop.kind]
        )
    records = jail.run(pack(submission.cells, tasks, seed))
    scores = tuple(_scored(task, seed, records[task.id], submission) for task in tasks)
    failed = [
        Flag("failed", task.id) for task, score in zip(tasks, scores, strict=True) if _failed(score)
    ]
    return Result(
        **place,
        sha256=sha256,
        status="graded",
        score=round(sum(score.score for score in scores), 6),
        points=sum(task.points for task in tasks),
        tasks=scores,
        flags=(*submission.flags, *failed),
        seconds=round(time.perf_counter() - start, 3),
    )


def without_answers(
    student: str,
    chapter: str,
    section: str,
    *,
    sha256: str = "",
    status: str = "missing",
    problem: Text | None = None,
) -> Result:
    """The result of a submission in which nothing could be graded: 0 for every task."""
    tasks = declarations.declaration(chapter, section).TASKS
    scores = tuple(TaskScore(task.id, 0.0, task.points) for task in tasks)
    points = sum(task.points for task in tasks)
    return Result(student, chapter, section, sha256, status, 0.0, points, scores, problem)


@cache
def template(chapter: str, section: str) -> Template:
    """What was handed out for a section."""
    tasks = declarations.declaration(chapter, section).TASKS
    from_scratch = frozenset(task.id for task in tasks if task.kind == "implementation")
    return Template.of(student_notebook(chapter, section), from_scratch)


@cache
def spec(chapter: str, section: str) -> str:
    """Hash of all that a score depends on besides the submission: the tasks and the library."""
    found = hashlib.sha256(declarations.path(chapter, section).read_bytes())
    for file in sorted(PACKAGE.rglob("*.py")):
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _scored(task: Task, seed: str, records: list[dict], submission: Submission) -> TaskScore:
    judgement = _judged(task, seed, records)
    message = judgement.message
    if not judgement.share and task.id in submission.untouched:
        message = messages.UNFINISHED
    score = round(judgement.share * task.points, 6)
    return TaskScore(task.id, score, task.points, message, judgement.example)


def _judged(task: Task, seed: str, records: list[dict]) -> Judgement:
    """The judgement on records; those of a hostile answer may be of a form nobody thought of."""
    try:
        return judge(task, seed, records)
    except Exception:  # one answer must not stop the class; the flag calls the teacher
        return Judgement(False, flags.FAILED)


def _failed(score: TaskScore) -> bool:
    return score.message is flags.FAILED

"""One submission graded: bytes in, one `Result` out, whatever the bytes are."""

import hashlib
import hmac
import time
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from typing import Any, Protocol

from dlnotes.core.data import PACKAGE
from dlnotes.grading import messages
from dlnotes.grading.jail.parcel import pack
from dlnotes.grading.judging.judgement import Judgement, judge
from dlnotes.grading.messages import Text
from dlnotes.grading.submissions import flags
from dlnotes.grading.submissions.canonical import Template, Unreadable, Work, canonical
from dlnotes.grading.submissions.flags import Flag
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import student_notebook
from dlnotes.grading.tasks.task import Task


class AnyJail(Protocol):
    """What runs a parcel: `jail.Jail`, or for one's own notebook `own.OpenJail`."""

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
        submission: whose it is, what it answers, and which bytes were graded.
        status: `"graded"`, `"unreadable"`, `"missing"` or `"failed"` (the grader's own fault).
        score, points: sums over the tasks.
        tasks: one entry for every task of the section, in its order.
        problem: why nothing could be graded, in both languages, or `None`.
        flags: what was put right or noticed.
        seconds: how long it took.
    """

    submission: Submission
    status: str
    score: float
    points: float
    tasks: tuple[TaskScore, ...]
    problem: Text | None = None
    flags: tuple[Flag, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def plain(self) -> dict[str, Any]:
        """The result as JSON takes it."""
        data = asdict(self)
        return {**data.pop("submission"), **data}

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Result":
        """The result that `plain` wrote."""
        rest = dict(data)
        submission = Submission(**{one.name: rest.pop(one.name) for one in fields(Submission)})
        rest["tasks"] = tuple(TaskScore(**task) for task in data["tasks"])
        rest["flags"] = tuple(Flag(**flag) for flag in data["flags"])
        return cls(submission, **rest)


def seed_for(secret: bytes, submission: Submission) -> str:
    """The private seed of one submission; nobody without the class's secret can tell it.

    Example:
        >>> ann, bo = (Submission(name, "a", "b", "00") for name in ("ann", "bo"))
        >>> seed_for(b"class", ann) == seed_for(b"class", bo)
        False
    """
    name = submission.student.encode("utf-8", "surrogateescape")
    text = name + b"\0" + submission.sha256.encode("ascii")
    return hmac.new(secret, text, "sha256").hexdigest()


def grade(data: bytes, submission: Submission, *, seed: str, jail: AnyJail) -> Result:
    """Grade the bytes of one submission; never raises for what stands in them.

    Args:
        data: the notebook as it was handed in.
        submission: whose it is, and the exercise it answers.
        seed: what the inputs are drawn from, see `seed_for`; never reaches the jail.
        jail: where the cells run.
    """
    start = time.perf_counter()
    submission = submission.of(data)
    tasks = tuple(declarations.declaration(*submission.place).TASKS)
    try:
        work = canonical(data, template(*submission.place))
    except Unreadable as stop:
        return unreadable(submission, stop)
    records = jail.run(pack(work.cells, tasks, seed))
    scores = tuple(_scored(task, seed, records[task.id], work) for task in tasks)
    failed = [
        Flag("failed", task.id) for task, score in zip(tasks, scores, strict=True) if _failed(score)
    ]
    return Result(
        submission,
        status="graded",
        score=round(sum(score.score for score in scores), 6),
        points=sum(task.points for task in tasks),
        tasks=scores,
        flags=(*work.flags, *failed),
        seconds=round(time.perf_counter() - start, 3),
    )


def without_answers(
    submission: Submission, *, status: str = "missing", problem: Text | None = None
) -> Result:
    """The result of a submission in which nothing could be graded: 0 for every task."""
    tasks = declarations.declaration(*submission.place).TASKS
    scores = tuple(TaskScore(task.id, 0.0, task.points) for task in tasks)
    return Result(submission, status, 0.0, sum(task.points for task in tasks), scores, problem)


def unreadable(submission: Submission, stop: Unreadable) -> Result:
    """The result of a file that is no notebook."""
    return without_answers(submission, status="unreadable", problem=stop.problem)


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


def _scored(task: Task, seed: str, records: list[dict], work: Work) -> TaskScore:
    judgement = _judged(task, seed, records)
    message = judgement.message
    if not judgement.share and task.id in work.untouched:
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

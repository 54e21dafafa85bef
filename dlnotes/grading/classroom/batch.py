"""`dlnotes grade FOLDER`: every submission graded once, whatever happens in between."""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dlnotes.core.language import both, language
from dlnotes.core.progress import progress
from dlnotes.grading.classroom import executors
from dlnotes.grading.classroom.dispatch import Opens, finished
from dlnotes.grading.classroom.executors import Job
from dlnotes.grading.grade import Result, seed_for, spec, unreadable, without_answers
from dlnotes.grading.messages import Refusal, say
from dlnotes.grading.results import report
from dlnotes.grading.results.journal import Journal
from dlnotes.grading.safe_text import visible
from dlnotes.grading.submissions import flags
from dlnotes.grading.submissions.canonical import Unreadable
from dlnotes.grading.submissions.folder import Handed, find
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks.declarations import Place

LABEL = both(zh="批改", en="grading")
NOTHING = both(
    zh="{folder} 里没有作业。应该像这样：{folder}/学号/momentum.ipynb。",
    en="No submissions in {folder}. They should lie there as student/momentum.ipynb.",
)
SHORT = both(
    zh="密钥至少要 16 个字节，{file} 里只有 {length} 个。换回原来的文件，或者删掉它，另造一份。",
    en="A class's secret has at least 16 bytes, got {length} in {file}. Put the old file back, "
    "or delete it to get a new one.",
)


class NoSecret(Refusal):
    """A file holds too little to be a secret."""


class NoSubmissions(Refusal):
    """The folder holds nothing that could be graded."""


@dataclass(frozen=True)
class Batch:
    """What one run of the grader brought.

    Attributes:
        results: one for every student and exercise, sorted.
        fresh: how many were graded now; the others stood in the journal.
    """

    results: list[Result]
    fresh: int


def grade_folder(
    folder: Path,
    out: Path,
    *,
    places: Iterable[Place] = (),
    opens: Opens = executors.here,
    workers: int = 1,
    seed_file: Path | None = None,
    show: bool | None = None,
) -> Batch:
    """Grade every submission below a folder and write CSV, JSON and feedback.

    A second run takes what it finds in the journal and grades only what is new or changed.

    Args:
        folder: what was collected, see `folder.find`.
        out: where the journal and the results go.
        places: (chapter, section) of the exercises; without any, all that somebody handed in.
        opens: opens an executor, such as `executors.here`.
        workers: how many submissions it grades at a time.
        seed_file: file of the class's secret; made where there is none, by default in `out`.
        show: whether to show a progress bar, see `core.progress`.

    Raises:
        NoSubmissions: when there is nothing to grade.
        SandboxMissing: when there is no sandbox.
        Busy: when another process is writing to `out`.
    """
    handed = find(folder, places, besides=out)
    if not any(one.path for one in handed):
        raise NoSubmissions(say(NOTHING, folder=visible(str(folder))))
    with Journal(out / "journal.jsonl") as journal:
        secret = class_secret(seed_file or out / "secret-seed")
        known = (_known(one, journal) for one in handed)
        results = {result.submission: result for result in known if result}
        fresh = [one for one in handed if one.submission not in results]
        work = finished(_jobs(fresh, secret, results), opens, workers)
        for result in progress(work, len(fresh), show=show, label=LABEL[language()]):
            if result.status != "failed":
                journal.add(result)
            results[result.submission] = result
        noted = [with_flags(results[one.submission], one) for one in handed]
        report.write(noted, out)
    return Batch(noted, len(fresh))


def class_secret(file: Path) -> bytes:
    """The secret from which every private seed comes; made at the first call.

    Raises:
        NoSecret: when the file holds too little to be a secret.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = file.read_bytes().strip()
    else:
        secret = secrets.token_hex(32).encode("ascii")
        with open(number, "wb") as new:
            new.write(secret)
    if len(secret) < 16:
        raise NoSecret(say(SHORT, file=visible(str(file)), length=len(secret)))
    return secret


def _known(one: Handed, journal: Journal) -> Result | None:
    """The result where nothing has to be run: it stands in the journal, or there is no notebook."""
    if one.path is None:
        return without_answers(one.submission)
    try:
        return journal.get(one.submission.of(one.content()))
    except Unreadable as stop:
        return unreadable(one.submission, stop)


def _jobs(fresh: list[Handed], secret: bytes, results: dict[Submission, Result]) -> Iterator[Job]:
    """The submissions one after the other; their bytes are in memory only while under way."""
    for one in fresh:
        try:
            yield job_of(one, secret)
        except Unreadable as stop:  # since it was seen, somebody has moved or replaced it
            results[one.submission] = unreadable(one.submission, stop)


def job_of(one: Handed, secret: bytes) -> Job:
    """A submission, read once: what is hashed is what is graded."""
    data = one.content()
    submission = one.submission.of(data)
    return Job(data, submission, seed_for(secret, submission), spec(*submission.place))


def with_flags(result: Result, one: Handed) -> Result:
    """The result with what is to be known about the choice of the file."""
    return replace(result, flags=tuple(flags.sorted_once([*result.flags, *one.flags])))

"""`dlnotes grade FOLDER`: every submission graded once, whatever happens in between."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dlnotes.core.language import both, language
from dlnotes.core.progress import progress
from dlnotes.grading.classroom import executors
from dlnotes.grading.classroom.dispatch import Numbered, Opens, finished
from dlnotes.grading.classroom.executors import Job
from dlnotes.grading.grade import Result, seed_for, spec, without_answers
from dlnotes.grading.messages import say
from dlnotes.grading.results import report
from dlnotes.grading.results.journal import Journal, key
from dlnotes.grading.safe_text import visible
from dlnotes.grading.submissions import flags
from dlnotes.grading.submissions.canonical import MOST_BYTES, Unreadable
from dlnotes.grading.submissions.folder import Handed, Place, bytes_of, find

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


class NoSecret(ValueError):
    """A file holds too little to be a secret; `texts` says so in both languages."""

    def __init__(self, file: Path, length: int) -> None:
        self.texts = say(SHORT, file=visible(str(file)), length=length)
        super().__init__("\n".join(self.texts.values()))


class NoSubmissions(LookupError):
    """The folder holds nothing that could be graded; `texts` says so in both languages."""

    def __init__(self, folder: Path) -> None:
        self.texts = say(NOTHING, folder=visible(str(folder)))
        super().__init__("\n".join(self.texts.values()))


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
        folder: what was collected, see `submissions.find`.
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
        raise NoSubmissions(folder)
    with Journal(out / "journal.jsonl") as journal:
        secret = class_secret(seed_file or out / "secret-seed")
        results = {number: _known(one, journal) for number, one in enumerate(handed)}
        fresh = [number for number, result in results.items() if result is None]
        jobs = _jobs(handed, fresh, secret, results)
        work = finished(jobs, opens, workers)
        for number, job, result in progress(work, len(fresh), show=show, label=LABEL[language()]):
            if result.status != "failed":
                journal.add(_key(job.student, job.chapter, job.section, job.sha256), result.plain())
            results[number] = result
        noted = [_with_flags(results[number], one) for number, one in enumerate(handed)]
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
        raise NoSecret(file, len(secret))
    return secret


def _jobs(
    handed: list[Handed], numbers: list[int], secret: bytes, results: dict[int, Result | None]
) -> Iterator[Numbered]:
    """The submissions one after the other; their bytes are in memory only while under way."""
    for number in numbers:
        try:
            yield number, job_of(handed[number], secret)
        except Unreadable as stop:  # since it was seen, somebody has moved or replaced it
            results[number] = _unreadable(handed[number], stop)


def job_of(one: Handed, secret: bytes) -> Job:
    """A submission, read once: what is hashed is what is graded."""
    data = _content(one.path)
    sha256 = hashlib.sha256(data).hexdigest()
    seed = seed_for(secret, one.student, sha256)
    return Job(
        data,
        sha256,
        one.student,
        one.chapter,
        one.section,
        seed,
        spec(one.chapter, one.section),
    )


def _known(one: Handed, journal: Journal) -> Result | None:
    """The result where nothing has to be run: it stands in the journal, or there is no notebook."""
    place = one.student, one.chapter, one.section
    if one.path is None:
        return without_answers(*place)
    try:
        sha256 = hashlib.sha256(_content(one.path)).hexdigest()
    except Unreadable as stop:
        return _unreadable(one, stop)
    kept = journal.get(_key(*place, sha256))
    return Result.of(kept) if kept else None


def _content(path: Path) -> bytes:
    """What stands in a file, if it is one that can be graded."""
    data = bytes_of(path)
    if len(data) > MOST_BYTES:
        raise Unreadable("large")
    return data


def _unreadable(one: Handed, stop: Unreadable) -> Result:
    problem = flags.UNREADABLE[stop.kind]
    return without_answers(
        one.student, one.chapter, one.section, status="unreadable", problem=problem
    )


def _key(student: str, chapter: str, section: str, sha256: str) -> str:
    return key(student, f"{chapter}/{section}", sha256, spec(chapter, section))


def _with_flags(result: Result, one: Handed) -> Result:
    return replace(result, flags=tuple(flags.sorted_once([*result.flags, *one.flags])))

"""One's own notebook, graded without a sandbox: it may do what its reader may do anyway."""

import contextlib
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from dlnotes.core.language import both
from dlnotes.grading import messages
from dlnotes.grading.grade import Result, grade, unreadable
from dlnotes.grading.inside.exchange import ended, exactly, follow, send, start
from dlnotes.grading.jail.jail import START, Jail
from dlnotes.grading.jail.sandbox import NOT_LINUX, Limits, missing
from dlnotes.grading.messages import Refusal, say
from dlnotes.grading.reader.checks import learner
from dlnotes.grading.submissions import identity
from dlnotes.grading.submissions.canonical import Unreadable
from dlnotes.grading.submissions.reading import bytes_of
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

UNKNOWN = both(
    zh="看不出 {file} 是哪份练习。加上 `--section`，比如 `--section momentum`。",
    en="{file} does not say which exercise it is. Add `--section`, such as `--section momentum`.",
)
NO_FILE = both(
    zh="没有这个文件：{file}。`--own` 后面写笔记本的名字，比如 momentum.ipynb。",
    en="There is no file {file}. `--own` takes the name of a notebook, such as momentum.ipynb.",
)
TOTAL = both(zh="共 {earned:g}/{points:g} 分", en="{earned:g}/{points:g} points in all")


class Unclear(Refusal):
    """No notebook, or none that says which exercise it answers."""


class OpenJail(Jail):
    """Runs a parcel in a plain process: time limits, and no wall at all."""

    def __init__(self) -> None:
        super().__init__(warm=False, limits=replace(Limits(), processes=_processes()))

    def _open(self) -> bool:
        return False  # nothing waits, and there is no wall to make sure of

    def _attempt(self, work: dict[str, Any], seconds: float) -> tuple[bytes, bytes, float]:
        code = f"from dlnotes.grading.inside import runner; runner.main({self.limits.plain()!r})"
        with tempfile.TemporaryFile() as errors:
            process = start([sys.executable, "-c", code], errors)
            try:
                exactly(process.stdout.fileno(), 1, START)
                with contextlib.suppress(BrokenPipeError):
                    send(process.stdin.fileno(), json.dumps(work).encode("ascii"))
                    process.stdin.close()
                begin = time.monotonic()
                kind, data = follow(
                    process.stdout.fileno(),
                    seconds=seconds,
                    idle=seconds,
                    most=self.limits.output,
                )
                return kind, data, time.monotonic() - begin
            finally:
                ended(process)


def _processes() -> int:
    """As many as this account may have: the kernel counts all of them, not only those in here."""
    if not hasattr(os, "fork"):
        raise missing(NOT_LINUX)
    import resource  # not on Windows

    return resource.getrlimit(resource.RLIMIT_NPROC)[0]


def grade_own(file: Path, place: Place | None = None) -> Result:
    """The result of one's own notebook, on the inputs that `check` would draw.

    Args:
        file: the notebook.
        place: (chapter, section); by default the cells say it, or else the file's name.

    Raises:
        Unclear: when there is no such file, or neither says anything.
    """
    if not file.is_file():
        raise Unclear(say(NO_FILE, file=file))
    submission = Submission("", *(place or _place(file)))
    try:
        data = bytes_of(file)
    except Unreadable as stop:
        return unreadable(submission, stop)
    with OpenJail() as jail:
        return grade(data, submission, seed=learner(), jail=jail)


def _place(file: Path) -> Place:
    """The exercise that a file answers: where it has cells of several, the one worked on most."""
    try:
        worked = identity.answered(bytes_of(file))
    except Unreadable:
        worked = {}
    found = sorted(worked, key=worked.get, reverse=True) or identity.named(file.name)
    if not found:
        raise Unclear(say(UNKNOWN, file=file.name))
    return found[0]


def result_lines(result: Result, lang: str) -> list[str]:
    """The result as lines of text in one language."""
    tasks = declarations.declaration(*result.submission.place).TASKS
    said = [result.problem[lang]] if result.problem else []
    for task, score in zip(tasks, result.tasks, strict=True) if not said else ():
        mark = "●" if score.score == score.points else "◐" if score.score else "○"
        points = say(messages.POINTS, earned=score.score, points=score.points)
        said.append(f"{mark} {task.id} · {task.title[lang]} · {points[lang]}")
        said += [f"  {text[lang]}" for text in (score.message, score.example) if text]
    said += [f"  {flag.text()[lang]}" for flag in result.flags]
    return [*said, say(TOTAL, earned=result.score, points=result.points)[lang]]

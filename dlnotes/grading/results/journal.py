"""What has been graded already, on disk: a line for each result, appended at once."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Self

from dlnotes.core.language import both
from dlnotes.grading.grade import Result, spec
from dlnotes.grading.messages import Refusal, say
from dlnotes.grading.submissions.submission import Submission

BUSY = both(
    zh="另一个批改程序正在写 {path}。等它跑完，或者用 `--out` 换个文件夹。",
    en="Another grader is writing {path}. Wait until it is done, or choose another folder "
    "with `--out`.",
)


class Busy(Refusal):
    """Two graders on one journal."""


def key(submission: Submission) -> str:
    """Under what a result is kept: these bytes, of this student, with the tasks as they are."""
    parts = *submission.place, submission.sha256, spec(*submission.place), submission.student
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


class Journal:
    """Results in a file of JSON lines that only one process may write.

    A grader killed in the middle of a line leaves half of one: it is cut off at the next start.

    Args:
        path: the file; it is made where there is none.

    Raises:
        Busy: when another process has the journal open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self.path, "a+b", buffering=0)
        try:
            _lock(self._file.fileno())
        except OSError:
            self._file.close()
            raise Busy(say(BUSY, path=self.path)) from None
        self._kept = self._read()
        return self

    def __exit__(self, *_: object) -> None:
        os.fsync(self._file.fileno())
        self._file.close()

    def get(self, submission: Submission) -> Result | None:
        """The result of a submission, if it has been graded."""
        kept = self._kept.get(key(submission))
        return Result.of(kept) if kept else None

    def add(self, result: Result) -> None:
        """Keep a result; from here on no kill can lose it."""
        name, plain = key(result.submission), result.plain()
        line = json.dumps({"key": name, "result": plain}, ensure_ascii=True) + "\n"
        self._file.write(line.encode("ascii"))
        self._kept[name] = plain

    def _read(self) -> dict[str, Any]:
        self._file.seek(0)
        found, good = {}, 0
        for line in self._file.read().splitlines(keepends=True):
            try:
                entry = json.loads(line) if line.endswith(b"\n") else None
                found[entry["key"]] = entry["result"]
            except (ValueError, TypeError, KeyError):
                break
            good += len(line)
        self._file.truncate(good)
        return found


def _lock(number: int) -> None:
    import fcntl  # not on Windows, where no class is graded either

    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)

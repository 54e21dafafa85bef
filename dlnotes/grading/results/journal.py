"""What has been graded already, on disk: a line for each result, appended at once."""

import hashlib
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dlnotes.core.language import both
from dlnotes.grading.messages import say

BUSY = both(
    zh="另一个批改程序正在写 {path}。等它跑完，或者用 `--out` 换个文件夹。",
    en="Another grader is writing {path}. Wait until it is done, or choose another folder "
    "with `--out`.",
)


class Busy(RuntimeError):
    """Two graders on one journal.

    Attributes:
        texts: the message by language.
    """

    def __init__(self, path: Path) -> None:
        self.texts = say(BUSY, path=path)
        super().__init__("\n".join(self.texts.values()))


def key(student: str, place: str, sha256: str, spec: str) -> str:
    """Under what a result is kept: the same submission to the same exercise, never twice.

    Example:
        >>> key("ann", "a/b", "0", "1") == key("bo", "a/b", "0", "1")
        False
    """
    parts = [student.encode("utf-8", "surrogateescape"), place.encode(), sha256.encode()]
    return hashlib.sha256(b"\0".join([*parts, spec.encode()])).hexdigest()


class Journal:
    """Results by key, in a file of JSON lines that only one process may write.

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
            raise Busy(self.path) from None
        self._results = self._read()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.fsync(self._file.fileno())
        self._file.close()

    def get(self, name: str) -> dict[str, Any] | None:
        """The result under a key, if there is one."""
        return self._results.get(name)

    def add(self, name: str, result: dict[str, Any]) -> None:
        """Keep a result; from here on no kill can lose it."""
        line = json.dumps({"key": name, "result": result}, ensure_ascii=True) + "\n"
        self._file.write(line.encode("ascii"))
        self._results[name] = result

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

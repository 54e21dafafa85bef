"""A jail for submissions: parcel in, records out, whatever the submission does."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from types import TracebackType
from typing import Self

from dlnotes.grading import sandbox
from dlnotes.grading.records import Expected, Record, decode
from dlnotes.grading.sandbox import Limits, SandboxMissing

__all__ = ["Jail", "Limits", "SandboxMissing"]

START = 120.0  # seconds for importing torch on a machine that is busy


class Jail:
    """Where submissions run, one at a time.

    Args:
        warm: keep a process with torch imported and fork it for every submission; where that
            cannot be set up, every submission starts cold.
        limits: what one submission may use.

    Use it as `with Jail() as jail: records = jail.run(parcel)`.

    Raises:
        SandboxMissing: when this machine has no sandbox, at the first submission or `with`.
    """

    def __init__(self, *, warm: bool = True, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.warm = warm

    def __enter__(self) -> Self:
        sandbox.check()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the jail."""

    def run(self, parcel: bytes) -> dict[str, list[Record]]:
        """The records of one submission, by task; a hostile one gives problems, never an error.

        Args:
            parcel: from `parcel.pack`.
        """
        data, problem = self._cold(parcel)
        return decode(data, _expected(parcel), problem)

    def _cold(self, parcel: bytes) -> tuple[bytes, Record]:
        sandbox.check()
        code = f"from dlnotes.grading import runner; runner.main({self.limits.plain()!r})"
        with tempfile.TemporaryFile() as errors, _started(code, self.limits, errors) as process:
            if _read(process, 1, START)[0] != b"\n":
                _kill(process)
                errors.seek(0)
                raise sandbox.refused(errors.read(4096).decode("utf-8", "replace"))
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(parcel)
                process.stdin.close()
            return _read(process, self.limits.output, self.limits.seconds)


def _expected(parcel: bytes) -> list[Expected]:
    tasks = json.loads(parcel)["tasks"]
    return [Expected(task["id"], len(task["inputs"]), task["seconds"]) for task in tasks]


@contextlib.contextmanager
def _started(code: str, limits: Limits, errors):
    process = subprocess.Popen(
        sandbox.command(code, limits),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        start_new_session=True,
        cwd="/",
    )
    try:
        yield process
    finally:
        _kill(process)


def _read(process: subprocess.Popen, most: int, seconds: float) -> tuple[bytes, Record]:
    """Up to `most` bytes of what the process writes, and what a task without a line met."""
    data, end = b"", time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(end - time.monotonic(), 0)):
                return data, {"problem": "time", "seconds": seconds}
            part = os.read(process.stdout.fileno(), 65536)
            data += part
            if len(data) > most:
                return data[:most], {"problem": "output"}
            if not part or len(data) == most == 1:
                return data, {"problem": "crashed"}


def _kill(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        pipe.close()

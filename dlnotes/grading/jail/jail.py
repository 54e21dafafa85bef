"""A jail for submissions: parcel in, records out, whatever the submission does."""

import contextlib
import json
import os
import tempfile
import threading
import time
from typing import Any, Self

from dlnotes.grading.inside.exchange import OUTPUT, TIME, ended, exactly, follow, send, start
from dlnotes.grading.jail import sandbox
from dlnotes.grading.jail.cgroups import Group
from dlnotes.grading.jail.records import Expected, Record, decode
from dlnotes.grading.jail.sandbox import Limits, SandboxMissing
from dlnotes.grading.jail.warm import START, Gone, Waiting

__all__ = ["Jail", "Limits", "SandboxMissing"]

GRACE = 0.25  # seconds for an answer to stop by itself before its process is killed


class Jail:
    """Where submissions run, one at a time, each without a trace of the others.

    Use it as `with Jail() as jail: records = jail.run(parcel)`. Threads may share one; processes
    each open their own.

    Args:
        warm: keep a process with torch imported and fork it for every submission; where that
            cannot be set up, every submission starts cold.
        limits: what one submission may use.

    Attributes:
        warm: whether submissions run warm; `False` once that has turned out impossible here.

    Raises:
        SandboxMissing: when this machine has no sandbox; at `with` or at the first submission.
    """

    def __init__(self, *, warm: bool = True, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.warm = warm
        self._waiting: Waiting | None = None
        self._group: Group | None = None
        self._owner = os.getpid()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with self._lock:
            self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the jail."""
        with self._lock:
            self._release()
            if self._group and self._owner == os.getpid():
                self._group.close()
            self._group = None

    def run(self, parcel: bytes) -> dict[str, list[Record]]:
        """The records of one submission, by task; a hostile one gives problems, never an error.

        A task that hangs or ends the process costs only itself: the others are tried again in a
        new process, as long as there is time.

        Args:
            parcel: from `parcel.pack`.
        """
        work, left = json.loads(parcel), self.limits.seconds
        found: dict[str, list[Record]] = {}
        while waiting := [task for task in work["tasks"] if task["id"] not in found]:
            kind, data, used = self._attempt(work | {"tasks": waiting}, left)
            left -= used
            new, stuck = decode(data, _expected(waiting))
            if stuck:
                new[stuck] = [self._ending(kind, stuck, waiting)]
            found |= new
            if left <= 0 or not new:
                kind = TIME if left <= 0 else kind
                rest = (task["id"] for task in waiting if task["id"] not in found)
                found |= {name: [self._ending(kind, name, waiting)] for name in rest}
        return {task["id"]: found[task["id"]] for task in work["tasks"]}

    def _ending(self, kind: bytes, name: str, tasks: list[dict[str, Any]]) -> Record:
        """What became of a task that left no record."""
        if kind != TIME:
            return {"problem": "output" if kind == OUTPUT else "crashed"}
        allowed = next(task["seconds"] for task in tasks if task["id"] == name)
        return {"problem": "time", "seconds": min(allowed, self.limits.seconds)}

    def _attempt(self, work: dict[str, Any], seconds: float) -> tuple[bytes, bytes, float]:
        """Run the cells and the tasks until something ends them; how, what, and how long."""
        parcel = json.dumps(work).encode("ascii")
        longest = max(task["seconds"] for task in work["tasks"])
        idle = max(longest, self.limits.seconds / 2) + GRACE
        with self._lock:
            if self._open():
                begin = time.monotonic()
                try:
                    return *self._waiting.ask(parcel, seconds, idle), time.monotonic() - begin
                except Gone:  # the next one finds a new process
                    self._release()
            return _cold(parcel, self._group, self.limits, seconds, idle)

    def _open(self) -> bool:
        """Make sure of the wall; whether a process waits behind it."""
        sandbox.ensure()
        if self._waiting and self._owner == os.getpid() and self._waiting.alive():
            return True
        self._release()
        if self._group is None or self._owner != os.getpid():
            self._group, self._owner = Group(self.limits), os.getpid()
        if self.warm:
            try:
                self._waiting = Waiting(self.limits, self._group)
                return True
            except Gone:
                self.warm = False
        sandbox.tried(self.limits)
        return False

    def _release(self) -> None:
        """End the waiting process; a fork of the grader only lets go of its parent's."""
        if self._waiting:
            self._waiting.close(kill=self._owner == os.getpid())
            self._waiting = None


def _cold(
    parcel: bytes, group: Group, limits: Limits, seconds: float, idle: float
) -> tuple[bytes, bytes, float]:
    """The same in a jail of its own, whose start does not count."""
    code = f"from dlnotes.grading.inside import runner; runner.main({limits.plain()!r})"
    with tempfile.TemporaryFile() as errors:
        process = start(group.command(sandbox.command(code, limits)), errors)
        source = process.stdout.fileno()
        try:
            if exactly(source, 1, START) != b"\n":
                errors.seek(0)
                raise sandbox.refused(errors.read(4096).decode("utf-8", "replace"))
            with contextlib.suppress(BrokenPipeError):
                send(process.stdin.fileno(), parcel)
                process.stdin.close()
            begin = time.monotonic()
            kind, data = follow(source, seconds=seconds, idle=idle, most=limits.output)
            return kind, data, time.monotonic() - begin
        finally:
            ended(process)


def _expected(tasks: list[dict[str, Any]]) -> list[Expected]:
    return [Expected(task["id"], len(task["inputs"]), task["seconds"]) for task in tasks]

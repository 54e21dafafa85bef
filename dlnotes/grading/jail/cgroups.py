"""Limits for a whole jail, where the machine has control groups that we may use.

A limit for each process lets many small ones together take all memory; a control group counts them
as one. systemd is asked where it runs, else the kernel's files are used where they may be written;
without either, the limits for each process remain.
"""

import contextlib
import functools
import itertools
import os
import shutil
import subprocess
import time
from pathlib import Path

from dlnotes.grading.jail.sandbox import Limits

ROOT = Path("/sys/fs/cgroup")
VERSION_1 = {
    "memory": {"memory.limit_in_bytes": "total", "memory.memsw.limit_in_bytes": "total"},
    "pids": {"pids.max": "tasks"},
}
VERSION_2 = {"memory.max": "total", "memory.swap.max": "", "pids.max": "tasks"}
NAME = "dlnotes"
SPARE = 16  # bubblewrap's own processes, and those that wait
_numbers = itertools.count()


class Group:
    """The control groups of one jail.

    Args:
        limits: `total` bytes for everything in it, `processes` at a time.
        root: where control groups are mounted.

    Attributes:
        folders: the groups made; empty where none can be.
    """

    def __init__(self, limits: Limits, root: Path = ROOT) -> None:
        self.folders: list[Path] = []
        self._limits = limits
        self._scope = _scope(limits) if root == ROOT else []
        if self._scope:
            return
        name = f"{NAME}-{os.getpid()}-{next(_numbers)}"
        if (root / "cgroup.controllers").is_file():
            self._make(root / name, VERSION_2)
        else:
            for controller, files in VERSION_1.items():
                self._make(root / controller / name, files)

    def _make(self, folder: Path, files: dict[str, str]) -> None:
        """A group with those of these limits that it takes; none where it takes none."""
        values = {
            "total": str(self._limits.total),
            "tasks": str(self._limits.processes + SPARE),
            "": "0",
        }
        _swept(folder.parent)
        try:
            folder.mkdir()
        except OSError:  # not mounted, read-only, or not ours
            return
        done = [_written(folder / file, values[value]) for file, value in files.items()]
        if any(done):
            self.folders.append(folder)
        else:
            _removed(folder)

    def command(self, command: list[str]) -> list[str]:
        """The command, started inside the groups."""
        if self.folders:
            files = [str(folder / "cgroup.procs") for folder in self.folders]
            enter = " && ".join(f'echo $$ > "${place}"' for place in range(1, len(files) + 1))
            script = f'{enter} && shift {len(files)} && exec "$@"'
            return ["sh", "-c", script, "sh", *files, *command]
        return [*self._scope, *command]

    def close(self) -> None:
        """Remove the groups once their processes have ended."""
        for folder in self.folders:
            _removed(folder)
        self.folders = []


def _written(file: Path, text: str) -> bool:
    try:
        file.write_text(text, encoding="ascii")
    except OSError:  # no swap accounting, or the controller is not handed down
        return False
    return True


def _swept(root: Path) -> None:
    """Remove what a grader that was killed has left behind."""
    for folder in root.glob(f"{NAME}-*-*"):
        owner = folder.name.split("-")[1]
        if not Path("/proc", owner).exists():
            with contextlib.suppress(OSError):  # still in use: the kernel keeps it
                folder.rmdir()


def _removed(folder: Path) -> None:
    for _ in range(50):
        with contextlib.suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.02)


def _scope(limits: Limits) -> list[str]:
    """The command that has systemd start another one in a group of its own."""
    if not _systemd():
        return []
    limit = [f"-pMemoryMax={limits.total}", "-pMemorySwapMax=0"]
    return [*_run(), *limit, f"-pTasksMax={limits.processes + SPARE}", "--"]


def _run() -> list[str]:
    own = [] if os.geteuid() == 0 else ["--user"]
    return ["systemd-run", *own, "--scope", "--quiet", "--collect"]


@functools.cache
def _systemd() -> bool:
    """Whether systemd takes such a command from us."""
    if not shutil.which("systemd-run"):
        return False
    trial = [*_run(), "-pMemoryMax=1G", "true"]
    try:
        return subprocess.run(trial, capture_output=True, timeout=10, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False

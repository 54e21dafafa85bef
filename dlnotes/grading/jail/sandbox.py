"""The wall: a bubblewrap command that shows an interpreter, torch and numpy, and nothing else."""

import functools
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from dlnotes.core.language import both
from dlnotes.grading.inside import calls
from dlnotes.grading.jail import mounts
from dlnotes.grading.messages import Refusal, Text, say

OLDEST = (0, 8)
USERS = (61184, 65519)  # the range that systemd keeps free for accounts without a name
VARIABLES = {
    "CUDA_VISIBLE_DEVICES": "",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
REFUSED = both(
    zh="没有沙箱，不批全班的作业：{reason}\n"
    "批作业要运行别人的代码，得先关进沙箱。装上 bubblewrap，0.8 或更新的版本"
    "（Debian、Ubuntu：`apt-get install bubblewrap`；Fedora：`dnf install bubblewrap`），"
    "内核要允许非特权的用户命名空间；"
    "Ubuntu 24.04 起还要 `sysctl kernel.apparmor_restrict_unprivileged_userns=0`。"
    "macOS 和 Windows 上请用 Linux 虚拟机，WSL 2 也行。"
    "自己的作业不用沙箱：在笔记本里运行 `check`。",
    en="No sandbox, no grading of a class: {reason}\n"
    "Grading runs other people's code, which belongs behind a wall. "
    "Install bubblewrap, 0.8 or newer "
    "(Debian, Ubuntu: `apt-get install bubblewrap`; Fedora: `dnf install bubblewrap`), "
    "on a kernel that allows unprivileged user namespaces; from Ubuntu 24.04 on this also takes "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`. "
    "On macOS and Windows use a Linux virtual machine; WSL 2 will do. "
    "Your own work needs no sandbox: run `check` in the notebook.",
)
NOT_LINUX = both(zh="这台机器不是 Linux。", en="this machine does not run Linux.")
NOT_FOUND = both(zh="找不到 `{name}`。", en="`{name}` is not installed.")
TOO_OLD = both(
    zh="bubblewrap 是 {version}，太旧了。", en="bubblewrap is {version}, which is too old."
)
CLOSED = both(
    zh="`{path}` 只有它的主人能读。换成那个账号来批，或者运行 `chmod -R a+rX {path}`。",
    en="`{path}` can be read by its owner only. Grade from that account, or run "
    "`chmod -R a+rX {path}`.",
)
NO_FILTER = both(
    zh="内核没有 seccomp 过滤，或者处理器（{machine}）不是 x86-64、AArch64。",
    en="the kernel has no seccomp filters, or the processor ({machine}) is neither x86-64 nor "
    "AArch64.",
)
NO_START = both(zh="沙箱起不来（{text}）。", en="the sandbox does not start ({text}).")


class SandboxMissing(Refusal):
    """There is no wall on this machine."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        seconds: wall-clock time, its cells and all its tasks together, without the start of the
            jail; cells may take half of it.
        memory: bytes a process may use beyond what torch itself takes.
        processes: how many at a time, threads included.
        file: bytes of a file, and of all files together.
        output: bytes of records.
        total: bytes of memory for everything in the jail, where the machine has control groups.
    """

    seconds: float = 20.0
    memory: int = 2 * 1024**3
    processes: int = 24
    file: int = 64 * 1024**2
    output: int = 2 * 1024**2
    total: int = 4 * 1024**3

    def plain(self) -> dict[str, float]:
        """The limits by name, as they travel into the jail."""
        return asdict(self)


def missing(reason: Text) -> SandboxMissing:
    """The error that says what to install."""
    return SandboxMissing(say(REFUSED, reason=reason))


@functools.cache
def ensure() -> None:
    """Make sure that there is a sandbox to be had.

    Raises:
        SandboxMissing: when there is none, with what to install.
    """
    if not sys.platform.startswith("linux"):
        raise missing(NOT_LINUX)
    for name in ("bwrap", *(["setpriv"] if os.geteuid() == 0 else [])):
        if not shutil.which(name):
            raise missing(say(NOT_FOUND, name=name))
    version = _version()
    if version < OLDEST:
        raise missing(say(TOO_OLD, version=".".join(map(str, version))))
    if not calls.available():
        raise missing(say(NO_FILTER, machine=platform.machine()))
    if os.geteuid() == 0 and (path := mounts.unreadable()):
        raise missing(say(CLOSED, path=path))


@functools.cache
def tried(limits: Limits) -> None:
    """Open a jail once and see that it starts.

    Raises:
        SandboxMissing: when it does not, with what it said.
    """
    done = subprocess.run(command("", limits), capture_output=True, text=True, check=False)
    if done.returncode:
        raise refused(done.stderr)


def refused(text: str) -> SandboxMissing:
    """The error for a sandbox that was found and did not start."""
    line = next((line for line in reversed(text.splitlines()) if line.strip()), "?")
    return missing(say(NO_START, text=line.strip()[:300]))


def _version() -> tuple[int, ...]:
    done = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False)
    return tuple(map(int, re.findall(r"\d+", done.stdout)[:2]))


def command(code: str, limits: Limits, *, capabilities: Iterable[str] = ()) -> list[str]:
    """The command that runs a line of Python in a new jail.

    Args:
        code: the line; `/jail` is on its path, the checkout is not. Unless it keeps a capability,
            the calls of `inside.calls` are refused to it.
        limits: only `file` is set here, the others by the runner.
        capabilities: what the process inside keeps, within its own user namespace.
    """
    python = os.path.realpath(sys.executable)
    path = "import sys; sys.path[:0] = ['/jail', '/jail/site']"
    ours = "" if capabilities else "from dlnotes.grading.inside import calls; calls.restrict(); "
    inside = [
        python,
        *("-P", "-S", "-s", "-B"),
        "-c",
        f"{path}; {ours}{code}",
    ]
    return [*_lowered(), *_wall(limits, capabilities), "--", *inside]


def _wall(limits: Limits, capabilities: Iterable[str]) -> list[str]:
    words = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns"]
    words += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    for capability in capabilities:
        words += ["--cap-add", capability]
    for name, value in VARIABLES.items():
        words += ["--setenv", name, value]
    words += [*mounts.system(), *mounts.packages(), "--proc", "/proc"]
    for device in ("null", "zero", "random", "urandom"):
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    words += ["--size", str(limits.file), "--tmpfs", "/tmp", "--chdir", "/tmp"]
    return [*words, "--remount-ro", "/"]


def _lowered() -> list[str]:
    """For a grader that is root: go on as an account that owns nothing."""
    if os.geteuid() != 0:
        return []
    low, high = USERS
    user = str(low + os.getpid() % (high - low + 1))
    drop = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", "--"]
    return [*mounts.opened(), *drop]

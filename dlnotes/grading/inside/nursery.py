"""Inside a jail that stays open: torch waits imported, and every submission is a fork of it.

The waiting process is an ordinary account with CAP_SYS_ADMIN in its own user namespace, in which
no further one can be made. It runs nothing of a submission. Each submission is a fork that becomes
the first process of a pid namespace, moves into mount, ipc, network and host-name namespaces of
its own, gets a new /tmp and no /proc, drops every capability and has the kernel refuse what no
submission needs (see `calls`) before it reads a cell. When it ends or is ended, the kernel ends
everything in its pid namespace.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import struct
from typing import Any

import torch

from dlnotes.grading.inside import calls, runner
from dlnotes.grading.inside.exchange import HEAD, exactly, follow, send

_MOUNTS, _NAMES, _IPC, _PIDS, _NET = 1 << 17, 1 << 26, 1 << 27, 1 << 29, 1 << 30
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REC, _PRIVATE = 1, 2, 4, 8, 1 << 14, 1 << 18
_VERSION, _AMBIENT, _CLEAR_ALL = 0x20080522, 47, 4
_TRIAL = b"a place of its own"

_libc = ctypes.CDLL(None, use_errno=True)


def main(limits: dict[str, Any]) -> None:
    """Answer parcels from stdin on stdout until stdin ends."""
    runner.load()
    _load_more()
    home = _moved()
    gc.collect()
    gc.freeze()  # a collection in a fork would copy every page
    if _one(b"", limits, home, 60, 60)[1] != _TRIAL:
        os._exit(1)
    send(1, b"\n")
    while head := exactly(0, HEAD.size):
        _, seconds, idle, size = HEAD.unpack(head)
        kind, data = _one(exactly(0, size), limits, home, seconds, idle)
        send(1, HEAD.pack(kind, 0, 0, len(data)) + data)


def _load_more() -> None:
    """Import what some submissions use, and none should wait for."""
    torch.ones(1).half()  # asks the machine for its processor, out of sight later on
    torch.compiler.disable(_load_more)  # half of torch, which its derivatives bring along
    with contextlib.suppress(ImportError):  # for submissions that draw
        importlib.import_module("matplotlib.pyplot")


def _moved() -> int:
    """Go on as the first process of an own pid namespace, and hold a descriptor of it.

    Only there may the process come back to it after each fork into another: its own user namespace
    owns it.
    """
    _checked(_libc.unshare(_PIDS))
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def _one(
    parcel: bytes, limits: dict[str, Any], home: int, seconds: float, idle: float
) -> tuple[bytes, bytes]:
    """How one submission ended, and what it wrote until then."""
    taken = runner.taken()
    read, write = os.pipe()
    _checked(_libc.unshare(_PIDS))
    child = os.fork()
    if not child:
        _inside(parcel, write, limits, taken)
    _checked(_libc.setns(home, _PIDS))
    os.close(write)
    try:
        return follow(read, seconds=seconds, idle=idle, most=limits["output"])
    finally:
        os.close(read)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _inside(parcel: bytes, out: int, limits: dict[str, Any], taken: int) -> None:
    """The submission's own process; never returns."""
    try:
        os.dup2(out, 3)
        os.closerange(4, 4096)
        runner.silence()
        _checked(_libc.unshare(_MOUNTS | _NAMES | _IPC | _NET))
        _expendable()
        _furnish(limits["file"])
        _powerless()
        calls.restrict()
        if parcel:
            runner.submission(parcel, 3, limits, taken)
        send(3, _TRIAL)
    finally:
        os._exit(1)


def _expendable() -> None:
    """When memory runs out, this process is to go, not the one that waits."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def _furnish(size: int) -> None:
    """Cover what submissions would share, and what tells about the others."""
    private = ctypes.c_ulong(_REC | _PRIVATE)
    _checked(_libc.mount(None, b"/", None, private, None))
    flags, options = ctypes.c_ulong(_NOSUID | _NODEV), f"size={size},mode=1777".encode()
    _checked(_libc.mount(b"tmpfs", b"/tmp", b"tmpfs", flags, options))
    flags = ctypes.c_ulong(_RDONLY | _NOSUID | _NODEV | _NOEXEC)
    _checked(_libc.mount(b"tmpfs", b"/proc", b"tmpfs", flags, b"size=4k"))
    os.chdir("/tmp")


def _powerless() -> None:
    """Drop every capability; none can come back, bubblewrap has set no_new_privs."""
    _checked(_libc.prctl(_AMBIENT, _CLEAR_ALL, 0, 0, 0))
    head, none = struct.pack("=Ii", _VERSION, 0), struct.pack("=6I", *[0] * 6)
    _checked(_libc.capset(head, none))


def _checked(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

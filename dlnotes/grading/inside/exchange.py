"""Bytes from a process that may hang, flood or die; used on both sides of the wall."""

import contextlib
import os
import select
import signal
import struct
import subprocess
import time
from typing import IO

HEAD = struct.Struct("!cddQ")  # kind, seconds, idle seconds, bytes that follow
KEPT = ("PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
DONE, TIME, OUTPUT = b"D", b"T", b"O"


def start(command: list[str], errors: IO[bytes]) -> subprocess.Popen:
    """Start a command in a session of its own, with pipes to it and from it.

    It dies with the thread that starts it: the kernel counts a thread as the parent. It gets none
    of our environment but what systemd needs, for its own could be read from inside.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": errors}
    return subprocess.Popen(command, bufsize=0, start_new_session=True, cwd="/", env=kept, **pipes)


def ended(process: subprocess.Popen) -> None:
    """Kill it and what it has started, close its pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    forgotten(process)


def forgotten(process: subprocess.Popen) -> None:
    """Close our ends of its pipes; in a fork, it is the parent's to end."""
    for pipe in (process.stdin, process.stdout):
        pipe.close()
    if process.returncode is None:
        process.returncode = 0  # keeps subprocess from waiting for a child that is not ours


def send(out: int, data: bytes) -> None:
    """Write all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]


def exactly(source: int, size: int, seconds: float | None = None) -> bytes:
    """The next `size` bytes; fewer when the source ends or the time is up."""
    data, end = bytearray(), None if seconds is None else time.monotonic() + seconds
    while len(data) < size and _ready(source, end):
        part = os.read(source, min(size - len(data), 1 << 20))
        if not part:
            break
        data += part
    return bytes(data)


def follow(source: int, *, seconds: float, idle: float, most: int) -> tuple[bytes, bytes]:
    """Read lines until they end, stop coming, or become too many.

    Args:
        source: file descriptor to read from.
        seconds: time for all of it.
        idle: time from one line to the next.
        most: bytes.

    Returns:
        `DONE`, `TIME` or `OUTPUT`, and what was read until then.
    """
    data, end = bytearray(), time.monotonic() + seconds
    patience = time.monotonic() + idle
    while _ready(source, min(end, patience)):
        part = os.read(source, 65536)
        if not part:
            return DONE, bytes(data)
        data += part
        if len(data) > most:
            return OUTPUT, bytes(data[: int(most)])
        if b"\n" in part:
            patience = time.monotonic() + idle
    return TIME, bytes(data)


def _ready(source: int, end: float | None) -> bool:
    left = None if end is None else max(end - time.monotonic(), 0)
    return bool(select.select([source], [], [], left)[0])

"""The process that waits in the jail, seen from outside: hand it a parcel, get its records back."""

import struct
import tempfile

from dlnotes.grading.inside.exchange import HEAD, ended, exactly, forgotten, send, start
from dlnotes.grading.jail import sandbox
from dlnotes.grading.jail.cgroups import Group
from dlnotes.grading.jail.sandbox import Limits

START = 120.0  # seconds for importing torch on a machine that is busy
PATIENCE = 10.0  # seconds beyond the limit after which the waiting process itself is given up


class Gone(RuntimeError):
    """The waiting process has ended, or cannot be set up on this machine."""


class Waiting:
    """A process with torch imported, in a jail that stays open; see `inside.nursery`.

    Args:
        limits: what one submission may use.
        group: the control groups to start in.

    Raises:
        Gone: when it cannot be set up here.
    """

    def __init__(self, limits: Limits, group: Group) -> None:
        code = f"from dlnotes.grading.inside import nursery; nursery.main({limits.plain()!r})"
        command = sandbox.command(code, limits, capabilities=["CAP_SYS_ADMIN"])
        with tempfile.TemporaryFile() as errors:
            self.process = start(group.command(command), errors)
            if exactly(self.process.stdout.fileno(), 1, START) != b"\n":
                self.close()
                errors.seek(0)
                raise Gone(errors.read(4096).decode("utf-8", "replace"))

    def ask(self, parcel: bytes, seconds: float, idle: float) -> tuple[bytes, bytes]:
        """How the submission ended and what it wrote, as `exchange.follow` tells it.

        Raises:
            Gone: when the waiting process has ended; it answers no further parcel.
        """
        answers, patience = self.process.stdout.fileno(), seconds + PATIENCE
        try:
            send(self.process.stdin.fileno(), HEAD.pack(b"P", seconds, idle, len(parcel)) + parcel)
            kind, _, _, size = HEAD.unpack(exactly(answers, HEAD.size, patience))
        except (OSError, struct.error) as error:
            self.close()
            raise Gone(str(error)) from None
        data = exactly(answers, size, patience)
        if len(data) != size:
            self.close()
            raise Gone("it ended in the middle of an answer")
        return kind, data

    def alive(self) -> bool:
        """Whether it can take another parcel."""
        return self.process.poll() is None

    def close(self, *, kill: bool = True) -> None:
        """End it and everything in its jail; or, in a fork of its owner, only let go of it."""
        if kill:
            ended(self.process)
        else:
            forgotten(self.process)

"""What an attack could reach: a folder of throw-away things, watched from outside."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class World:
    """A gradebook, another student's work, a solution, a listener and a process, all disposable.

    Attacks are formatted with `places`, so that they aim at exactly these.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own = self._made("submitted/mallory")
        self.other = self._made("submitted/alice") / "momentum.ipynb"
        self.other.write_text("work of alice", encoding="utf-8")
        self.site = self._made("site")
        self.canaries = self._made("canaries")
        self.solution = self._made("source") / "solution.py"
        self.solution.write_text(SOLUTION, encoding="utf-8")
        self.gradebook = folder / "gradebook.db"
        with contextlib.closing(sqlite3.connect(self.gradebook)) as book, book:
            book.execute("create table grade (student text, score real)")
            book.execute("insert into grade values ('mallory', 0)")
        self.heard: list[bytes] = []
        self._sockets = [self._listen(socket.SOCK_STREAM), self._listen(socket.SOCK_DGRAM)]
        self.victim = subprocess.Popen(["sleep", "600"])
        os.chmod(folder, 0o777)
        for place in (self.own, self.canaries, self.site, self.other.parent):
            os.chmod(place, 0o777)
        self.before = self.seen()

    def _made(self, name: str) -> Path:
        place = self.folder / name
        place.mkdir(parents=True)
        return place

    def _listen(self, kind: int) -> socket.socket:
        listener = socket.socket(socket.AF_INET, kind)
        listener.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._hear, args=(listener, kind), daemon=True).start()
        return listener

    def _hear(self, listener: socket.socket, kind: int) -> None:
        with contextlib.suppress(OSError):
            while True:
                if kind == socket.SOCK_DGRAM:
                    self.heard.append(listener.recv(99))
                    continue
                caller, _ = listener.accept()
                with caller:
                    self.heard.append(caller.recv(99))

    @property
    def places(self) -> dict[str, Any]:
        """What the braces in an attack stand for."""
        tcp, udp = (listener.getsockname()[1] for listener in self._sockets)
        paths = ("own", "other", "site", "canaries", "solution", "gradebook", "folder")
        return {
            **{name: str(getattr(self, name)) for name in paths},
            "tcp": tcp,
            "udp": udp,
            "victim": self.victim.pid,
        }

    def seen(self) -> dict[str, bytes]:
        """Every file with its bytes."""
        files = (file for file in sorted(self.folder.rglob("*")) if file.is_file())
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}

    def canary(self, name: str) -> bool:
        """Whether an attack has left this sign."""
        return (self.canaries / name).exists()

    def close(self) -> None:
        """End the listeners, the victim, and whatever an attack has left a number of."""
        for listener in self._sockets:
            listener.close()
        self.victim.kill()
        self.victim.wait()
        for file in self.canaries.glob("*.pid"):
            with contextlib.suppress(ValueError, OSError):
                os.kill(int(file.read_text()), signal.SIGKILL)


@dataclass(frozen=True)
class Outcome:
    """What an attack came to, in the open or in the jail.

    Attributes:
        passed: a grader took the answer for right.
        hung: it did not end.
        status: exit status of its process; `None` in the jail.
        printed: bytes it printed where somebody had to store them.
        texts: what it got the grader to say.
    """

    passed: bool = False
    hung: bool = False
    status: int | None = None
    printed: int = 0
    texts: list[str] = field(default_factory=list)


SOLUTION = """
def momentum(grad, state, param, *, lr, momentum=0.9):
    velocity = momentum * state[0] + grad
    return -lr * velocity, (velocity,)
"""

"""A time limit for code that may never end."""

import ctypes
import threading
from collections.abc import Callable
from typing import Any


class TimeUp(BaseException):
    """Raised in code that has run too long; no `except Exception` swallows it."""


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """What `work()` returns, run in a thread of its own so that it can be given up.

    Args:
        seconds: how long to wait.
        work: takes no arguments; must not raise.

    Raises:
        TimeUp: when it has not ended in time. It is told to stop; if it does not listen, it is
            left behind and ends with the process.
    """
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except TimeUp:
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        thread.join(seconds)
    except KeyboardInterrupt:
        _stop(thread)
        raise
    if not results:
        _stop(thread)
        raise TimeUp
    return results[0]


def _stop(thread: threading.Thread, patience: float = 0.5) -> None:
    """Interrupt Python code between two instructions, a few times in case it swallows one."""
    for _ in range(10):
        if not thread.is_alive():
            return
        ident = ctypes.c_ulong(thread.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TimeUp))
        thread.join(patience / 10)

"""Values out: run an answer on the inputs of a task and write down what it gives.

This half runs the learner's code. It knows no reference, and what it hands over is plain data;
judging/comparison.py, the other half, never runs an answer.
"""

import contextlib
import inspect
import os
import warnings
from collections.abc import Callable
from typing import Any

from dlnotes.grading.inside.time_limit import TimeUp, within
from dlnotes.grading.inside.values import plain, type_name

Record = dict[str, Any]


def produce(
    answer: Callable[..., Any],
    drive: Callable[..., Any],
    draws: list[dict[str, Any]],
    *,
    seconds: float,
) -> list[Record]:
    """One record a case: what the answer gave, or what went wrong.

    Args:
        answer: the function to try.
        drive: how to exercise it: `drive(answer, *inputs)`.
        draws: inputs by name, one dict a case; they belong to this call.
        seconds: time for all cases together.

    Returns:
        Plain records, `{"value": …}` or `{"problem": name, …}`; they end at the first problem.
    """
    records: list[Record] = []

    def run() -> None:
        for inputs in draws:
            records.append(_case(answer, drive, inputs))
            if "problem" in records[-1]:
                return

    with _quiet():
        try:
            within(seconds, run)
        except TimeUp:
            return [*records, {"problem": "time", "seconds": seconds}]
    return records


def _case(answer: Callable[..., Any], drive: Callable[..., Any], inputs: dict) -> Record:
    watched = Watched(answer)
    try:
        value = drive(watched, *inputs.values())
    except _Arguments as error:
        return {"problem": "arguments", "text": str(error)}
    except TimeUp:
        raise
    except BaseException as error:
        return _failure(error, watched, drive)
    if watched.changed:
        return {"problem": "changed", "name": watched.changed}
    return {"value": plain(value)}


class _Arguments(Exception):
    """The answer cannot be called with the arguments of its task."""


class Watched:
    """The answer, watched: which argument it changes, whether it got to return."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer = answer
        self.changed = ""
        self.inside = False
        self.returned: Any = None

    def __call__(self, *args: Any, **named: Any) -> Any:
        arguments = self._bound(args, named)
        before = {name: plain(value) for name, value in arguments.items()}
        self.inside = True
        self.returned = self.answer(*args, **named)
        self.inside = False
        for name, value in arguments.items():
            if not self.changed and plain(value) != before[name]:
                self.changed = name
        return self.returned

    def _bound(self, args: tuple, named: dict) -> dict[str, Any]:
        try:
            return dict(inspect.signature(self.answer).bind(*args, **named).arguments)
        except TypeError as error:
            raise _Arguments(str(error)) from None
        except ValueError:  # a builtin without a signature
            return {str(number): value for number, value in enumerate(args)} | named


def _failure(error: BaseException, watched: Watched, drive: Callable[..., Any]) -> Record:
    line = _line(error, watched.answer, drive)
    if not watched.inside and line is None:  # it returned, but not what the task asks for
        return {"problem": "returned", "value": plain(watched.returned)}
    return {"problem": "raised", "type": type_name(error), "text": error_text(error), "line": line}


def error_text(error: BaseException) -> str:
    """What an error says, in one short line; nothing where it cannot say it."""
    try:
        return " ".join(str(error)[:1000].split())[:200]
    except TimeUp:
        raise
    except BaseException:  # an error of the learner's own making
        return ""


def _line(error: BaseException, answer: Callable, drive: Callable) -> int | None:
    """The last line in the answer's own file, as its cell counts them."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    line, trace = None, error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if code.co_filename == file and code is not drive.__code__:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@contextlib.contextmanager
def _quiet():
    """Prints and warnings of an answer, repeated for every case, would bury the verdict."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield

"""Inside the jail: run a submission's cells, try its answers, write down plain values.

Nothing here is trusted once the first cell has run. The files of this folder are all
that the jail sees of the library; they hold no reference and no seed.
"""

import contextlib
import json
import linecache
import os
import random
import resource
import signal
import sys
import time
import types
from typing import Any

from dlnotes.grading.inside.answers import error_text, produce
from dlnotes.grading.inside.exchange import send
from dlnotes.grading.inside.inputs import decoded
from dlnotes.grading.inside.time_limit import TimeUp
from dlnotes.grading.inside.values import type_name

Names = dict[str, Any]
Records = list[dict[str, Any]]


def main(limits: Names) -> None:
    """One submission in a jail of its own: parcel from stdin, records to stdout.

    Args:
        limits: see `sandbox.Limits`, as a dict.
    """
    load()
    out = os.dup(1)
    send(out, b"\n")  # ready: from here on the time counts
    with open(0, "rb", closefd=False) as source:
        parcel = source.read()
    silence()
    submission(parcel, out, limits, taken())


def load() -> None:
    """Import what every submission may use."""
    import numpy  # noqa: F401
    import torch  # noqa: F401


def silence() -> None:
    """Prints, warnings and whatever else goes to the terminal goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)


def submission(parcel: bytes, out: int, limits: Names, taken: int) -> None:
    """Run the cells in order and try each answer right after its cell; never returns."""
    confine(limits, taken)
    work = json.loads(parcel)
    tasks = {task["id"]: task for task in work["tasks"]}
    last = {name: place for place, (name, _) in enumerate(work["cells"]) if name in tasks}
    tell = Tell(out, limits["output"] // (len(tasks) + 1))
    late = {name: None for name in tasks if name not in last}
    names, left = _namespace(), limits["seconds"] / 2
    for place, (name, source) in enumerate(work["cells"]):
        begin = time.monotonic()
        error = _run(source, place, names, left)
        left -= time.monotonic() - begin
        tell.alive()
        if last.get(name) == place:
            tell.begun(name)
            records = _tried(tasks[name], names, error)
            if _hopeful(records):
                late[name] = error
            else:
                tell.records(name, records)
    for name, error in late.items():
        tell.begun(name)
        tell.records(name, _tried(tasks[name], names, error))
    os._exit(0)


def _hopeful(records: Records) -> bool:
    """Whether a cell further down may still bring what is missing here."""
    problem = records[-1].get("problem")
    return problem == "missing" or records[-1].get("type") == "NameError"


class Tell:
    """Lines for the outside: still alive, a task begun, its records."""

    def __init__(self, out: int, most: int) -> None:
        self.out, self.most = out, most

    def alive(self) -> None:
        """Anything but a hanging cell."""
        send(self.out, b"\n")

    def begun(self, name: str) -> None:
        """From here on this task is to blame."""
        send(self.out, json.dumps({"id": name}).encode("ascii") + b"\n")

    def records(self, name: str, records: Records) -> None:
        """The task is done; after one that hung, a new process goes on with the others."""
        line = json.dumps({"id": name, "records": records}).encode("ascii") + b"\n"
        if len(line) > self.most:
            return self.records(name, [{"problem": "output"}])
        send(self.out, line)
        if records[-1].get("problem") == "time":
            os._exit(0)


# What the cells see


def _namespace() -> Names:
    """The globals of the notebook, with what a notebook has and a plain script has not."""
    import math

    import numpy
    import torch

    random.seed(0)
    torch.manual_seed(0)
    numpy.random.seed(0)
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    quiet = {"display": _nothing, "get_ipython": _nothing}
    vars(main).update(quiet, math=math, np=numpy, numpy=numpy, torch=torch)
    _stand_in("dlnotes.grading", check=_nothing, score=_nothing, solution=_nothing)
    _stand_in("IPython", get_ipython=_nothing, version_info=(9, 0, 0))  # as matplotlib asks
    shown = ("display", "HTML", "Markdown", "Math", "Image", "SVG", "clear_output")
    _stand_in("IPython.display", **dict.fromkeys(shown, _nothing))
    return vars(main)


def _nothing(*args: Any, **named: Any) -> None:
    """Stands for what shows something to a reader."""


def _stand_in(name: str, **content: Any) -> None:
    """A module of which the notebook only wants a few names."""
    module = sys.modules.setdefault(name, types.ModuleType(name))
    vars(module).update(content)


def _run(source: str, place: int, names: Names, left: float) -> dict | None:
    """Run one cell; gives the error that stopped it, if any."""
    file = f"<cell {place + 1}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    if left <= 0:
        return {"problem": "time"}
    try:
        with _alarm(left):
            exec(compile(source, file, "exec", dont_inherit=True), names)
    except TimeUp:
        return {"problem": "time"}
    except BaseException as error:
        return _error(error, file)
    return None


@contextlib.contextmanager
def _alarm(seconds: float):
    def stop(*_: Any) -> None:
        raise TimeUp

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _error(error: BaseException, file: str) -> dict:
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    text = str(error.msg)[:200] if isinstance(error, SyntaxError) else error_text(error)
    return {"problem": "raised", "type": type_name(error), "text": text, "line": line}


# Trying one answer


def _tried(task: Names, names: Names, error: dict | None) -> Records:
    answer = names.get(task["id"])
    if answer is None:
        return [error or {"problem": "missing"}]
    if not callable(answer):
        return [{"problem": "uncallable", "kind": type_name(answer)}]
    tools: Names = {"math": sys.modules["math"], "torch": sys.modules["torch"]}
    exec(compile(task["drive"], "<drive>", "exec"), tools)
    draws = [{name: decoded(value) for name, value in case} for case in task["inputs"]]
    records = produce(answer, tools[task["entry"]], draws, seconds=task["seconds"])
    if records[-1].get("problem") == "raised" and _is_memory(records[-1]):
        return [*records[:-1], {"problem": "memory"}]
    return records


def _is_memory(record: dict) -> bool:
    return record["type"] == "MemoryError" or "can't allocate memory" in record["text"]


# Limits


def taken() -> int:
    """Bytes of address space that this process has."""
    with open("/proc/self/statm", encoding="ascii") as sizes:
        return int(sizes.read().split()[0]) * resource.getpagesize()


def confine(limits: Names, taken: int) -> None:
    """The limits that hold for each process; the jail's own hold for all together."""
    for name, most in {
        "AS": taken + limits["memory"],
        "CPU": int(limits["seconds"]) + 2,
        "NPROC": limits["processes"],
        "FSIZE": limits["file"],
        "NOFILE": 128,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))

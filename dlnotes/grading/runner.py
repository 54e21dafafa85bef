"""Inside the jail: run a submission's cells, try its answers, write down plain values.

Nothing here is trusted once the first cell has run. This file, producing.py, values.py, timing.py
and inputs.py are all that the jail sees of the library; it holds no reference and no seed.
"""

import contextlib
import json
import linecache
import os
import resource
import select
import signal
import sys
import time
import types
from collections.abc import Callable
from typing import Any

from dlnotes.grading.inputs import decoded
from dlnotes.grading.producing import produce
from dlnotes.grading.timing import TimeUp

Names = dict[str, Any]
Records = list[dict[str, Any]]


def main(limits: Names) -> None:
    """One submission in a jail of its own: parcel from stdin, records to stdout.

    Args:
        limits: see `sandbox.Limits`, as a dict.
    """
    load()
    out = os.dup(1)
    os.write(out, b"\n")  # ready: from here on the time counts
    with open(0, "rb", closefd=False) as source:
        parcel = source.read()
    submission(parcel, out, limits)


def load() -> None:
    """Import what every submission may use."""
    import numpy  # noqa: F401
    import torch  # noqa: F401


def submission(parcel: bytes, out: int, limits: Names) -> None:
    """Run the cells in order and try each answer right after its cell; never returns."""
    _silence()
    _confine(limits)
    work = json.loads(parcel)
    names = _namespace()
    last = {name: place for place, (name, _) in enumerate(work["cells"]) if name}
    tasks = {task["id"]: task for task in work["tasks"]}
    share = limits["output"] // max(len(tasks), 1)
    errors: dict[str, dict] = {}
    late = [task for name, task in tasks.items() if name not in last]
    end = time.monotonic() + limits["seconds"] / 2
    for place, (name, source) in enumerate(work["cells"]):
        if error := _run(source, place, names, end):
            errors[name] = error
        if last.get(name) == place and name in tasks:
            records = _tried(tasks[name], names, errors.get(name), share)
            if _hopeful(records):
                late.append(tasks[name])
            else:
                _write(out, name, records)
    for task in late:
        _write(out, task["id"], _tried(task, names, errors.get(task["id"]), share))
    os._exit(0)


def _hopeful(records: Records) -> bool:
    """Whether a cell further down may still bring what is missing here."""
    problem = records[-1].get("problem")
    return problem == "missing" or records[-1].get("type") == "NameError"


def _write(out: int, name: str, records: Records) -> None:
    data = json.dumps({"id": name, "records": records}).encode("ascii") + b"\n"
    while data:
        data = data[os.write(out, data) :]


# What the cells see


def _namespace() -> Names:
    """The globals of the notebook, with what a notebook has and a plain script has not."""
    import math

    import numpy
    import torch

    torch.manual_seed(0)
    numpy.random.seed(0)
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    quiet = {"display": _nothing, "get_ipython": _nothing}
    vars(main).update(quiet, math=math, np=numpy, numpy=numpy, torch=torch)
    _stand_in("dlnotes.grading", check=_nothing, score=_nothing, solution=_nothing)
    _stand_in("IPython", get_ipython=_nothing)
    shown = ("display", "HTML", "Markdown", "Math", "Image", "SVG", "clear_output")
    _stand_in("IPython.display", **dict.fromkeys(shown, _nothing))
    return vars(main)


def _nothing(*args: Any, **named: Any) -> None:
    """Stands for what shows something to a reader."""


def _stand_in(name: str, **content: Any) -> None:
    """A module of which the notebook only wants a few names."""
    module = sys.modules.setdefault(name, types.ModuleType(name))
    vars(module).update(content)


def _run(source: str, place: int, names: Names, end: float) -> dict | None:
    """Run one cell; gives the error that stopped it, if any."""
    file = f"<cell {place + 1}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    left = end - time.monotonic()
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
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    text = " ".join(str(text).split())[:200]
    return {"problem": "raised", "type": type(error).__name__, "text": text, "line": line}


# Trying one answer, in a process of its own


def _tried(task: Names, names: Names, error: dict | None, share: int) -> Records:
    answer = names.get(task["id"])
    if answer is None:
        return [error or {"problem": "missing"}]
    if not callable(answer):
        return [{"problem": "uncallable", "kind": type(answer).__name__}]
    try:
        return _forked(lambda: _produced(answer, task), task["seconds"], share)
    except OSError:  # the submission has used up its processes or files
        return [{"problem": "crashed"}]


def _produced(answer: Callable[..., Any], task: Names) -> Records:
    tools: Names = {"math": sys.modules["math"], "torch": sys.modules["torch"]}
    exec(compile(task["drive"], "<drive>", "exec"), tools)
    draws = [{name: decoded(value) for name, value in case} for case in task["inputs"]]
    records = produce(answer, tools[task["entry"]], draws, seconds=task["seconds"] + 60)
    if records[-1].get("problem") == "raised" and _is_memory(records[-1]):
        return [*records[:-1], {"problem": "memory"}]
    return records


def _is_memory(record: dict) -> bool:
    return record["type"] == "MemoryError" or "can't allocate memory" in record["text"]


def _forked(work: Callable[[], Records], seconds: float, share: int) -> Records:
    """What `work` gives, in a child that is killed when its time is up."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _child(work, write)
    os.close(write)
    try:
        return _received(read, time.monotonic() + seconds, share)
    finally:
        os.close(read)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _child(work: Callable[[], Records], write: int) -> None:
    try:
        data = json.dumps(work()).encode("ascii") + b"\n"
        while data:
            data = data[os.write(write, data) :]
    finally:
        os._exit(0)


def _received(read: int, end: float, share: int) -> Records:
    data = b""
    while not data.endswith(b"\n"):
        ready, _, _ = select.select([read], [], [], max(end - time.monotonic(), 0))
        if not ready:
            return [{"problem": "time"}]
        part = os.read(read, 65536)
        if not part:
            return [{"problem": "crashed"}]
        data += part
        if len(data) > share:
            return [{"problem": "output"}]
    return json.loads(data)


# Limits


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)


def _confine(limits: Names) -> None:
    """The limits that hold for each process; the jail's own hold for all together."""
    with open("/proc/self/statm", encoding="ascii") as sizes:
        now = int(sizes.read().split()[0]) * resource.getpagesize()
    for name, most in {
        "AS": now + limits["memory"],
        "CPU": int(limits["seconds"]) + 2,
        "NPROC": limits["processes"],
        "FSIZE": limits["file"],
        "NOFILE": 128,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))

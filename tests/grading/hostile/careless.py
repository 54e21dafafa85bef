"""Careless graders: student code and comparison in one process, as the attacks expect it.

Run as a script, it tries each attack of its stdin (JSON) in a fork, and tells what came of it. Its
only use is to show that the attacks work where there is no wall; each fork is bounded in time and
memory, and its folder is thrown away.
"""

import contextlib
import io
import json
import os
import resource
import signal
import sys
import time
import types
from pathlib import Path

import torch
from IPython.core.interactiveshell import InteractiveShell

from dlnotes.grading import check

GRAD, START = torch.tensor([1.0, -2.0, 0.5]).double(), torch.tensor([0.3, 0.1, -1.0]).double()


def reference(grad, state, param, *, lr, momentum):
    """The right answer, where it must not be: beside the attacker's."""
    velocity = momentum * state[0] + grad
    return -lr * velocity, (velocity,)


def inputs():
    return GRAD.clone(), (torch.ones(3).double(),), START.clone()


def got(names):
    return names["momentum"](*inputs(), lr=0.1, momentum=0.9)[0]


expected_now = reference(*inputs(), lr=0.1, momentum=0.9)[0]


def allclose(names):
    expected = expected_now
    return torch.allclose(got(names), expected)


def afterwards(names):
    given = inputs()
    answer = names["momentum"](*given, lr=0.1, momentum=0.9)[0]
    return torch.equal(answer, reference(*given, lr=0.1, momentum=0.9)[0])


def difference(names):
    answer = got(names)
    return abs(answer) < 1e9 and answer - expected_now[0] == 0.0


def equals(names):
    answer = got(names)
    return answer.shape == (3,) and answer == expected_now


def not_farther(names):
    answer = got(names)
    off = (answer - expected_now).abs() / torch.maximum(answer.abs(), expected_now.abs())
    return not bool((off > 1e-6).any())


def real(names):
    return torch.allclose(got(names).real, expected_now)


def number(names):
    answer = got(names)
    if not isinstance(answer, int | float):
        raise TypeError(f"{type(answer).__name__} is no number")
    return float(answer) == 0.1


def as_json(names):
    return json.dumps(got(names)) == "0.1"


def listed(names):
    return [x + 0.0 for x in got(names)] == [1.0]


def status(names):
    if not torch.allclose(got(names), expected_now):
        os._exit(1)
    return True


def checker(names):
    return sys.modules["checker"].Checker().right(names)


def check_in_notebook(names):
    return check("momentum", names["momentum"]).passed


def printed(names):
    with contextlib.suppress(Exception):
        got(names)
    return False


GRADERS = {
    "allclose": allclose,
    "afterwards": afterwards,
    "difference": difference,
    "equals": equals,
    "not farther": not_farther,
    "real": real,
    "number": number,
    "json": as_json,
    "listed": listed,
    "status": status,
    "checker": checker,
    "check": check_in_notebook,
    "printed": printed,
}


def in_process(cell: str, grader: str) -> bool:
    names = {"__name__": "__main__", "torch": torch}
    exec(compile(cell, "<cell>", "exec"), names)
    return GRADERS[grader](names)


def in_shell(cell: str, grader: str) -> bool:
    """Answer and test as cells of one IPython, like a notebook that is run to be graded."""
    shell = InteractiveShell.instance()
    shell.user_ns.update(torch=torch, got=got, expected=expected_now)
    test = "assert torch.allclose(got(globals()), expected)"
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        shell.run_cell(cell)
        result = shell.run_cell(test)
    if grader == "traceback":
        return "AssertionError" not in said.getvalue()
    return result.success


def attacked(job: dict) -> dict:
    """Try one attack in a fork; what came of it."""
    told = Path(job["told"])
    child = os.fork()
    if not child:
        _child(job, told)
    end = time.monotonic() + job["patience"]
    pid, code = 0, 0
    while not pid and time.monotonic() < end:
        pid, code = os.waitpid(child, os.WNOHANG)
        time.sleep(0.01)
    if not pid:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return {"hung": True}
    status = os.waitstatus_to_exitcode(code)
    output = (told / "stdout").read_bytes()
    texts = [file.read_text("utf-8", "surrogatepass") for file in told.glob("*.text")]
    passed = (status == 0) or b"score: 14/14" in output
    return {"passed": passed, "status": status, "printed": len(output), "texts": texts}


def _child(job: dict, told: Path) -> None:
    """Exit status 0: taken for right; 1: for wrong; 3: an error; 4: an error nobody could show."""
    os.setsid()
    os.chdir(job["own"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    os.dup2(os.open(told / "stdout", os.O_WRONLY | os.O_CREAT), 1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    try:
        grade = in_shell if job["grader"] in ("shell", "traceback") else in_process
        right = grade(job["cell"], job["grader"])
    except SystemExit as stop:
        os._exit(stop.code or 0)
    except BaseException as error:
        try:
            text = f"{type(error).__name__}: {error}"
        except BaseException as worse:
            os._exit(0 if isinstance(worse, SystemExit) else 4)
        (told / "error.text").write_bytes(text.encode("utf-8", "surrogatepass"))
        sys.stdout.flush()
        os._exit(3)
    sys.stdout.flush()
    os._exit(0 if right else 1)


def main() -> None:
    """Read the jobs, try each, write what came of them."""
    module = types.ModuleType("checker")
    module.Checker = type("Checker", (), {"right": lambda self, names: allclose(names)})
    sys.modules["checker"] = module
    jobs = json.load(sys.stdin)
    json.dump({name: attacked(job) for name, job in jobs.items()}, sys.stdout)


if __name__ == "__main__":
    main()

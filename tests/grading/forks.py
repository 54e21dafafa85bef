"""Commands of a process of their own that need not import anything first.

They are forked from a server that has; the server itself runs nothing.
"""

import atexit
import multiprocessing
import os
import runpy
import sys
from pathlib import Path

FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(
    [
        "dlnotes.cli",
        "dlnotes.grading.classroom.command",
        "dlnotes.grading.classroom.nbgrader",
        "dlnotes.grading.results.gradebook",
        "nbgrader.apps",
    ]
)


def run(module: str, *words: str, folder: Path, log: Path, **settings: str) -> int:
    """The exit status of `python -m module words`; what it says goes to the file `log`."""
    environment = {**os.environ, **settings}
    process = FRESH.Process(target=_main, args=(module, words, folder, log, environment))
    process.start()
    process.join()
    return process.exitcode


def _main(module: str, words: tuple, folder: Path, log: Path, environment: dict) -> None:
    number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(number, 1)
    os.dup2(number, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # a fork leaves these out

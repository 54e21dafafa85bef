"""What nbval has run, the site need not run again: it keeps the outputs of every page that passed.

A cell that shows `False` has not passed: pages end their checks with what should be true.

python -m pytest -p tests.outputs --nbval-lax … book      keeps them where `dlnotes site` looks
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from jupyter_cache.executors.utils import ExecutionResult
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbval.plugin import IPyNbCell

from dlnotes.site.execution import outputs
from dlnotes.site.kernels import CLOCK, keep
from dlnotes.site.reader import in_language
from dlnotes.site.sources import notebook, pages
from dlnotes.site.versions import Versions


class Run:
    """A page while nbval runs it, cell by cell.

    Args:
        root: the project.
        page: its address, such as `"optimizers/adam"`.
    """

    def __init__(self, root: Path, page: str) -> None:
        self.root, self.page, self.begin = root, page, time.monotonic()
        self.version = _versions(root).of(page)
        self.notebook = in_language(notebook(root, page).read_text(encoding="utf-8"), "en")
        self.client = NotebookClient(self.notebook, record_timing=False)  # files as a build does
        cells, self.ran = enumerate(self.notebook.cells), 0
        self.left = [place for place, cell in cells if cell.cell_type == "code"]

    def passed(self, heard: list[dict]) -> None:
        """Takes what the next cell has shown; the last thing heard is that it is done."""
        place, ours = self.left[0], heard[-1]["parent_header"]["msg_id"]
        self.client.clear_before_next_output = False
        with suppress(CellExecutionComplete):
            for message in (one for one in heard if one["parent_header"].get("msg_id") == ours):
                self.client.process_message(message, self.notebook.cells[place], place)
        self._number(self.notebook.cells[place])
        self.left.pop(0)

    def _number(self, cell) -> None:
        """A build counts the cells that it runs; nbval, which keeps no history, does not."""
        self.ran += 1
        for counted in (cell, *cell.outputs):
            if "execution_count" in counted:
                counted["execution_count"] = self.ran

    def end(self, kernel) -> None:
        """Keeps all of it, where every cell has passed."""
        if not self.left:
            self.client.set_widgets_metadata()
            self.notebook.metadata["language_info"] = _language(kernel)
            took = time.monotonic() - self.begin
            result = ExecutionResult(self.notebook, str(self.root), took)
            keep(outputs(self.root), self.page, self.version, result, _seconds(kernel))


@cache
def _versions(root: Path) -> Versions:
    return Versions(root)


def _language(kernel) -> dict:
    asked = kernel.kc.kernel_info()
    while (reply := kernel.get_message("shell", timeout=60))["parent_header"]["msg_id"] != asked:
        pass
    return reply["content"]["language_info"]


def _seconds(kernel) -> float:
    asked = kernel.execute_cell_input(CLOCK, allow_stdin=False)
    for message in _until_idle(kernel, asked):
        if message["msg_type"] == "execute_result":
            return float(message["content"]["data"]["text/plain"])
    return 0.0


def _until_idle(kernel, asked: str) -> Iterator[dict]:
    while True:
        message = kernel.get_message("iopub", timeout=60)
        if message["parent_header"].get("msg_id") == asked:
            yield message
            if message["content"].get("execution_state") == "idle":
                return


RUNS: dict[Path, Run | None] = {}  # by file


def run_of(item) -> Run | None:
    """The run that a test is a part of; `None` for what is no page of the site."""
    root = item.config.rootpath
    if item.path not in RUNS:
        known = {notebook(root, page): page for page in pages(root)}
        RUNS[item.path] = Run(root, known[item.path]) if item.path in known else None
    return RUNS[item.path]


def refuted(heard: list[dict]) -> bool:
    """Whether all that a cell comes to is `False`."""
    results = [each["content"]["data"] for each in heard if each["msg_type"] == "execute_result"]
    return any(data.get("text/plain") == "False" for data in results)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """Listens to the kernel while a cell runs."""
    run = run_of(item) if isinstance(item, IPyNbCell) else None
    if run is None:
        yield
        return
    heard, told = [], item.parent.get_kernel_message

    def listening(**given):
        message = told(**given)
        heard.append(message)
        return message

    item.parent.get_kernel_message = listening
    outcome = yield
    item.parent.get_kernel_message = told
    if outcome.excinfo is None and refuted(heard):
        message = "it shows False: a check of the page does not hold; mend it, or show the numbers"
        outcome.force_exception(AssertionError(f"{item.path.name}: {message}"))
    elif outcome.excinfo is None:
        run.passed(heard)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last cell of a page, before its kernel ends."""
    last = nextitem is None or nextitem.path != item.path
    if last and isinstance(item, IPyNbCell) and (run := run_of(item)):
        run.end(item.parent.kernel)
    yield

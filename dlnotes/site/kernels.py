"""Runs notebooks and keeps their outputs where MyST-NB looks for them; started by `build`."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filelock import FileLock
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from dlnotes.site.execution import record
from dlnotes.site.processes import run
from dlnotes.site.reader import in_language
from dlnotes.site.sources import BOOK, notebook

TIMEOUT = 600  # seconds a cell may run
AT_ONCE = 2
KEPT = 200  # outputs; beyond that, the oldest go
# a kernel warns on its terminal that it listens on this machine; that is no news here
QUIET = ["--IPKernelApp.log_level=CRITICAL"]
# a last cell, for the run alone: processor seconds of the kernel and of what it started
CLOCK = "import os as _os; sum(_os.times()[:4])"


def execute(root: str, folder: str, stale: dict[str, str]) -> list[str]:
    """Run pages and keep their outputs.

    Args:
        root: the project.
        folder: where the outputs are kept.
        stale: the pages, such as `"optimizers/adam"`, and the version of their outputs.

    Returns:
        One line for each notebook that failed: file, cell, error.
    """
    # kernels that run side by side share the cores; threads that wait for each other cost fivefold
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // AT_ONCE)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = pool.map(lambda page: _run(notebook(Path(root), page)), stale)
        faults = []
        for (page, version), (result, seconds) in zip(stale.items(), runs, strict=True):
            if result.err is None:
                keep(Path(folder), page, version, result, seconds)
            else:
                faults.append(_fault(result, f"{BOOK}/{page}.ipynb"))
    return faults


def keep(folder: Path, page: str, version: str, result: ExecutionResult, seconds: float) -> None:
    """Keep the outputs of a page that has run.

    Args:
        folder: where they are kept.
        page: its address, such as `"optimizers/adam"`.
        version: of its outputs.
        result: its notebook, with them.
        seconds: of processor time that it took.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bundle = CacheBundleIn(result.nb, page, data={"execution_seconds": result.time})
    with FileLock(folder / "lock"):  # the tests run two pages at once, in two processes
        cache = get_cache(folder)
        cache.change_cache_limit(KEPT)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    _write(record(folder, page), version=version, seconds=seconds)


def _run(page: Path) -> tuple[ExecutionResult, float]:
    wanted = in_language(page.read_text(encoding="utf-8"), "en")
    if not any(cell.cell_type == "code" for cell in wanted.cells):
        return ExecutionResult(wanted, str(page.parent), 0.0), 0.0
    wanted.cells.append(new_code_cell(CLOCK))
    result = _result(wanted, str(page.parent))
    (spent,) = result.nb.cells.pop().outputs or [None]
    return result, float(spent.data["text/plain"]) if spent else 0.0


def _result(wanted: NotebookNode, folder: str) -> ExecutionResult:
    try:
        return single_nb_execution(
            wanted, cwd=folder, timeout=TIMEOUT, allow_errors=False, extra_arguments=QUIET
        )
    except RuntimeError as error:  # the kernel died, or did not start
        return ExecutionResult(wanted, folder, 0.0, error)


def _write(file: Path, **run: str | float) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(run), encoding="utf-8")
    part.replace(file)


def _fault(result: ExecutionResult, name: str) -> str:
    for cell in result.nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                message = " ".join(f"{output.ename}: {output.evalue}".split())
                return f"{name}, cell {cell.id}: {message}"
    return f"{name}: {' '.join(str(result.err).split())}"


if __name__ == "__main__":
    run(execute)

"""Runs the notebooks that jupyter-cache does not hold yet; started by `execution`."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution

from dlnotes.site.processes import run
from dlnotes.site.reader import in_language
from dlnotes.site.sources import pages

TIMEOUT = 600  # seconds a cell may run
AT_ONCE = 2
# a kernel warns on its terminal that it listens on this machine; that is no news here
QUIET = ["--IPKernelApp.log_level=CRITICAL"]


def execute_missing(root: Path, folder: Path) -> list[str]:
    """Run what is missing in the cache `folder`; a line for each notebook that failed."""
    cache = get_cache(folder)
    notebooks = {page: in_language(page.read_text(encoding="utf-8"), "en") for page in pages(root)}
    missing = [page for page, notebook in notebooks.items() if not _cached(cache, notebook)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda page: _run(notebooks[page], page), missing))
    for page, result in zip(missing, results, strict=True):
        if result.err is None:
            bundle = CacheBundleIn(result.nb, str(page), data={"execution_seconds": result.time})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    pairs = zip(missing, results, strict=True)
    return [_fault(result, page, root) for page, result in pairs if result.err is not None]


def _cached(cache, notebook) -> bool:
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def _run(notebook, page: Path) -> ExecutionResult:
    folder = str(page.parent)
    try:
        return single_nb_execution(
            notebook, cwd=folder, timeout=TIMEOUT, allow_errors=False, extra_arguments=QUIET
        )
    except RuntimeError as error:  # the kernel died, or did not start
        return ExecutionResult(notebook, folder, 0.0, error)


def _fault(result, page: Path, root: Path) -> str:
    name = page.relative_to(root).as_posix()
    for cell in result.nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                message = " ".join(f"{output.ename}: {output.evalue}".split())
                return f"{name}, cell {cell.id}: {message}"
    return f"{name}: {' '.join(str(result.err).split())}"


if __name__ == "__main__":
    run(execute_missing)

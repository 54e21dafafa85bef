"""Runs every notebook once, for both editions; outputs are kept until code or library change."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution

from dlnotes.core.data import PACKAGE
from dlnotes.site.reader import read
from dlnotes.site.sources import BOOK

TIMEOUT = 600  # seconds a cell may run
AT_ONCE = 2
# a kernel warns on its terminal that it listens on this machine; that is no news here
QUIET = ["--IPKernelApp.log_level=CRITICAL"]


def cache_version(root: Path) -> str:
    """A name that changes with everything outputs depend on besides the notebooks' own code.

    The library's sources without the site's own, the book's data, and the version of torch.
    """
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".js", ".css")]
    library = [path for path in sources if PACKAGE / "site" not in path.parents]
    data = [root / BOOK / name for name in ("claims.yml", "references.bib", "glossary.yml")]
    digest = hashlib.sha256(_torch_version().encode())
    for path in sorted(library) + [each for each in data if each.is_file()]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def execute(pages: list[Path], folder: Path, root: Path) -> list[str]:
    """Run the notebooks whose outputs are not in the cache yet.

    Returns:
        One line for each notebook that failed: file, cell, error.
    """
    cache = get_cache(folder)
    notebooks = {page: read(page.read_text(encoding="utf-8"), "en") for page in pages}
    missing = [page for page in pages if not _cached(cache, notebooks[page])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda page: _run(notebooks[page], page), missing))
    for page, result in zip(missing, results, strict=True):
        if result.err is None:
            bundle = CacheBundleIn(result.nb, str(page), data={"execution_seconds": result.time})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    pairs = zip(missing, results, strict=True)
    return [_fault(result, page, root) for page, result in pairs if result.err is not None]


def _torch_version() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return "none"


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

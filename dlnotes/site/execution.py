"""Runs every notebook once, for both editions; outputs are kept until code or library change."""

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlnotes.core.data import PACKAGE
from dlnotes.site.processes import faults_of, started
from dlnotes.site.sources import BOOK, pages


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


def execute(root: Path, cache: Path) -> list[str]:
    """Run the notebooks whose outputs are not in the cache yet.

    Returns:
        One line for each notebook that failed: file, cell, error.
    """
    stamp = cache / f"ran-{_code_version(root)}"
    if stamp.is_file():  # saves the start of a process when only prose has changed
        return []
    process = started("dlnotes.site.kernels", {"root": root, "folder": cache})
    faults = faults_of(process, "The run of the notebooks")
    if not faults:
        stamp.touch()
    return faults


def _code_version(root: Path) -> str:
    digest = hashlib.sha256()
    for page in pages(root):
        cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        digest.update(json.dumps([str(page), code]).encode())
    return digest.hexdigest()[:12]


def _torch_version() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return "none"

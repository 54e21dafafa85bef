"""Runs every notebook once, for both editions; outputs are kept until code or library change."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlnotes.core.data import PACKAGE
from dlnotes.site.processes import faults_of, started
from dlnotes.site.sources import BOOK


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
    process = started("dlnotes.site.kernels", {"root": root, "folder": cache})
    return faults_of(process, "The run of the notebooks")


def _torch_version() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return "none"

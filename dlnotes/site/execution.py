"""Runs every notebook once, for both editions; outputs are kept page by page until stale."""

import json
from pathlib import Path

from dlnotes.site.sources import pages
from dlnotes.site.versions import Versions


def outputs(root: Path) -> Path:
    """The folder that keeps the outputs of all pages between builds."""
    return root / "_build" / "work" / "outputs"


def record(folder: Path, page: str) -> Path:
    """The file that says of which version a page's outputs are; written anew with them.

    Args:
        folder: where the outputs are kept.
        page: its address, such as `"optimizers/adam"`.
    """
    return folder / "runs" / f"{page}.json"


def stale(root: Path) -> dict[str, str]:
    """The pages that have to be run, each with the version of its outputs."""
    versions, folder = Versions(root), outputs(root)
    now = {page: versions.of(page) for page in pages(root)}
    return {page: name for page, name in now.items() if _run(folder, page).get("version") != name}


def seconds(root: Path) -> dict[str, float]:
    """Seconds of processor time that each page's notebook took when it was last run.

    Those of its kernel, with the start: what else the machine had to do does not count.

    Returns:
        Seconds by page, such as `"optimizers/adam"`; a page that has never run is missing.
    """
    runs = {page: _run(outputs(root), page) for page in pages(root)}
    return {page: run["seconds"] for page, run in runs.items() if run}


def _run(folder: Path, page: str) -> dict:
    file = record(folder, page)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

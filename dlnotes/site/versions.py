"""What the outputs of a page depend on: its code, its room, the library, the data and torch."""

import hashlib
import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlnotes.core import scripts
from dlnotes.core.data import PACKAGE, parsed
from dlnotes.site import cells, sources
from dlnotes.site.sources import BOOK

# parts of the package that no page runs; of the rooms, a page uses its own
APART = {"sections", "scaffold", "site", "cli.py", "_data"}
PASSING = {"__pycache__", ".ipynb_checkpoints"}  # left by running and by JupyterLab
# what the library reads of the book
DATA = ("claims.yml", "coverage.yml", "notation.yml", "references.bib")
READS_ALL = re.compile(r"claims_of|judge|bibliography|coverage|ledger|notation")


class Versions:
    """Names for the present outputs of pages: a page whose name has changed is run again.

    A page with a room shows claims and nothing else of the book's data, so it depends on its own
    entries of the ledger and the works they cite. Any other page, or one whose code names more,
    depends on all of the data.

    Args:
        root: the project.
        package: the library, with the rooms of the sections.
    """

    def __init__(self, root: Path, package: Path = PACKAGE) -> None:
        self.root, self.rooms = root, package / "sections"
        parts = [part for part in sorted(package.iterdir()) if part.name not in APART]
        library = [file for part in parts for file in files(part)]
        run = _without(drawing(package / "demos" / "demo.js"), library)
        self.library = digest(_torch(), *(_content(file, package) for file in run))
        paths = [root / BOOK / name for name in DATA]
        self.data = [path.read_text("utf-8") if path.is_file() else "" for path in paths]
        self.entries = parsed(self.data[0]) or {}
        blocks = re.split(r"^(?=@)", self.data[-1], flags=re.MULTILINE)
        self.works = {block.partition("{")[2].partition(",")[0].strip(): block for block in blocks}

    def of(self, page: str) -> str:
        """The name of the outputs of a page, such as `"optimizers/adam"`."""
        notebook = cells.load(sources.notebook(self.root, page))
        runs = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        code = [[cells.source(cell), cell.get("metadata")] for cell in runs]
        text = json.dumps([code, notebook.get("metadata")], sort_keys=True)
        room = _without(drawing(self.rooms / page / "demo.js"), files(self.rooms / page))
        modules = [file.read_text("utf-8") for file in room if file.suffix == ".py"]
        reads_all = not room or any(READS_ALL.search(source) for source in [text, *modules])
        data = self.data if reads_all else self._own_data(page)
        return digest(self.library, text, *(_content(file, self.rooms) for file in room), *data)

    def _own_data(self, page: str) -> list[str]:
        entries = {id: of for id, of in self.entries.items() if of.get("section") == page}
        cited = {key for entry in entries.values() for key in entry.get("reference") or ()}
        works = [self.works.get(key, "") for key in sorted(cited)]
        return [json.dumps(entries, sort_keys=True, default=str), *works]


def files(folder: Path) -> list[Path]:
    """Every file in a folder, or the one file that it is, without what running leaves behind."""
    found = folder.rglob("*") if folder.is_dir() else [folder]
    return [path for path in sorted(found) if path.is_file() and not PASSING & set(path.parts)]


def drawing(entry: Path) -> set[Path]:
    """The files of a drawing, which no run needs: a page takes them as they are when it is built.

    None where they do not hold together: then a run says why.

    Args:
        entry: the `demo.js` of a room, or of all demos.
    """
    try:
        return set(scripts.files(entry.resolve()))
    except (OSError, ValueError):
        return set()


def digest(*parts: str) -> str:
    """A short name for texts, another one for any other texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _without(apart: set[Path], found: list[Path]) -> list[Path]:
    return [path for path in found if path.resolve() not in apart]


def _content(path: Path, home: Path) -> str:
    return f"{path.relative_to(home).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _torch() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return "none"

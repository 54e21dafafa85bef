"""The sources of the book as they stand on the disk: which pages there are, and can all be read."""

from pathlib import Path, PurePosixPath

from dlnotes.core.data import parsed
from dlnotes.site import cells

BOOK = "book"
FOLDERS = (BOOK, "exercises")  # that hold notebooks
DATA = ("claims.yml", "coverage.yml", "glossary.yml", "notation.yml")


class Faulty(Exception):
    """The book cannot become a site. `faults` says why: one line each, with file and way out."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def contents(root: Path) -> dict:
    """The table of contents, `_toc.yml`.

    Raises:
        Faulty: when it cannot be read.
    """
    try:
        return parsed((root / "_toc.yml").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Faulty([f"_toc.yml: cannot be read ({one_line(error)}); correct the file."]) from None


def pages(root: Path) -> list[str]:
    """The pages that the table of contents names, in its order, such as `"optimizers/adam"`."""
    return [_inside(name) for name in _files(contents(root))]


def notebook(root: Path, page: str) -> Path:
    """The file of a page."""
    return root / BOOK / f"{page}.ipynb"


def notebooks(root: Path) -> list[Path]:
    """Every notebook of the book and of its exercises, sorted."""
    found = (path for folder in FOLDERS for path in (root / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def drafts(root: Path) -> list[str]:
    """The pages that say of themselves that they are not finished, `"chapter/section"`, sorted."""
    found = (path for path in (root / BOOK).glob("*/*.ipynb") if cells.is_draft(cells.load(path)))
    return sorted(path.relative_to(root / BOOK).with_suffix("").as_posix() for path in found)


def without_book(toc):
    """The same table of contents as seen from inside `book/`: addresses lose that first folder."""
    if isinstance(toc, list):
        return [without_book(item) for item in toc]
    if not isinstance(toc, dict):
        return toc
    return {
        key: _inside(value) if key in ("root", "file") else without_book(value)
        for key, value in toc.items()
    }


def check(root: Path) -> list[str]:
    """Sources that cannot even be read: a missing page, broken JSON, broken or ambiguous YAML."""
    listed = [notebook(root, page) for page in pages(root)]
    found = [fault for path in {*listed, *notebooks(root)} for fault in _faults(path, root)]
    return sorted(found) + [fault for name in DATA for fault in _data_faults(root / BOOK / name)]


def one_line(error: Exception) -> str:
    """An exception's message without line breaks."""
    return " ".join(str(error).split())


def _files(toc) -> list[str]:
    if isinstance(toc, list):
        return [name for item in toc for name in _files(item)]
    if not isinstance(toc, dict):
        return []
    own = [toc[key] for key in ("root", "file") if key in toc]
    return own + [name for value in toc.values() for name in _files(value)]


def _inside(name: str) -> str:
    return str(PurePosixPath(name).relative_to(BOOK))


def _faults(path: Path, root: Path) -> list[str]:
    name = path.relative_to(root).as_posix()
    try:
        cells.load(path)
    except FileNotFoundError:
        return [f"{name}: is in _toc.yml but not in the book; write it or drop the line."]
    except cells.Broken as error:
        return [f"{name}: {error}"]
    return []


def _data_faults(file: Path) -> list[str]:
    try:
        parsed(file.read_text(encoding="utf-8") if file.is_file() else "")
    except ValueError as error:
        return [f"{BOOK}/{file.name}: {error}."]
    return []

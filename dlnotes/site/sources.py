"""The pages of the book as they stand on the disk: which they are, and what is wrong with them."""

import json
from pathlib import Path, PurePosixPath

import yaml

from dlnotes.core.bibliography import reference
from dlnotes.core.language import LANGUAGES
from dlnotes.site.reader import ANCHORED_LINK

BOOK = "book"


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
        return yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Faulty([f"_toc.yml: cannot be read ({one_line(error)}); correct the file."]) from None


def pages(root: Path) -> list[Path]:
    """The notebooks named in the table of contents, in its order."""
    return [root / f"{name}.ipynb" for name in _files(contents(root))]


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


def check_pages(root: Path) -> list[str]:
    """What keeps a page from being built: missing file, broken JSON, wrong tag, unknown work."""
    return [fault for page in pages(root) for fault in _page_faults(page, root)]


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


def _page_faults(page: Path, root: Path) -> list[str]:
    name = page.relative_to(root).as_posix()
    try:
        cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        return [f"{name}: is in _toc.yml but not in the book; write it or drop the line."]
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return [f"{name}: is not valid JSON ({error.msg}, {where}); restore or repair the file."]
    except (KeyError, TypeError):
        return [f"{name}: holds no cells; save it as a notebook of format 4.5."]
    numbered = enumerate(cells, start=1)
    return [f"{name}, cell {cell.get('id', i)}: {m}" for i, cell in numbered for m in _faults(cell)]


def _faults(cell: dict) -> list[str]:
    tags = cell.get("metadata", {}).get("tags", [])
    tagged = [f"lang-{lang}" for lang in LANGUAGES if f"lang-{lang}" in tags]
    if cell["cell_type"] == "code":
        return [f"code runs once for both languages; remove the tag `{tag}`." for tag in tagged]
    links = ANCHORED_LINK.findall("".join(cell["source"]))
    keys = [key for _, target, key in links if target.split("/")[-1] == "references"]
    return [message for key in keys for message in _unknown(key)]


def _unknown(key: str) -> list[str]:
    try:
        reference(key)
    except ValueError as error:
        return [one_line(error)]
    return []

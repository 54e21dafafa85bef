"""Builds one edition with Jupyter Book, in a process of its own."""

import contextlib
import io
import re
import shutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import yaml

from dlnotes.site import cells
from dlnotes.site.formulas import formulas
from dlnotes.site.processes import run
from dlnotes.site.sources import BOOK, contents, one_line, without_book

EXTENSIONS = [
    "sphinx_comments",  # idle, but Jupyter Book always configures it
    "myst_nb",
    "jupyter_book",
    "sphinx_external_toc",
    "sphinx_book_theme",
    "sphinxcontrib.katex",
    "dlnotes.site.extension",
]
SPHINX_LANGUAGE = {"zh": "zh_CN", "en": "en"}
# myst-nb counts ten thousand lines a cell, from 1
PLACE = re.compile(r"^(?P<file>.+?\.ipynb)(?::(?P<line>\d+))?: (?:WARNING|ERROR|CRITICAL): ")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Edition:
    """One edition to be built: its language, the project, where its files go and come from.

    Args:
        lang: `"zh"` or `"en"`.
        root: the project.
        folder: what Sphinx keeps, and the pages it writes.
        outputs: what the notebooks showed when they were run.
        static: files to be served that are fetched.
        node: the Node program, which sets the formulas.
    """

    lang: str
    root: Path
    folder: Path
    outputs: Path
    static: Path
    node: Path

    @property
    def html(self) -> Path:
        """The built pages."""
        return self.folder / "html"


def build_edition(lang: str, **places: str) -> list[str]:
    """Build the pages of an edition that changed.

    Args:
        lang: `"zh"` or `"en"`.
        **places: the other fields of `Edition`.

    Returns:
        What is wrong, a line each; then what Sphinx keeps is dropped, so that the next build
        meets the same faults again.
    """
    edition = Edition(lang, **{name: Path(place) for name, place in places.items()})
    faults = _sphinx(edition)
    if faults:
        shutil.rmtree(edition.folder, ignore_errors=True)
    return faults


def _sphinx(edition: Edition) -> list[str]:
    from jupyter_book.sphinx import build_sphinx

    said = io.StringIO()
    quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said)
    with quiet[0], quiet[1], formulas(edition.node):
        result = build_sphinx(
            edition.root / BOOK,
            edition.html,
            noconfig=True,
            path_config=edition.root / "_config.yml",
            confoverrides=_settings(edition),
            doctreedir=edition.folder / "doctrees",
            quiet=True,
        )
    if isinstance(result, BaseException):
        return [f"{edition.lang} edition: {type(result).__name__}: {one_line(result)}"]
    return [located(line, edition.root) for line in _lines(said.getvalue())]


def _settings(edition: Edition) -> dict:
    locale = edition.folder / "locale"
    shutil.copytree(Path(__file__).parent / "locale", locale, dirs_exist_ok=True)
    toc = edition.folder / "toc.yml"
    overlay = without_book(contents(edition.root))
    toc.write_text(yaml.safe_dump(overlay, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return {
        "extensions": EXTENSIONS,
        "language": SPHINX_LANGUAGE[edition.lang],
        "locale_dirs": [str(locale)],
        "external_toc_path": toc.as_posix(),
        "html_static_path": [str(edition.static)],
        "nb_execution_cache_path": str(edition.outputs),
        "latex_individualpages": False,
        "numfig": False,  # Sphinx would read all pages again for figures that it does not number
    }


def _lines(text: str) -> list[str]:
    lines = [COLOR.sub("", line).strip() for line in text.splitlines()]
    return [line for line in lines if line]


def located(line: str, root: Path) -> str:
    """A line of Sphinx with the cell's name instead of a line number."""
    found = PLACE.match(line)
    if not found:
        return line
    path = Path(found["file"])
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    cell = int(found["line"] or 0) // 10000 - 1
    known = cells.load(path)["cells"] if path.is_file() else []
    place = f", cell {known[cell].get('id', cell + 1)}" if 0 <= cell < len(known) else ""
    return f"{name}{place}: {line[found.end() :]}"


if __name__ == "__main__":
    for name in ("jupyter_book.sphinx", *EXTENSIONS):  # now, while the book is being checked
        import_module(name)
    run(build_edition)

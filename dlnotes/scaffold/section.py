"""All that a section consists of: written, and removed."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from dlnotes.core.coverage import PRACTICE
from dlnotes.core.language import LANGUAGES
from dlnotes.grading.tasks.declarations import loaded
from dlnotes.grading.tasks.notebook import notebook_of
from dlnotes.scaffold import registers
from dlnotes.scaffold.place import COVERAGE, Place, Refused, place, plan
from dlnotes.site import cells

FILES = Path(__file__).parent / "files"
CONTENTS, LEDGER = "_toc.yml", "book/claims.yml"
OWN = {  # what an author writes in, besides the ledger, and what it is laid out from
    "book/{name}.ipynb": "page.txt",
    "dlnotes/sections/{name}/demo.py": "demo.py.txt",
    "dlnotes/sections/{name}/demo.js": "demo.js.txt",
    "exercises/{name}.py": "exercise.py.txt",
    "tests/sections/{name}/styles.py": "styles.py.txt",
}
ONLY_PAGE = {"book/{name}.ipynb": "practice.txt"}  # of a page that ends its chapter
EXERCISE, GENERATED = "exercises/{name}.py", "exercises/{name}.ipynb"
FOLDERS = ("dlnotes/sections/{name}", "tests/sections/{name}")  # of nothing but this section
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"
    },
    "language_info": {"name": "python"},
}  # fmt: skip
PASSING = ("__pycache__", ".ipynb_checkpoints")


def lay_out(root: Path, name: str) -> list[str]:
    """Lay out a section: page, room, exercise, tests, and its lines in the files of the book.

    Args:
        root: the project.
        name: `chapter/section`, planned in `book/coverage.yml`; of `in_practice` there is a page
            and nothing else.

    Returns:
        The files to write in, as seen from `root`.

    Raises:
        Refused: when there is no place for it, or something of it is there already.
    """
    wanted = place(root, name)
    _is_free(root, wanted)
    entered = {file: enter(_read(root, file)) for file, (enter, _) in _lines(root, wanted).items()}
    for file, text in (own_files(wanted) | entered).items():
        _write(root, file, text)
    if wanted.section == PRACTICE:
        return [*own_files(wanted)]
    generated, declared = (_path(wanted, file) for file in (GENERATED, EXERCISE))
    _write(root, generated, notebook_of(loaded(root / declared)))
    return [*own_files(wanted), LEDGER]


def take_away(root: Path, name: str, *, force: bool = False) -> list[str]:
    """Take a draft away, with its lines in the files of the book.

    Args:
        root: the project.
        name: `chapter/section`.
        force: also where somebody has worked on it.

    Returns:
        The files that are gone.

    Raises:
        Refused: when it is not there, is no draft, or somebody has worked on it.
    """
    wanted = place(root, name)
    page = root / _path(wanted, "book/{name}.ipynb")
    if not page.is_file():
        raise Refused(f"没有这一节，没什么可拿走 · no such section, nothing to remove: {name}")
    if not _is_draft(page):
        raise Refused(
            f"{name} 已不是草稿，用 git rm · is no draft any more (its page has no cell tagged "
            "draft); use git rm"
        )
    changed = _changed(root, wanted)
    if changed and not force:
        raise Refused(
            f"改过了，确要扔掉就加 --force · somebody has worked on {', '.join(changed)}; "
            "add --force to throw that away"
        )
    gone = _files(root, wanted)
    for file, (_, erase) in _lines(root, wanted).items():
        _write(root, file, erase(_read(root, file)))
    for file in gone:
        (root / file).unlink()
    _sweep(root, wanted)
    return gone


def _is_draft(page: Path) -> bool:
    try:
        return cells.is_draft(cells.load(page))
    except cells.Broken as error:
        name = "/".join(page.parts[-3:])
        raise Refused(f"{name} 读不了，先改好它 · cannot be read: it {error}") from None


def own_files(wanted: Place) -> dict[str, str]:
    """The files of a fresh section: path from the root → text."""
    return {
        _path(wanted, file): _page(_filled(source, wanted))
        if file.endswith(".ipynb")
        else _filled(source, wanted)
        for file, source in _sources(wanted).items()
    }


def _sources(wanted: Place) -> dict[str, str]:
    return ONLY_PAGE if wanted.section == PRACTICE else OWN


def _lines(root: Path, wanted: Place) -> dict[str, tuple[Callable, Callable]]:
    """The files of the whole book: how the section is entered in each, how it is erased."""
    chapters, claims = plan(root), _filled("claims.yml.txt", wanted)
    lines = {
        CONTENTS: (
            lambda text: registers.with_page(text, wanted, chapters),
            lambda text: registers.without_page(text, wanted),
        ),
        COVERAGE: (
            lambda text: registers.with_blocks(text, wanted),
            lambda text: registers.without_blocks(text, wanted),
        ),
        LEDGER: (
            lambda text: registers.with_claims(text, wanted, claims),
            lambda text: registers.without_claims(text, wanted),
        ),
    }
    if wanted.section == PRACTICE:
        del lines[LEDGER]
    return lines


def _is_free(root: Path, wanted: Place) -> None:
    generated = () if wanted.section == PRACTICE else (GENERATED,)
    parts = {_path(wanted, file): file for file in (*_sources(wanted), *generated)}
    found = [file for file in parts if (root / file).exists()]
    found += [file for file in _files(root, wanted) if file not in found]
    lacking = [file for file in parts if file not in found]
    if found and lacking:
        raise Refused(
            f"{found[0]} 已在，却没有 {lacking[0]}：补上，或删去 · is there already, without "
            f"{lacking[0]}: write that one, or delete this one"
        )
    if found:
        raise Refused(f"已经有这一节 · {wanted.name} is there already: {found[0]}")


def _files(root: Path, wanted: Place) -> list[str]:
    """Every file that belongs to the section alone."""
    known = [_path(wanted, file) for file in (*OWN, GENERATED)]
    inside = [path for folder in FOLDERS for path in (root / _path(wanted, folder)).rglob("*")]
    kept = [path for path in inside if path.is_file() and not set(PASSING) & set(path.parts)]
    named = [path.relative_to(root).as_posix() for path in sorted(kept)]
    return [file for file in dict.fromkeys(known + named) if (root / file).is_file()]


def _changed(root: Path, wanted: Place) -> list[str]:
    """The files, the book's included, that are not as they were laid out."""
    fresh = own_files(wanted)
    generated, declared = (_path(wanted, file) for file in (GENERATED, EXERCISE))
    if (root / declared).is_file() and _read(root, declared) == fresh[declared]:
        fresh[generated] = notebook_of(loaded(root / declared))
    found = [file for file in _files(root, wanted) if _read(root, file) != fresh.get(file)]
    for file, (enter, erase) in _lines(root, wanted).items():
        text = _read(root, file)
        if sorted(enter(erase(text)).split("\n")) != sorted(text.split("\n")):
            found.append(file)
    return found


def _sweep(root: Path, wanted: Place) -> None:
    """Remove what running and opening leave behind, and folders with nothing in them."""
    for folder in FOLDERS:
        shutil.rmtree(root / _path(wanted, folder), ignore_errors=True)
    for home in ("book", "exercises", "dlnotes/sections", "tests/sections"):
        chapter = root / home / wanted.chapter
        for passing in (folder for name in PASSING for folder in chapter.glob(name)):
            for left in passing.glob(f"{wanted.section}[.-]*"):
                left.unlink()
            if not any(passing.iterdir()):
                passing.rmdir()
        if chapter.is_dir() and not any(chapter.iterdir()):
            chapter.rmdir()


def _page(text: str) -> str:
    """A notebook from cells that begin with a line `%% name`."""
    parts = re.split(r"^%% (\S+)\n", text, flags=re.MULTILINE)
    made = [_cell(*pair) for pair in zip(parts[1::2], parts[2::2], strict=True)]
    notebook = {"cells": made, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cell(name: str, text: str) -> dict:
    source = text.strip().splitlines(keepends=True)
    lang = name.rpartition("-")[2]
    if lang not in LANGUAGES:
        code = {"cell_type": "code", "execution_count": None, "outputs": []}
        return {**code, "id": name, "metadata": {}, "source": source}
    tags = [f"lang-{lang}", *([cells.DRAFT] if name.startswith("title-") else [])]
    return {"cell_type": "markdown", "id": name, "metadata": {"tags": tags}, "source": source}


def _filled(source: str, wanted: Place) -> str:
    """A file of `files/` with the names of the section in place of `@chapter@` and the like."""
    names = {
        "chapter": wanted.chapter,
        "section": wanted.section,
        "Class": "".join(part.capitalize() for part in wanted.section.split("_")),
    }
    for lang, title in wanted.title.items():
        names |= {f"title_{lang}": title, f"quoted_{lang}": json.dumps(title, ensure_ascii=False)}
    text = (FILES / source).read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda found: names[found[1]], text)


def _path(wanted: Place, file: str) -> str:
    return file.format(name=wanted.name)


def _read(root: Path, file: str) -> str:
    return (root / file).read_text(encoding="utf-8")


def _write(root: Path, file: str, text: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text, encoding="utf-8")

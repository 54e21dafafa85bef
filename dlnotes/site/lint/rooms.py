"""Every section has one name and one room: what belongs to it is where that name leads."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.coverage import PRACTICE
from dlnotes.core.data import parsed
from dlnotes.core.language import LANGUAGES
from dlnotes.site.findings import Findings
from dlnotes.site.lint.faults import Fault

ROOMS = "dlnotes/sections"
COVERAGE = "book/coverage.yml"
ROOMLESS = {"index", PRACTICE}  # pages without a demo or an exercise of their own


def check(root: Path, look: Findings | None = None) -> Iterator[Fault]:
    """Faults of names and rooms.

    Args:
        root: the project.
        look: findings of earlier builds.
    """
    look = look or Findings()
    pages = {_name(file, root / "book") for file in (root / "book").rglob("*.ipynb")}
    rooms = {_name(room, root / ROOMS) for room in _folders(root / ROOMS)}
    rooms |= {file.parent.name for file in (root / ROOMS).glob("*/*.py")}  # of no chapter
    for name in sorted(rooms - pages):
        yield Fault(f"{ROOMS}/{name}", "", f"a room without its page; write book/{name}.ipynb.")
    for name in sorted(pages - rooms):
        if "/" in name and name.split("/")[1] not in ROOMLESS:
            message = f"a page without its room; make the folder {ROOMS}/{name}."
            yield Fault(f"book/{name}.ipynb", "", message)
    for name in sorted(rooms):
        yield from _room(root / ROOMS / name, name, root, look)
    yield from _strays(root, pages)
    yield from _doubled(root)


def _name(path: Path, home: Path) -> str:
    return path.relative_to(home).with_suffix("").as_posix()


def _folders(home: Path) -> list[Path]:
    """`chapter/section` folders that hold something."""
    found = {file.parent for file in home.glob("*/*/*") if file.is_file()}
    return [folder for folder in found if folder.name != "__pycache__"]


def _room(room: Path, name: str, root: Path, look: Findings) -> Iterator[Fault]:
    for file in sorted(room.rglob("*.py")):
        where = file.relative_to(root)

        def other_sections(_: str, file: Path = file, where: Path = where) -> list[str]:
            tree = _tree(file.read_text(encoding="utf-8"))
            return list(dict.fromkeys(_others(tree, where.parts[:-1], name)))

        for other in look.of(other_sections, f"{where} {file.read_text(encoding='utf-8')}"):
            message = f"imports another section, {other}; move what both need into the library."
            yield Fault(where.as_posix(), "", message)
    demo, drawing = (room / f"demo.{kind}" for kind in ("py", "js"))
    for file, partner in ((demo, drawing), (drawing, demo)):
        if file.is_file() and not partner.is_file():
            where = file.relative_to(root).as_posix()
            yield Fault(where, "", f"a demo without {partner.name}; write it beside this file.")
    written = [file for file in (demo, demo.with_name("words.py")) if file.is_file()]
    texts = (file.read_text(encoding="utf-8") for file in written)
    if demo.is_file() and not any(look.of(_has_words, text) for text in texts):
        message = 'a demo without its words; give it a dict with "zh" and "en", of equal keys.'
        yield Fault(demo.relative_to(root).as_posix(), "", message)


def _tree(text: str) -> ast.Module:
    """A module's syntax tree; empty where it does not parse, which `words` tells."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.Module([], [])


def _others(tree: ast.Module, package: tuple[str, ...], name: str) -> Iterator[str]:
    """Other sections that a module in `package`, of the section `name`, imports."""
    own = f"dlnotes.sections.{name.replace('/', '.')}."
    for full in _imported(tree, package):
        if full.startswith("dlnotes.sections.") and not f"{full}.".startswith(own):
            yield "/".join(full.split(".")[2:4])


def _imported(tree: ast.Module, package: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _has_words(text: str) -> bool:
    """Whether a module gives words in all languages."""
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Dict):
            names = (getattr(key, "value", None) for key in node.keys)
            found = dict(zip(names, node.values, strict=True))
            if all(isinstance(found.get(lang), ast.Dict) for lang in LANGUAGES):
                return True
    return False


def _strays(root: Path, pages: set[str]) -> Iterator[Fault]:
    """Exercises and tests of sections that are not there."""
    kinds = {"exercises": sorted((root / "exercises").glob("*/*.py"))}
    kinds["tests/sections"] = sorted(_folders(root / "tests" / "sections"))
    for home, found in kinds.items():
        for path in found:
            name = _name(path, root / home)
            if name not in pages:
                message = f"belongs to no page; write book/{name}.ipynb, or take this away."
                yield Fault(path.relative_to(root).as_posix(), "", message)


def _doubled(root: Path) -> Iterator[Fault]:
    """Sections of two chapters that are called the same."""
    file = root / COVERAGE
    book = parsed(file.read_text(encoding="utf-8")) if file.is_file() else {}
    homes = defaultdict(list)
    for chapter, of in ((book or {}).get("chapters") or {}).items():
        for slug in of.get("sections") or {}:
            homes[slug].append(chapter)
    for slug, chapters in homes.items():
        if len(chapters) > 1 and slug != PRACTICE:
            message = f"is a section of {' and of '.join(chapters)}; give one another name."
            yield Fault(COVERAGE, slug, message)

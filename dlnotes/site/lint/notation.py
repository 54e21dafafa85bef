"""One letter, one thing: every symbol of a formula stands in the table `book/notation.yml`."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.data import parsed
from dlnotes.core.language import LANGUAGES
from dlnotes.core.notation import Row, rows
from dlnotes.site import cells, sources
from dlnotes.site.findings import Findings
from dlnotes.site.lint import markup, words
from dlnotes.site.lint.faults import Fault
from dlnotes.site.lint.rooms import ROOMS
from dlnotes.site.lint.symbols import normal, symbols

FILE = "book/notation.yml"
COVERAGE = "book/coverage.yml"
UNKNOWN = (
    "记号 {0} 不在记号表里：换成表里的字母，或在 {1} 里给这一页加一行 · the symbol {0} stands in "
    "no row of {1}; use a letter that does, or add a row with pages: [{2}]."
)
FIXED = (
    "{0} 全书已有固定的意思，不能再当一页的字母：换一个 · {0} has one meaning in the whole book; "
    "give the letter of {1} another name."
)
TWICE = "{0} 写了两行，留一行 · {0} has two rows{1}; keep one."
UNUSED = "{1} 没有用 {0}，去掉这一行 · {1} does not use {0}; take its row out."
NO_PAGE = "书里没有 {1} 这一页 · {1} is no page of the book; correct `pages`."
HALF = "{0} 的意思少了 {1} · {0} lacks its meaning in {1}; write both languages."


def check(root: Path, look: Findings | None = None, around: str = "") -> Iterator[Fault]:
    """Faults of the table, and symbols that are not in it; none where there is no table.

    Args:
        root: the project.
        look: findings of earlier builds.
        around: a name for all that the symbols of a file depend on beside that file.
    """
    look = look or Findings()
    table = root / FILE
    if not table.is_file():
        return
    found = rows(table.read_text(encoding="utf-8"))
    used = {}
    for path, page in _places(root):
        known = known_on(page, found)

        def symbols_used(_: str, path: Path = path, known: set[str] = known) -> list:
            return list(_symbols(path, known))

        text = path.read_text(encoding="utf-8")
        for cell, symbol in look.of(symbols_used, f"{around} {page} {path} {text}"):
            used.setdefault(page, set()).add(symbol)
            if symbol not in known:
                file = path.relative_to(root).as_posix()
                yield Fault(file, cell, UNKNOWN.format(symbol, FILE, page))
    yield from _table(found, used, root)


def known_on(page: str, found: list[Row]) -> set[str]:
    """The symbols, in their normal form, that a page may use."""
    return {normal(row.symbol) for row in found if not row.pages or page in row.pages}


def _places(root: Path) -> Iterator[tuple[Path, str]]:
    """Files that show formulas to a reader, each with the page it belongs to."""
    for path in sources.notebooks(root):
        yield path, path.relative_to(root).with_suffix("").as_posix().partition("/")[2]
    for path in sorted((root / "exercises").glob("*/*.py")):
        yield path, f"{path.parent.name}/{path.stem}"
    for path in sorted((root / ROOMS).glob("*/*/*.py")):
        yield path, path.parent.relative_to(root / ROOMS).as_posix()


def _symbols(path: Path, known: set[str]) -> Iterator[tuple[str, str]]:
    """Every symbol once a cell or a line of code: its name and the symbol."""
    for place, text in _texts(path):
        content = markup.parsed(text)
        formulas = [*content.formulas, *content.displays]
        each = (symbol for formula in formulas for symbol in symbols(formula, known))
        yield from ((place, symbol) for symbol in dict.fromkeys(each))


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".ipynb":
        for cell in cells.load(path)["cells"]:
            if cell["cell_type"] == "markdown":
                yield cell.get("id", ""), cells.source(cell)
    elif "$" in (code := path.read_text(encoding="utf-8")):
        yield from ((f"line {line}", text) for line, text in words.texts(ast.parse(code)))


def _table(found: list[Row], used: dict[str, set[str]], root: Path) -> Iterator[Fault]:
    fixed = Counter(normal(row.symbol) for row in found if not row.pages)
    local = Counter((normal(row.symbol), page) for row in found for page in row.pages)
    messages = [TWICE.format(symbol, "") for symbol, count in fixed.items() if count > 1]
    for (symbol, page), count in local.items():
        messages += [TWICE.format(symbol, f" for {page}")] if count > 1 else []
        messages += [FIXED.format(symbol, page)] if symbol in fixed else []
        messages += [UNUSED.format(symbol, page)] if symbol not in used.get(page, {symbol}) else []
    messages += [NO_PAGE.format("", page) for page in _unplanned({page for _, page in local}, root)]
    for row in found:
        lacking = [lang for lang in LANGUAGES if not row.meaning.get(lang)]
        messages += [HALF.format(row.symbol, lang) for lang in lacking]
    yield from (Fault(FILE, "", message) for message in messages)


def _unplanned(pages: set[str], root: Path) -> list[str]:
    chapters = parsed((root / COVERAGE).read_text(encoding="utf-8"))["chapters"]
    planned = {f"{name}/{slug}" for name, of in chapters.items() for slug in of["sections"]}
    return sorted(pages - planned)

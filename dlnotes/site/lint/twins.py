"""The lint of the book: twin cells say the same, and everything a reader needs is there.

`check_book(root)` holds what must never ship, one line a fault; `advise_book(root)` only points.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dlnotes.site.lint import cells, displays, ledger, links, markup, prose, words
from dlnotes.site.lint.faults import Fault
from dlnotes.site.lint.markup import Content
from dlnotes.site.lint.terms import Glossary

FOLDERS = ("book", "exercises")
SAME = {
    "numbers": lambda content: content.numbers,
    "inline formulas": lambda content: content.formulas,
    "code words": lambda content: content.code,
    "citations": lambda content: [link for link in content.links if links.citation(link)],
    "links": lambda content: [link for link in content.links if not links.citation(link)],
    "pictures": lambda content: [source for source, _ in content.images],
}
COUNTED = {
    "headings": lambda content: len(content.headings),
    "paragraphs": lambda content: content.paragraphs,
    "list items": lambda content: content.items,
    "table rows": lambda content: content.rows,
    "bold runs": lambda content: content.bold,
}


def differences(zh: Content, en: Content) -> Iterator[str]:
    """What one twin has and the other lacks; one message a kind."""
    for kind, of in SAME.items():
        only_zh, only_en = Counter(of(zh)) - Counter(of(en)), Counter(of(en)) - Counter(of(zh))
        if only_zh or only_en:
            yield f"{kind} differ: {_only('zh', only_zh)}, {_only('en', only_en)}; make them equal."
    for kind, of in COUNTED.items():
        if of(zh) != of(en):
            yield f"{kind} differ: zh has {of(zh)}, en has {of(en)}; make them equal."
    yield from _headings(zh, en)


def _only(lang: str, extra: Counter) -> str:
    shown = ", ".join(" ".join(item.split()) for item in extra.elements())
    return f"{lang} alone has {shown}" if shown else f"{lang} lacks it"


def _headings(zh: Content, en: Content) -> Iterator[str]:
    for (level, chinese), (other, english) in zip(zh.headings, en.headings, strict=False):
        if level != other:
            yield f"heading levels differ: zh has {level}, en has {other}; make them equal."
        if ("？" in chinese) != ("?" in english):
            yield f"a question mark in one heading only: “{chinese}”, “{english}”."


def check_notebook(path: Path) -> list[Fault]:
    """Every fault of one notebook.

    Args:
        path: a notebook below `book/` or `exercises/`; the ledger, the glossary and the
            references are those of the book it stands in.

    Returns:
        One `Fault` a finding, none for a clean notebook.
    """
    path = Path(path).resolve()
    root = _root(path)
    file = path.relative_to(root).as_posix()
    try:
        notebook = cells.load(path)
    except cells.Broken as error:
        return [Fault(file, "", str(error))]
    found = [*cells.check(notebook, file), *ledger.notebook_faults(notebook, file, root)]
    for zh, en in cells.twins(notebook):
        pair = markup.parsed(cells.source(zh)), markup.parsed(cells.source(en))
        found += [Fault(file, zh["id"], message) for message in differences(*pair)]
    glossary = Glossary.of(root)
    for cell in notebook["cells"]:
        messages = _cell(cell, notebook, path, root, glossary)
        found += [Fault(file, cell.get("id", ""), message) for message in messages]
    return found


def _cell(cell: dict, notebook: dict, path: Path, root: Path, glossary: Glossary) -> Iterator[str]:
    if cell.get("cell_type") == "code":
        yield from words.faults(cells.parsed(cell))
        return
    content, lang = markup.parsed(cells.source(cell)), cells.language(cell)
    yield from displays.faults(content, lang)
    yield from links.faults(content, notebook, path, root)
    if lang:
        yield from prose.faults(content, lang)
    if lang == "zh":
        yield from glossary.faults(content)


def _root(path: Path) -> Path:
    """The folder that holds `book/`, seen from a notebook inside it or inside `exercises/`."""
    for folder in path.parents:
        if folder.name in FOLDERS:
            return folder.parent
    raise ValueError(f"{path} lies in none of {', '.join(FOLDERS)}; check a notebook of the book.")


def notebooks(root: Path) -> list[Path]:
    """The notebooks of the book and of its exercises, sorted."""
    found = (path for folder in FOLDERS for path in (Path(root) / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def check_book(root: Path) -> list[str]:
    """Every fault of the book: its notebooks, its ledger, and the words beside its code.

    Args:
        root: the folder that holds `book/` and `exercises/`.

    Returns:
        One line a fault, each naming the file, the place and the way out.
    """
    root = Path(root).resolve()
    found = [fault for path in notebooks(root) for fault in check_notebook(path)]
    return [str(fault) for fault in (*found, *ledger.check(root), *words.check(root))]


def advise_book(root: Path) -> list[str]:
    """Phrases worth a second look, one line each; they never fail a build."""
    root, lines = Path(root).resolve(), []
    for path in notebooks(root):
        file = path.relative_to(root).as_posix()
        for cell in cells.load(path)["cells"]:
            if lang := cells.language(cell):
                found = prose.advice(markup.parsed(cells.source(cell)), lang)
                lines += [str(Fault(file, cell["id"], message)) for message in found]
    return lines

"""The lint of the book: `check` holds what must never ship, `advise` only points."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dlnotes.site import cells, sources
from dlnotes.site.findings import Findings
from dlnotes.site.lint import (
    displays,
    form,
    ledger,
    links,
    markup,
    notation,
    practice,
    prose,
    rooms,
    stations,
    twins,
    words,
)
from dlnotes.site.lint.faults import Fault
from dlnotes.site.lint.terms import Glossary
from dlnotes.site.sources import FOLDERS, notebooks
from dlnotes.site.versions import digest, files


def check(root: Path, findings: Findings | None = None) -> list[str]:
    """Every fault of the book: notebooks, ledger, rooms, notation, the words beside its code.

    Args:
        root: the folder that holds `book/` and `exercises/`.
        findings: of earlier builds.

    Returns:
        One line a fault, each naming the file, the place and the way out.
    """
    root = Path(root).resolve()
    if unreadable := sources.check(root):
        return unreadable
    look = findings or Findings()
    around = _around(root, look)
    lines = [line for path in notebooks(root) for line in _lines(path, around, look)]
    found = [*rooms.check(root, look), *ledger.check(root, look), *words.check(root, look, around)]
    found += [*stations.check(root), *notation.check(root, look, around), *displays.check(root)]
    return lines + [str(fault) for fault in found]


def _around(root: Path, look: Findings) -> str:
    """A name for all that a fault of one file depends on beside that file."""
    texts = [path.read_text(encoding="utf-8") for path in notebooks(root)]
    others = [path for folder in FOLDERS for path in files(root / folder)]
    data = [path.read_text(encoding="utf-8") for path in others if path.suffix in (".yml", ".bib")]
    anchors = [" ".join(look.of(_anchors, text)) for text in texts]
    return digest(*map(str, others), *data, *anchors)


def _anchors(text: str) -> list[str]:
    with suppress(ValueError):
        return sorted(links.anchors(cells.read(text)))
    return []  # which `check_notebook` tells


def _lines(path: Path, around: str, look: Findings) -> list[str]:
    """The faults of one notebook, which are looked for anew where it or `around` has changed."""

    def notebook_faults(_: str) -> list[str]:
        return [str(fault) for fault in check_notebook(path)]

    return look.of(notebook_faults, f"{around} {path} {path.read_text(encoding='utf-8')}")


def advise(root: Path) -> list[str]:
    """Phrases worth a second look, one line each; they never fail a build."""
    root, lines = Path(root).resolve(), []
    for path in notebooks(root):
        file = path.relative_to(root).as_posix()
        for cell in cells.load(path)["cells"]:
            if lang := cells.language(cell):
                found = prose.advice(markup.parsed(cells.source(cell)), lang)
                lines += [str(Fault(file, cell["id"], message)) for message in found]
    return lines


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
    found = [*form.check(notebook, file), *ledger.notebook_faults(notebook, file, root)]
    found += practice.check(notebook, file)
    for zh, en in cells.twins(notebook):
        pair = markup.parsed(cells.source(zh)), markup.parsed(cells.source(en))
        found += [Fault(file, zh["id"], message) for message in twins.differences(*pair)]
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
        if not words.CHINESE.search(cells.source(cell)):
            yield "stands for Chinese readers without a Chinese character; translate it."


def _root(path: Path) -> Path:
    """The folder that holds `book/`, seen from a notebook inside it or inside `exercises/`."""
    for folder in path.parents:
        if folder.name in FOLDERS:
            return folder.parent
    raise ValueError(f"{path} lies in none of {', '.join(FOLDERS)}; check a notebook of the book.")

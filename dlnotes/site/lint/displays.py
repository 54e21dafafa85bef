"""Display formulas stand once for both languages: in untagged cells, without words."""

import re
from collections.abc import Iterator
from pathlib import Path

from dlnotes.site import cells, sources
from dlnotes.site.lint.faults import Fault
from dlnotes.site.lint.markup import Content

WORDS = re.compile(r"[\u3400-\u9fff]|\\(?:text|mbox)\w*\{[^}]*[A-Za-z]{2}")
LABEL = re.compile(r"\$\$ \((\S+)\) *$", re.MULTILINE)
CLOSED = re.compile(r"[.,;:，。；：]\s*$")


def faults(content: Content, lang: str | None) -> Iterator[str]:
    """What is wrong with the display formulas of a cell, or with a cell that has no language.

    Args:
        content: what the cell holds.
        lang: the language of the cell, None for a cell that both editions show.
    """
    if lang and content.displays:
        yield "a display formula in a language cell; give it an untagged cell of its own."
    if not lang and content.texts:
        yield f"words without a language: “{content.texts[0].plain[:30]}”; write twin cells."
    for formula in content.displays:
        if found := WORDS.search(formula):
            yield f"a display formula with words: {found[0]}; move them into the twin cells."
        if CLOSED.search(formula):
            yield "a display formula that ends in a mark; take the mark out."


def check(root: Path) -> Iterator[Fault]:
    """Labels that two formulas of the book share: a label names one formula on all pages."""
    places: dict[str, str] = {}
    for path in sources.notebooks(root):
        file = path.relative_to(root).as_posix()
        for cell in cells.load(path)["cells"]:
            if cell["cell_type"] == "markdown":
                for label in LABEL.findall(cells.source(cell)):
                    first = places.setdefault(label, f"{file}, cell {cell['id']}")
                    if first != f"{file}, cell {cell['id']}":
                        message = f"the label {label} is that of {first}; give it one of its own."
                        yield Fault(file, cell["id"], message)

"""Display formulas stand once for both languages: in untagged cells, without words."""

import re
from collections.abc import Iterator

from dlnotes.site.lint.markup import Content

WORDS = re.compile(r"[\u3400-\u9fff]|\\(?:text|mbox)\w*\{[^}]*[A-Za-z]{2}")
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

"""One Chinese word for one thing: the forms that the glossary rules out."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dlnotes.core.data import parsed
from dlnotes.site.lint.markup import Content, Text

MENTIONS = ("又译", "又称", "也叫", "也译", "旧称", "俗称")


class Glossary:
    """The ruled-out forms of a glossary, ready to be looked for.

    A form is let through inside a longer form that the glossary allows (小批量梯度下降 holds
    批量梯度下降), in quotes, and right after 又译, 又称, 也叫, 也译, 旧称 or 俗称.

    Args:
        terms: the entries of `book/glossary.yml`.
    """

    def __init__(self, terms: list[dict]) -> None:
        self.house = {form: term["zh"] for term in terms for form in term.get("forbidden", ())}
        allowed = [form for term in terms for form in (*term["zh"], *term.get("allowed", ()))]
        self.allowed = sorted(allowed, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(_searched, self._longest_first())) or r"(?!)")

    @classmethod
    def of(cls, root: Path) -> "Glossary":
        """The glossary of the book at `root`; an empty one where there is none."""
        path = root / "book" / "glossary.yml"
        return _parsed(path.read_text(encoding="utf-8") if path.is_file() else "")

    def _longest_first(self) -> list[str]:
        return sorted(self.house, key=len, reverse=True)

    def faults(self, content: Content) -> Iterator[str]:
        """Ruled-out forms in the Chinese prose of one cell."""
        for text in content.texts:
            yield from self.text_faults(text)

    def text_faults(self, text: Text) -> Iterator[str]:
        """Ruled-out forms in one run of Chinese prose."""
        for found in self.pattern.finditer(text.plain):
            place = text.plain, *found.span()
            if not _mentioned(*place) and not self._inside_allowed(*place):
                house = " or ".join(self.house[found[0]])
                yield f"“{found[0]}” is not the glossary's word; write {house}."

    def _inside_allowed(self, plain: str, start: int, end: int) -> bool:
        piece = plain[start:end]
        for form in self.allowed:
            if piece in form and piece != form:
                first = start - form.index(piece)
                if plain[max(first, 0) : first + len(form)] == form:
                    return True
        return False


@cache
def _parsed(text: str) -> Glossary:
    return Glossary(parsed(text) or [])


def _searched(form: str) -> str:
    if form.isascii():
        return rf"(?<![A-Za-z]){re.escape(form)}(?![A-Za-z])"
    return re.escape(form)


def _mentioned(plain: str, start: int, end: int) -> bool:
    quoted = plain[:start].endswith("“") and plain[end:].startswith("”")
    return quoted or plain[:start].endswith(MENTIONS)

"""The page that ends a chapter, what to try first: every line says what it rests on."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from dlnotes.core.coverage import PRACTICE
from dlnotes.site import cells
from dlnotes.site.lint import links, markup
from dlnotes.site.lint.faults import Fault

CARD = re.compile(r"\w+\.\w+")  # the id of a claim, which is where its card stands
CUSTOM = {"zh": "惯例", "en": "custom"}
WAY_OUT = "link the card of a claim or a paper, or write {}."


def check(notebook: dict, file: str) -> Iterator[Fault]:
    """Lines of a chapter's last page that rest on nothing; none of any other page."""
    if file.rpartition("/")[2] == f"{PRACTICE}.ipynb":
        for cell in notebook["cells"]:
            if lang := cells.language(cell):
                for message in faults(cells.source(cell), lang):
                    yield Fault(file, cell["id"], message)


def faults(source: str, lang: str) -> Iterator[str]:
    """List items without a card, a paper or the word that says that there is none."""
    for text, targets in _items(source):
        if CUSTOM[lang] not in text and not any(map(_holds, targets)):
            yield f"“{text[:30]}” rests on nothing; {WAY_OUT.format(CUSTOM[lang])}"


def _holds(link: str) -> bool:
    return bool(links.citation(link) or CARD.fullmatch(urlsplit(link).fragment))


def _items(source: str) -> Iterator[tuple[str, list[str]]]:
    """The words of every list item and where its links lead."""
    inside: list[tuple[list[str], list[str]]] = []
    for token in markup.parser().parse(source):
        if token.type == "list_item_open":
            inside.append(([], []))
        elif token.type == "inline" and inside:
            words, targets = inside[-1]
            words += [each.content for each in token.children if each.type == "text"]
            targets += [str(each.attrs["href"]) for each in token.children if "href" in each.attrs]
        elif token.type == "list_item_close":
            words, targets = inside.pop()
            yield "".join(words), targets

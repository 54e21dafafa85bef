"""Links of the book: to files, to cells of other notebooks, to the list of references."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pybtex.database import parse_string

from dlnotes.site import cells
from dlnotes.site.findings import Findings
from dlnotes.site.lint.markup import DISPLAYS, Content, parser

REFERENCES = "references.ipynb"


def citation(link: str) -> str | None:
    """The key a link cites, as in `../references.ipynb#goh2017momentum`, else None."""
    parts = urlsplit(link)
    return parts.fragment if parts.path.split("/")[-1] == REFERENCES else None


def keys(root: Path, look: Findings | None = None) -> frozenset[str]:
    """Keys of `book/references.bib`; none where there is no such file.

    Args:
        root: the project.
        look: findings of earlier builds.
    """
    path = root / "book" / "references.bib"
    if not path.is_file():
        return frozenset()
    text = path.read_text(encoding="utf-8")
    return frozenset(look.of(_cited, text) if look else _cited(text))


@cache
def _cited(text: str) -> list[str]:
    return list(parse_string(text, "bibtex").entries)


def faults(content: Content, notebook: dict, path: Path, root: Path) -> Iterator[str]:
    """Links of one cell that lead nowhere, citations without an entry, pictures without text."""
    for link in content.links:
        key = citation(link)
        if key is not None and key not in keys(root):
            yield f"cites `{key}`, which is not in book/references.bib; add it or correct the key."
        elif key is None:
            yield from _target(link, notebook, path, root)
    for link, text in content.images:
        yield from _target(link, notebook, path, root)
        if not text.strip():
            yield f"the picture {link} has no text for readers who cannot see it; write one."


def _target(link: str, notebook: dict, path: Path, root: Path) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file() or not target.is_relative_to(root.resolve()):
        yield f"links to {link}, which is no file of the book; correct the path."
        return
    other = notebook if target == path else cells.load(target) if _is_notebook(target) else None
    if parts.fragment and other and parts.fragment not in anchors(other):
        yield f"links to {link}, but no cell there is called that; use the name of a twin pair."


def _is_notebook(path: Path) -> bool:
    return path.suffix == ".ipynb"


def anchors(notebook: dict) -> set[str]:
    """What a link into a notebook can point at: twin pairs, cards of claims, labeled formulas."""
    names = {cells.TWIN.match(zh["id"])["name"] for zh, _ in cells.twins(notebook)}
    names |= {claim for _, claim in cells.claims(notebook)}
    texts = (cells.source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    tokens = (token for text in texts for token in parser().parse(text))
    return names | {token.info for token in tokens if token.type in DISPLAYS and token.info}

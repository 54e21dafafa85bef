"""The map of the book, `book/coverage.yml`: its chapters, their sections, and what each treats."""

from functools import cache

import yaml

from dlnotes.core.data import read_text


@cache
def _map() -> dict:
    return yaml.safe_load(read_text("coverage.yml"))


def chapters() -> dict[str, dict]:
    """Every chapter in the order of the book: `title`, `question` and `sections`, slug to title."""
    return _map()["chapters"]


def planned() -> list[tuple[str, str]]:
    """Every (chapter, section), built or not, in the order of the book."""
    return [(chapter, slug) for chapter, of in chapters().items() for slug in of["sections"]]

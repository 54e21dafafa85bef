"""The map of the book, `book/coverage.yml`: its chapters, their sections, and what each treats."""

from dlnotes.core.data import parsed, read_text

PRACTICE = "in_practice"  # ends a chapter: what to try first; no room, no exercise of its own


def chapters() -> dict[str, dict]:
    """Every chapter in the order of the book: `title`, `question` and `sections`, slug to title."""
    return parsed(read_text("coverage.yml"))["chapters"]


def planned() -> list[tuple[str, str]]:
    """Every (chapter, section), built or not, in the order of the book."""
    return [(chapter, slug) for chapter, of in chapters().items() for slug in of["sections"]]

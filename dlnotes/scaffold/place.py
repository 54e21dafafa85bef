"""The place of a section: its name, its title, and why there can be none of that name."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from dlnotes.core.data import parsed
from dlnotes.core.language import LANGUAGES

COVERAGE = "book/coverage.yml"
NAME = re.compile(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)")


class Refused(Exception):
    """What cannot be done: a line in both languages, with the way out."""


@dataclass(frozen=True)
class Place:
    """Where a section stands.

    Args:
        chapter: its slug.
        section: its slug, unique in the book.
        title: of the section, by language.
        caption: of the chapter, by language.
    """

    chapter: str
    section: str
    title: dict[str, str]
    caption: dict[str, str]

    @property
    def name(self) -> str:
        """The name that leads through the house, `chapter/section`."""
        return f"{self.chapter}/{self.section}"


def place(root: Path, name: str) -> Place:
    """The place that `book/coverage.yml` has for a section.

    Args:
        root: the project.
        name: `chapter/section`.

    Raises:
        Refused: when the name has another form, or the book has no place for it.
    """
    found = NAME.fullmatch(name)
    if not found:
        raise Refused(
            f"“{name}”不是 章/节，各用小写字母、数字和下划线 · “{name}” is no chapter/section, "
            "each of lower-case letters, digits and underscores: learning_rates/decay"
        )
    chapters = plan(root)
    chapter, section = found.groups()
    if chapter not in chapters:
        known = ", ".join(chapters)
        raise Refused(f"书里没有 {chapter} 这一章 · no chapter {chapter}; {COVERAGE}: {known}")
    sections = chapters[chapter]["sections"]
    if section not in sections:
        raise Refused(_unplanned(chapters, chapter, section))
    return Place(chapter, section, sections[section], chapters[chapter]["title"])


def plan(root: Path) -> dict[str, dict]:
    """The chapters of `book/coverage.yml` with their sections, in the order of the book.

    Raises:
        Refused: when the file cannot be read.
    """
    try:
        return parsed((root / COVERAGE).read_text(encoding="utf-8"))["chapters"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = " ".join(str(error).split())
        raise Refused(
            f"{COVERAGE} 读不了，先改好它 · cannot be read, mend it first: {why}"
        ) from None


def _unplanned(chapters: dict[str, dict], chapter: str, section: str) -> str:
    homes = {slug: name for name, of in chapters.items() for slug in of["sections"]}
    near = get_close_matches(section, homes, 1)
    if near:
        other = f"{homes[near[0]]}/{near[0]}"
        hint = f"是不是 {other}？否则先写进 {COVERAGE} · do you mean {other}? Else plan it there"
    else:
        hint = f"先把名字和两种语言的题目写进 {COVERAGE} · put its name and title there first"
    return f"没有计划 {chapter}/{section} 这一节 · not planned: {hint}"


def titles(texts: dict[str, str]) -> str:
    """Both languages of a title as Jupyter Book's files hold them: `中文 || English`."""
    return " || ".join(texts[lang] for lang in LANGUAGES)

"""The lines that a section has in files of the whole book: contents, map, ledger.

Every function takes the text of a file and gives the new one; the rest of it stays as it is.
"""

import re
from collections.abc import Callable

from dlnotes.scaffold.place import Place, titles

Plan = dict[str, dict]
PART = re.compile(r"^(?=  - caption:)", re.MULTILINE)
PAGE = re.compile(r"^ +- file: book/(\w+)/(\w+)\n", re.MULTILINE)
FIRST_BLOCK = "title"  # names the cell that an item of the syllabus is treated in


def with_page(text: str, place: Place, plan: Plan) -> str:
    """`_toc.yml` with a section in its place; a chapter begins with its first section."""
    head, *parts = PART.split(text)
    chapters = [_chapter(part) for part in parts]
    if place.chapter in chapters:
        at = chapters.index(place.chapter)
        parts[at] = _with_line(parts[at], place, list(plan[place.chapter]["sections"]))
    else:
        later = [*plan][[*plan].index(place.chapter) :]
        after = (n for n, name in enumerate(chapters) if name in later or name not in plan)
        caption = f'  - caption: "{titles(place.caption)}"\n    chapters:\n'
        parts.insert(next(after, len(parts)), caption + _line(place))
    return head + "".join(parts)


def without_page(text: str, place: Place) -> str:
    """`_toc.yml` without a section, and without its chapter where it was the only page."""
    head, *parts = PART.split(text)
    left = [part.replace(_line(place), "") for part in parts]
    return head + "".join(
        part for part, was in zip(left, parts, strict=True) if part == was or "- file:" in part
    )


def with_blocks(text: str, place: Place) -> str:
    """`coverage.yml` whose items of a section name a cell of it, at first its title."""
    return re.sub(rf"(\{{section: {place.name})(?=\}})", rf"\1, block: {FIRST_BLOCK}", text)


def without_blocks(text: str, place: Place) -> str:
    """`coverage.yml` whose items of a section are planned and no more."""
    return re.sub(rf"(\{{section: {place.name}), block: [^}}]*(?=\}})", r"\1", text)


def with_claims(text: str, place: Place, claims: str) -> str:
    """`claims.yml` with the entries of a section at its end, under a line with its name."""
    return f"{text}\n# {place.name}\n{claims}"


def without_claims(text: str, place: Place) -> str:
    """`claims.yml` without what stands under the line with a section's name."""
    return re.sub(rf"^\n# {place.name}\n(?:(?!\n# \w+/\w+$).*\n)*", "", text, flags=re.MULTILINE)


def _chapter(part: str) -> str:
    found = PAGE.search(part)
    return found[1] if found else ""


def _line(place: Place) -> str:
    return f"      - file: book/{place.name}\n"


def _with_line(part: str, place: Place, order: list[str]) -> str:
    later: Callable[[str], bool] = order[order.index(place.section) :].__contains__
    for found in PAGE.finditer(part):
        if later(found[2]):
            return part[: found.start()] + _line(place) + part[found.start() :]
    return part.rstrip("\n") + "\n" + _line(place)

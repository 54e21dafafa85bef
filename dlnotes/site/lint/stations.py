"""Lists of stations: what is written is linked, in the order of the contents, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.data import parsed
from dlnotes.core.language import LANGUAGES
from dlnotes.site import cells, sources
from dlnotes.site.lint.faults import Fault

COVERAGE = "coverage.yml"
CELL = "stations-{lang}"
ITEM = re.compile(
    r"^(?:\d+\.|-) (?:\[(?P<linked>[^\]]+)\]\((?P<page>[^)]+)\)|(?P<plain>\S.*?)) *\n"
    r" +(?P<question>\S.*)$",
    re.MULTILINE,
)


def check(root: Path) -> Iterator[Fault]:
    """Faults of the lists of stations, on the cover and on the first pages of chapters."""
    listed = sources.pages(root)
    for page in listed:
        file = sources.notebook(root, page)
        texts = {cell.get("id"): cells.source(cell) for cell in cells.load(file)["cells"]}
        for lang in LANGUAGES:
            name = CELL.format(lang=lang)
            found = [*ITEM.finditer(texts[name])] if name in texts else []
            for message in _faults(found, page, listed, lang, root) if name in texts else ():
                yield Fault(file.relative_to(root).as_posix(), name, message)


def _faults(
    found: list[re.Match], page: str, listed: list[str], lang: str, root: Path
) -> Iterator[str]:
    chapter = page.rpartition("/")[0]
    if chapter:
        wanted = [each for each in listed if each.startswith(f"{chapter}/") and each != page]
    else:
        chapters = parsed((root / sources.BOOK / COVERAGE).read_text(encoding="utf-8"))["chapters"]
        first = (next((p for p in listed if p.startswith(f"{name}/")), None) for name in chapters)
        wanted = [each for each in first if each]
        yield from _chapters(found, chapters, lang)
    links = [each["page"] for each in found if each["page"]]
    right = [f"{each.removeprefix(f'{chapter}/')}.ipynb" for each in wanted]
    if links != right:
        yield f"leads to {', '.join(links)}; the contents hold {', '.join(right)}: link these."


def _chapters(found: list[re.Match], chapters: dict, lang: str) -> Iterator[str]:
    """The chapters on the cover are those of the map of the book, by name and question."""
    said = [(each["linked"] or each["plain"], each["question"]) for each in found]
    known = [(of["title"][lang], of["question"][lang]) for of in chapters.values()]
    for title, question in known:
        if (title, question) not in said:
            yield f"lacks “{title}: {question}”, which stands in {COVERAGE}; list it."
    if [each for each in said if each in known] != known or len(said) != len(known):
        yield f"lists other chapters than {COVERAGE}, or in another order; follow it."

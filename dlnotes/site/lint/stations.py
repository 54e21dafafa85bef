"""Lists of stations and doors: what is written is linked, in the order of the contents.

A draft counts as not written.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.data import parsed
from dlnotes.core.language import LANGUAGES
from dlnotes.site import cells, sources
from dlnotes.site.lint.faults import Fault

COVERAGE = "coverage.yml"
ITEM = re.compile(
    r"^(?:\d+\.|-) (?:\[(?P<linked>[^\]]+)\]\((?P<page>[^)]+)\)|(?P<plain>\S.*?)) *\n"
    r" +(?P<question>\S.*)$",
    re.MULTILINE,
)


def check(root: Path) -> Iterator[Fault]:
    """Faults of the lists of stations, on the cover and on the first pages of chapters."""
    listed = sources.pages(root)
    notebooks = {page: cells.load(sources.notebook(root, page)) for page in listed}
    written = [page for page in listed if not cells.is_draft(notebooks[page])]
    for page in written:
        file = sources.notebook(root, page).relative_to(root).as_posix()
        texts = {cell.get("id"): cells.source(cell) for cell in notebooks[page]["cells"]}
        for lang in LANGUAGES:
            for kind, faults in (("stations", _stations), ("doors", _doors)):
                name = f"{kind}-{lang}"
                for message in (
                    faults(texts[name], page, written, lang, root) if name in texts else ()
                ):
                    yield Fault(file, name, message)


def _stations(text: str, page: str, written: list[str], lang: str, root: Path) -> Iterator[str]:
    found, chapter = [*ITEM.finditer(text)], page.rpartition("/")[0]
    if chapter:
        wanted = [each for each in written if each.startswith(f"{chapter}/") and each != page]
    else:
        chapters = parsed((root / sources.BOOK / COVERAGE).read_text(encoding="utf-8"))["chapters"]
        first = (next((p for p in written if p.startswith(f"{name}/")), None) for name in chapters)
        wanted = [each for each in first if each]
        yield from _chapters(found, chapters, lang)
    links = [each["page"] for each in found if each["page"]]
    right = [f"{each.removeprefix(f'{chapter}/')}.ipynb" for each in wanted]
    if links != right:
        yield f"leads to {', '.join(links)}; written are {', '.join(right)}: link these."


def _doors(text: str, page: str, written: list[str], lang: str, root: Path) -> Iterator[str]:
    """The first door opens on the first section."""
    link = re.search(r"\]\(([^)#]+)\)", text)
    first = next((each for each in written if "/" in each and not each.endswith("/index")), None)
    if first and (not link or link[1] != f"{first}.ipynb"):
        yield f"its first door leads elsewhere than to the first section; link {first}.ipynb."


def _chapters(found: list[re.Match], chapters: dict, lang: str) -> Iterator[str]:
    """The chapters on the cover are those of the map of the book, by name and question."""
    said = [(each["linked"] or each["plain"], each["question"]) for each in found]
    known = [(of["title"][lang], of["question"][lang]) for of in chapters.values()]
    for title, question in known:
        if (title, question) not in said:
            yield f"lacks “{title}: {question}”, which stands in {COVERAGE}; list it."
    if [each for each in said if each in known] != known or len(said) != len(known):
        yield f"lists other chapters than {COVERAGE}, or in another order; follow it."

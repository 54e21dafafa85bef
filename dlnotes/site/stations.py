"""Lists of pages as stations of a line: a still, minutes, verdicts, and what is not written yet.

A page may hold such a list in its cell `stations` or `doors`. The words stand in the notebook; what
is added here is found: in the linked pages, in the ledger, in the table of contents.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from dlnotes.core.language import both
from dlnotes.core.ledger import VERDICTS, entries
from dlnotes.site.findings import Findings
from dlnotes.site.search import read_page
from dlnotes.site.thumbnails import thumbnail

KINDS = ("stations", "doors")  # names of cells
LIST = re.compile(
    rf'(<div class="twin" id="(?P<kind>{"|".join(KINDS)})"></div>\s*)'
    r"<(?P<tag>ul|ol)[^>]*>(?P<items>.*?)</(?P=tag)>",
    re.DOTALL,
)
ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
LINK = re.compile(r'<a class="reference internal" href="([^"#]+\.html)')
DRAFT = 'class="draft"'
TO_JUDGE = 'class="verdicts-said"'
CHARACTERS, WORDS = 250, 200  # that one reads in a minute, where each line wants thought
MINUTES = both(zh="{count} 分钟", en="{count} min")
SECTIONS = both(zh="{count} 节", en="{count} sections")
SAYINGS = both(zh="{count} 句话", en="{count} sentences")
JUDGED = both(zh="每站判几句话：", en="Sayings judged at each: ")
READ = both(zh="读过", en="read")
UNWRITTEN = both(zh="还没写", en="not written yet")


def furnished(name: str, pages: dict[str, str], lang: str, look: Findings | None = None) -> str:
    """The HTML of a page with its lists of pages furnished; any other page as it is.

    Args:
        name: its address without its ending, such as `"optimizers/index"`.
        pages: the HTML of all pages of the edition, by such names.
        lang: `"zh"` or `"en"`.
        look: findings of earlier builds.
    """
    look = look or Findings()

    def list_of(found: re.Match) -> str:
        item = {"stations": _station, "doors": _door}[found["kind"]]
        items = ITEM.sub(lambda each: item(each[1], name, pages, lang, look), found["items"])
        key = _key(lang) if 'class="verdict-' in items else ""
        return f'{found[1]}{key}<{found["tag"]} class="{found["kind"]}">{items}</{found["tag"]}>'

    return LIST.sub(list_of, pages[name])


def _key(lang: str) -> str:
    """What the shapes beside the stations mean."""
    shapes = "".join(
        f'<span class="verdict-{verdict}">{shape} {html.escape(words[lang])}</span>'
        for verdict, (shape, words) in VERDICTS.items()
    )
    return f'<p class="facts key">{JUDGED[lang]}{shapes}</p>'


def _station(words: str, name: str, pages: dict[str, str], lang: str, look: Findings) -> str:
    target = _target(words, name)
    if not target:
        return f'<li class="unwritten">{words}<p class="facts">{UNWRITTEN[lang]}</p></li>'
    page = pages[target]
    picture = look.of(thumbnail, page)
    link = f'<a class="still" href="{LINK.search(words)[1]}" tabindex="-1" aria-hidden="true">'
    shown = f"{link}{picture}</a>" if picture else ""
    told = " ".join(_facts(target, pages, lang, look))
    read = f'<span class="read">{READ[lang]}</span>'
    return f'<li data-station="{target}">{shown}{words}<p class="facts">{told} {read}</p></li>'


def _door(words: str, name: str, pages: dict[str, str], lang: str, _: Findings) -> str:
    target = _target(words, name)
    count = pages[target].count(TO_JUDGE) if target else 0
    told = SAYINGS[lang].format(count=count) if count else ""
    return f'<li>{words}<p class="facts">{told}</p></li>' if told else f"<li>{words}</li>"


def _target(words: str, name: str) -> str | None:
    """The page that an item leads to, as seen from the top of the edition."""
    link = LINK.search(words)
    return (PurePosixPath(name).parent / link[1]).with_suffix("").as_posix() if link else None


def _facts(target: str, pages: dict[str, str], lang: str, look: Findings) -> Iterator[str]:
    place = PurePosixPath(target)
    if place.name == "index":  # of a chapter
        inside = re.compile(rf"{place.parent}/(?!index$).+")
        written = [name for name in pages if inside.fullmatch(name) and DRAFT not in pages[name]]
        count = len(written)
        yield f"<span>{SECTIONS[lang].format(count=count)}</span>"
    else:
        inside = re.compile(target)
        count = minutes(look.of(read_page, pages[target]), lang)
        yield f"<span>{MINUTES[lang].format(count=count)}</span>"
    counts = Counter(
        each["verdict"] for each in entries().values() if inside.fullmatch(each["section"])
    )
    for verdict, (shape, words) in VERDICTS.items():
        if counts[verdict]:
            title = html.escape(words[lang])
            yield (
                f'<span class="verdict-{verdict}" title="{title}"><span aria-hidden="true">{shape}'
                f'</span><span class="spoken">{title}</span> {counts[verdict]}</span>'
            )


def minutes(found: dict | None, lang: str) -> int:
    """How long one reads a page, code and demos left aside; at least 1.

    Args:
        found: the page as the search sees it.
        lang: of the page.
    """
    text = " ".join(block[2] for block in found["blocks"]) if found else ""
    sign, speed = (r"[\u3400-\u9fff]|[A-Za-z]+", CHARACTERS) if lang == "zh" else (r"[\w’]+", WORDS)
    return max(1, round(len(re.findall(sign, text)) / speed))

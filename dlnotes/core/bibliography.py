"""The papers the book cites, read from `references.bib`."""

import html
import re
from dataclasses import dataclass
from functools import cache

from pybtex.database import Entry, parse_string
from pybtex.richtext import Text

from dlnotes.core.data import read_text
from dlnotes.core.language import Bilingual, both


@dataclass(frozen=True)
class Reference:
    """One cited work: `short` for running text, `full` for the list, `url` where there is one."""

    key: str
    short: str
    full: str
    url: str


def reference(key: str) -> Reference:
    """The cited work with this key.

    Raises:
        ValueError: when `references.bib` has no such key.
    """
    entry = _entries().get(key)
    if entry is None:
        raise ValueError(f"`references.bib` has no entry {key!r}; add it or correct the key.")
    return Reference(key, _short(entry), _full(entry), _url(entry))


def bibliography() -> Bilingual:
    """Every cited work, sorted by author, each with its key as the anchor."""
    works = sorted((reference(key) for key in _entries()), key=lambda work: work.short.lower())
    items = "".join(f'<li id="{work.key}">{_linked(work)}</li>' for work in works)
    text = f'<ul class="bibliography">{items}</ul>'
    plain = "\n".join(work.full for work in works)
    return Bilingual(html=both(zh=text, en=text), plain=both(zh=plain, en=plain))


@cache
def _entries() -> dict[str, Entry]:
    return dict(parse_string(read_text("references.bib"), "bibtex").entries)


def _plain(latex: str) -> str:
    return str(Text.from_latex(latex))


def _surnames(entry: Entry) -> list[str]:
    people = entry.persons.get("author", [])
    return [_plain(" ".join([*person.prelast_names, *person.last_names])) for person in people]


def _short(entry: Entry) -> str:
    names = _surnames(entry)
    who = names[0] if len(names) == 1 else " & ".join(names) if len(names) == 2 else names[0]
    return f"{who}{' et al.' if len(names) > 2 else ''} ({entry.fields.get('year', 'n.d.')})"


def _full(entry: Entry) -> str:
    fields = entry.fields
    where = fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or ""
    numbers = f" {fields['volume']}" if "volume" in fields else ""
    numbers += f"({fields['number']})" if "number" in fields else ""
    pages = f":{fields['pages'].replace('--', '–')}" if "pages" in fields else ""
    title = _plain(fields["title"]).rstrip(".")
    names = ", ".join(_surnames(entry))
    venue = f" {_plain(where)}{numbers}{pages}." if where else ""
    return f"{names} ({fields.get('year', 'n.d.')}). {title}.{venue}"


def _url(entry: Entry) -> str:
    fields = entry.fields
    if "url" in fields:
        return fields["url"]
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    return f"https://arxiv.org/abs/{fields['eprint']}" if "eprint" in fields else ""


def _linked(work: Reference) -> str:
    text = html.escape(work.full)
    if not work.url:
        return text
    shown = html.escape(re.sub(r"^https?://", "", work.url))
    return f'{text} <a href="{html.escape(work.url)}">{shown}</a>'

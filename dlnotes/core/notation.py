"""The letters of the book, `book/notation.yml`: what each stands for, everywhere or on one page."""

import html
from dataclasses import dataclass, field

from dlnotes.core import coverage
from dlnotes.core.data import parsed, read_text
from dlnotes.core.language import LANGUAGES, Bilingual, both

HEADS = (
    both(zh="记号", en="Symbol"),
    both(zh="意思", en="Meaning"),
    both(zh="代码里", en="In code"),
    both(zh="单位、形状", en="Unit, shape"),
)
EVERYWHERE = both(zh="全书", en="The whole book")


@dataclass(frozen=True)
class Row:
    """One symbol; see the header of `book/notation.yml` for the fields."""

    symbol: str
    meaning: dict[str, str]
    code: str = ""
    unit: dict[str, str] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    note: dict[str, str] = field(default_factory=dict)


def rows(text: str | None = None) -> list[Row]:
    """The table in the order of its file.

    Args:
        text: the file's; `None` reads the book's.
    """
    entries = parsed(read_text("notation.yml") if text is None else text) or []
    return [Row(**{**entry, "pages": tuple(entry.get("pages", ()))}) for entry in entries]


def anchor(page: str) -> str:
    """Where the letters of one page stand, such as `"optimizers-adam"`; "" where it has none."""
    return page.replace("/", "-") if any(page in row.pages for row in rows()) else ""


def notation() -> Bilingual:
    """The whole table: first what holds everywhere, then the letters of single pages."""
    groups = list(_groups())
    return Bilingual(
        html={lang: _table(groups, lang) for lang in LANGUAGES},
        plain={lang: _plain(groups, lang) for lang in LANGUAGES},
    )


def _groups():
    """A page (none for the whole book), its title, and its rows, in the order of the book."""
    yield "", EVERYWHERE, [row for row in rows() if not row.pages]
    for chapter, slug in coverage.planned():
        page = f"{chapter}/{slug}"
        found = [row for row in rows() if page in row.pages]
        if found:
            yield page, coverage.chapters()[chapter]["sections"][slug], found


def _table(groups: list, lang: str) -> str:
    heads = "".join(f'<th scope="col">{head[lang]}</th>' for head in HEADS)
    bodies = "".join(_body(*group, lang) for group in groups)
    return f'<table class="notation"><thead><tr>{heads}</tr></thead>{bodies}</table>'


def _body(page: str, title: dict[str, str], found: list[Row], lang: str) -> str:
    words = html.escape(title[lang])
    head = f'<a href="{page}.html">{words}</a>' if page else words
    place = f' id="{anchor(page)}"' if page else ""
    lines = "".join(_line(row, lang) for row in found)
    return (
        f'<tbody{place}><tr><th class="notation-page" scope="rowgroup" colspan="4">{head}</th>'
        f"</tr>{lines}</tbody>"
    )


def _line(row: Row, lang: str) -> str:
    other = next(each for each in LANGUAGES if each != lang)
    words = f'{html.escape(row.meaning[lang])} <span lang="{other}">{row.meaning[other]}</span>'
    note = f"<small>{html.escape(row.note[lang])}</small>" if row.note else ""
    code = f"<code>{html.escape(row.code)}</code>" if row.code else ""
    unit = html.escape(row.unit.get(lang, ""))
    cells = (words + note, code, unit)
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">\\({html.escape(row.symbol)}\\)</th>{rest}</tr>'


def _plain(groups: list, lang: str) -> str:
    lines = []
    for _, title, found in groups:
        lines += [title[lang]]
        lines += [f"  {row.symbol}  {row.meaning['zh']}  {row.meaning['en']}" for row in found]
    return "\n".join(lines)

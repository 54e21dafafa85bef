"""The table of right and wrong names.

Book: convergence/five_outcomes
"""

import html
from collections.abc import Mapping

from dlnotes.convergence.diagnosis import NAMES
from dlnotes.core.language import LANGUAGES, Bilingual, both

TIGHT = ' style="padding-inline: 0.3rem"'  # for all columns to fit on a phone
SHORT = ("A", "B1", "B2", "C", "D", "E", "?")  # the names in the heads of the columns
READ = both(
    zh="一行一种毛病，旋钮说的；一列一种说法，两条曲线说的；?：说不准",
    en="A row for each fault, as the knobs say; a column for each name, as the curves say; "
    "?: cannot tell",
)


def confusion(seen: Mapping[tuple[str, str], int]) -> Bilingual:
    """The counts of `experiments.confusion` as a table, both languages.

    Args:
        seen: (what the knobs say, what the curves say) -> runs.
    """
    return Bilingual(
        html={lang: _table(seen, lang) for lang in LANGUAGES},
        plain={lang: _plain(seen, lang) for lang in LANGUAGES},
    )


def _rows(seen: Mapping[tuple[str, str], int], lang: str) -> list[list[str]]:
    truths = [name for name in NAMES if name != "unclear"]
    head = ["", *SHORT]
    body = [[NAMES[a][lang], *(str(seen.get((a, b), 0)) for b in NAMES)] for a in truths]
    return [head, *body]


def _table(seen: Mapping[tuple[str, str], int], lang: str) -> str:
    head, *body = _rows(seen, lang)
    heads = "".join(f'<th scope="col"{TIGHT}>{html.escape(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row"{TIGHT}>{html.escape(row[0])}</th>'
        + "".join(_cell(cell, right=i == j) for j, cell in enumerate(row[1:]))
        + "</tr>"
        for i, row in enumerate(body)
    )
    return (
        f'<p>{html.escape(READ[lang])}</p><table class="table">'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _cell(count: str, *, right: bool) -> str:
    """Bold where both say the same; nothing where no run is."""
    shown = "" if count == "0" else count
    return f"<td{TIGHT}>{f'<strong>{shown}</strong>' if right and shown else shown}</td>"


def _plain(seen: Mapping[tuple[str, str], int], lang: str) -> str:
    return "\n".join([READ[lang], *("\t".join(row) for row in _rows(seen, lang))])

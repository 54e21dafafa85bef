"""Every sentence that a chapter tests, with its verdict, in one table."""

import html

from dlnotes.core import coverage, ledger
from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.core.ledger import VERDICTS, Claim

OPEN = {"zh": "翻开 {count} 句话的判定", "en": "Open the verdicts on {count} sentences"}


def claims_of(chapter: str) -> Bilingual:
    """All sentences that a chapter tests, section by section, each with its verdict.

    Args:
        chapter: a folder of the book, such as `"optimizers"`.

    Raises:
        ValueError: when the ledger holds no claim of it.
    """
    entries = [ledger.entry(id) for id in ledger.entries()]
    entries = [entry for entry in entries if entry.section.startswith(f"{chapter}/")]
    if not entries:
        raise ValueError(f"`claims.yml` has no claim of {chapter!r}; add some or correct it.")
    known = coverage.chapters()[chapter]["sections"]
    slugs = [slug for slug in known if any(_slug(entry) == slug for entry in entries)]
    groups = [(slug, known[slug], [e for e in entries if _slug(e) == slug]) for slug in slugs]
    return Bilingual(
        html={lang: _table(groups, lang) for lang in LANGUAGES},
        plain={lang: _plain_table(groups, lang) for lang in LANGUAGES},
    )


def _slug(entry: Claim) -> str:
    return entry.section.rpartition("/")[2]


def _table(groups: list[tuple], lang: str) -> str:
    rows = []
    for slug, title, entries in groups:
        link = f'<a href="{slug}.html">{html.escape(title[lang])}</a>'
        rows.append(f'<tr><th colspan="2" scope="rowgroup">{link}</th></tr>')
        for entry in entries:
            shape, verdict = VERDICTS[entry.verdict]
            rows.append(
                f'<tr class="claim-{entry.verdict}"><td><a href="{slug}.html#{entry.id}">'
                f"{html.escape(entry.said[lang])}</a></td>"
                f'<td class="claim-verdict"><span class="claim-shape" aria-hidden="true">{shape}'
                f"</span> {verdict[lang]}</td></tr>"
            )
    count = sum(len(entries) for _, _, entries in groups)
    return (
        f'<details class="claims"><summary>{OPEN[lang].format(count=count)}</summary>'
        f'<table class="table"><tbody>{"".join(rows)}</tbody></table></details>'
    )


def _plain_table(groups: list[tuple], lang: str) -> str:
    lines = []
    for _, title, entries in groups:
        lines += [title[lang]]
        lines += [f"  {VERDICTS[e.verdict][0]} {e.id} {e.said[lang]}" for e in entries]
    return "\n".join(lines)

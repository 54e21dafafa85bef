"""Every sentence that the book tests, to be judged by the reader before the verdict is shown.

The page is whole without a script: the sentences of a section lie behind a fold, each verdict
behind its own. `static/verdicts.js` of the site adds the buttons and keeps the tally.
"""

import html

from dlnotes.core import coverage, ledger
from dlnotes.core.language import LANGUAGES, Bilingual, both
from dlnotes.core.ledger import VERDICTS, Claim

ANSWER = both(zh="看判定", en="See the verdict")
MEASURED = both(zh="这些数怎么来的", en="Where these numbers come from")
SOURCE = both(zh="出处在哪里", en="Where it stands")
YOURS = both(zh="你的判定", en="Your verdict")
READ = both(zh="读这一节", en="Read the section")
COUNT = both(zh="{} 句", en="{} sentences")
QUOTED = both(zh="“{}”", en="“{}”")

Group = tuple[str, dict[str, str], list[Claim]]


def claims_of(chapter: str | None = None) -> Bilingual:
    """The sentences of a chapter or of the whole book, section by section, verdicts folded.

    Args:
        chapter: a folder of the book, such as `"optimizers"`; `None` for all.

    Raises:
        ValueError: when the ledger holds no claim of it.
    """
    entries = [ledger.entry(id) for id in ledger.entries()]
    groups = [
        (f"{name}/{slug}", coverage.chapters()[name]["sections"][slug], found)
        for name, slug in coverage.planned()
        if chapter in (None, name)
        and (found := [entry for entry in entries if entry.section == f"{name}/{slug}"])
    ]
    if not groups:
        raise ValueError(f"`claims.yml` has no claim of {chapter!r}; add some or correct it.")
    return Bilingual(
        html={lang: _list(groups, lang, chapter) for lang in LANGUAGES},
        plain={lang: _plain_list(groups, lang) for lang in LANGUAGES},
    )


def judge(id: str) -> Bilingual:
    """One sentence to be judged at once, as the opening of a chapter.

    Args:
        id: a claim of `claims.yml`; its chapter is that of the page.

    Raises:
        ValueError: for an id that the ledger does not hold.
    """
    entry = ledger.entry(id)
    chapter, slug = entry.section.split("/")
    return Bilingual(
        html={
            lang: '<div class="verdicts" data-verdicts><ol>'
            + _item(entry, f"{slug}.html", chapter, lang).replace(f' id="judge-{id}"', "", 1)
            + "</ol></div>"
            for lang in LANGUAGES
        },
        plain={lang: QUOTED[lang].format(entry.said[lang]) for lang in LANGUAGES},
    )


def _list(groups: list[Group], lang: str, chapter: str | None) -> str:
    parts = "".join(_part(group, lang, chapter) for group in groups)
    opened = parts.replace("<details ", "<details open ", 1)
    return f'<div class="verdicts" data-verdicts>{opened}</div>'


def _part(group: Group, lang: str, chapter: str | None) -> str:
    """The sentences of one section, behind a fold that says how many there are."""
    section, title, entries = group
    name = section.split("/")[0]
    page = section.removeprefix(f"{chapter}/") + ".html"
    items = "".join(_item(entry, page, name, lang) for entry in entries)
    return (
        f'<details class="verdicts-part" data-chapter="{name}" '
        f'data-chapter-title="{html.escape(coverage.chapters()[name]["title"][lang])}">'
        f"<summary>{html.escape(title[lang])} "
        f'<span class="verdicts-count">{COUNT[lang].format(len(entries))}</span></summary>'
        f'<ol>{items}</ol><p><a href="{page}">{READ[lang]}</a></p></details>'
    )


def _item(entry: Claim, page: str, chapter: str, lang: str) -> str:
    shape, verdict = VERDICTS[entry.verdict]
    more = (SOURCE if entry.kind == "source" else MEASURED)[lang]
    choices = "".join(
        f'<button type="button" data-choice="{name}" aria-pressed="false">'
        f'<span class="claim-shape" aria-hidden="true">{mark}</span> {words[lang]}</button>'
        for name, (mark, words) in VERDICTS.items()
    )
    said = html.escape(entry.said[lang])
    return (
        f'<li id="judge-{entry.id}" data-id="{entry.id}" data-verdict="{entry.verdict}" '
        f'data-chapter="{chapter}"><p class="verdicts-said">{QUOTED[lang].format(said)}</p>'
        f'<div class="verdicts-choices" role="group" aria-label="{YOURS[lang]}" hidden>{choices}'
        f"</div><details><summary>{ANSWER[lang]}</summary>"
        f'<p class="claim-verdict claim-{entry.verdict}"><span class="claim-shape" '
        f'aria-hidden="true">{shape}</span> <strong>{verdict[lang]}</strong> '
        f'{html.escape(entry.finding[lang])} <a href="{page}#{entry.id}">{more}</a></p>'
        "</details></li>"
    )


def _plain_list(groups: list[Group], lang: str) -> str:
    lines = []
    for _, title, entries in groups:
        lines += [title[lang]]
        lines += [f"  {VERDICTS[e.verdict][0]} {e.id} {e.said[lang]}" for e in entries]
    return "\n".join(lines)

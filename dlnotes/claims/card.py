"""The card of a claim: what is often said, the verdict, what was measured, the reference."""

import html
import string
from collections.abc import Sequence

from dlnotes.core import palette
from dlnotes.core.bibliography import reference
from dlnotes.core.ledger import VERDICTS, Claim

WORDS = {
    "zh": {
        "said": "常听说",
        "verdict": "判定",
        "measured": "实测",
        "exact": "算得",
        "reference": "出处",
    },
    "en": {
        "said": "Often said",
        "verdict": "Verdict",
        "measured": "Measured",
        "exact": "Exact",
        "reference": "Reference",
    },
}
LINK = {"zh": "这张卡片的链接（{id}）", "en": "Link to this card ({id})"}
QUOTES = {"zh": "“{}”", "en": "“{}”"}
RAISED = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
INTERVAL = {"zh": "{low} 到 {high}", "en": "{low} to {high}"}
SEEDS = {"zh": "（{n} 个种子）", "en": " ({n} seeds)"}

STYLE = palette.notebook(".dlnotes") + palette.CARD.read_text(encoding="utf-8")

Value = float | Sequence[float]


def card(entry: Claim, values: dict[str, Value], lang: str) -> str:
    """The card as HTML, in one language."""
    words, (shape, verdict) = WORDS[lang], VERDICTS[entry.verdict]
    up = "../" * (entry.section.count("/"))
    rows = [
        f'<p class="claim-said"><span class="claim-word">{words["said"]}</span> '
        f"{QUOTES[lang].format(html.escape(entry.said[lang]))}</p>",
        f'<p class="claim-verdict"><span class="claim-shape" aria-hidden="true">{shape}</span> '
        f"<strong>{verdict[lang]}</strong> {html.escape(entry.finding[lang])}</p>",
    ]
    if entry.measured:
        rows.append(
            f'<p class="claim-measured"><span class="claim-word">{words[_shown(entry)]}</span> '
            f"{html.escape(_measured(entry, values, lang))}</p>"
        )
    if entry.reference:
        links = "; ".join(
            f'<a href="{up}references.html#{key}">{html.escape(text)}</a>'
            for key, text in _references(entry)
        )
        rows.append(
            f'<p class="claim-reference"><span class="claim-word">{words["reference"]}</span> '
            f"{links}</p>"
        )
    label = f"{entry.id} · {verdict[lang]}"
    look = f"dlnotes claim claim-{entry.verdict}"
    return (
        f'<aside class="{look}" id="{entry.id}" data-claim="{entry.id}" '
        f'aria-label="{label}">{_link(entry.id, lang)}{"".join(rows)}</aside>'
    )


def _link(id: str, lang: str) -> str:
    words = LINK[lang].format(id=id)
    return f'<a class="claim-link" href="#{id}" title="{words}" aria-label="{words}">#</a>'


def plain_card(entry: Claim, values: dict[str, Value], lang: str) -> str:
    """The card as text for a terminal."""
    words, (shape, verdict) = WORDS[lang], VERDICTS[entry.verdict]
    colon = "：" if lang == "zh" else ": "
    lines = [
        f"{words['said']}{colon}{QUOTES[lang].format(entry.said[lang])}",
        f"{words['verdict']}{colon}{shape} {verdict[lang]} — {entry.finding[lang]}",
    ]
    if entry.measured:
        lines.append(f"{words[_shown(entry)]}{colon}{_measured(entry, values, lang)}")
    if entry.reference:
        cited = "; ".join(text for _, text in _references(entry))
        lines.append(f"{words['reference']}{colon}{cited}")
    return "\n".join(lines)


def _shown(entry: Claim) -> str:
    """What the numbers are: algebra is not measured."""
    return "exact" if entry.kind == "exact" else "measured"


def fields(entry: Claim) -> set[str]:
    """Names of the numbers that the card shows."""
    texts = string.Formatter().parse("".join(entry.measured.values()))
    return {name for _, name, _, _ in texts if name}


def is_list(value: Value) -> bool:
    """Whether a value holds one number a seed."""
    return isinstance(value, Sequence)


def _measured(entry: Claim, values: dict[str, Value], lang: str) -> str:
    parts = []
    for text, name, spec, _ in string.Formatter().parse(entry.measured.get(lang, "")):
        parts.append(text)
        if name:
            parts.append(_number(values[name], spec or "g", lang))
    counts = {len(value) for value in values.values() if is_list(value)}
    return "".join(parts) + "".join(SEEDS[lang].format(n=count) for count in counts if parts)


def _number(value: Value, spec: str, lang: str) -> str:
    if not is_list(value):
        return _typeset(format(value, spec))
    low, high = (_typeset(format(end, spec)) for end in (min(value), max(value)))
    return INTERVAL[lang].format(low=low, high=high)


def _typeset(number: str) -> str:
    """-2.7e-09 as a reader writes it: −2.7×10⁻⁹."""
    mantissa, _, exponent = number.replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    sign, digits = ("−", exponent[1:]) if exponent.startswith("−") else ("", exponent[1:])
    return f"{mantissa}×10{(sign + (digits.lstrip('0') or '0')).translate(RAISED)}"


def _references(entry: Claim) -> list[tuple[str, str]]:
    """(key, text) of each reference; the locator belongs to the first."""
    works = [reference(key) for key in entry.reference]
    places = [f", {entry.locator}" if entry.locator and not i else "" for i in range(len(works))]
    return [(work.key, work.short + place) for work, place in zip(works, places, strict=True)]

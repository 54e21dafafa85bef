"""Claims: a sentence of the book, its condition, and the numbers that a notebook hands over.

The ledger `book/claims.yml` holds what is said, the verdict, the condition and a counter-example
on which the condition must fail, so that no check can be empty; the notebook supplies the numbers.
"""

import html
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import yaml

from dlnotes.core.bibliography import reference
from dlnotes.core.conditions import holds, names
from dlnotes.core.data import read_text
from dlnotes.core.language import LANGUAGES, Bilingual, complete

VERDICTS = {
    "true": ("●", {"zh": "成立", "en": "True"}),
    "conditions": ("◐", {"zh": "有条件成立", "en": "True with conditions"}),
    "misleading": ("◇", {"zh": "有误导", "en": "Misleading"}),
    "false": ("✕", {"zh": "不成立", "en": "False"}),
}
WORDS = {
    "zh": {"said": "常听说", "verdict": "判定", "measured": "实测", "reference": "出处"},
    "en": {
        "said": "Often said",
        "verdict": "Verdict",
        "measured": "Measured",
        "reference": "Reference",
    },
}
QUOTES = {"zh": "“{}”", "en": "“{}”"}
OPEN = {"zh": "翻开 {count} 句话的判定", "en": "Open the verdicts on {count} sentences"}
RAISED = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
INTERVAL = {"zh": "{low} 到 {high}", "en": "{low} to {high}"}
SEEDS = {"zh": "（{n} 个种子）", "en": " ({n} seeds)"}

Value = float | Sequence[float]


class ClaimFailed(AssertionError):
    """The numbers of this run do not satisfy the claim's condition."""


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger; see the header of `book/claims.yml` for the fields."""

    id: str
    section: str
    said: dict[str, str]
    verdict: str
    finding: dict[str, str]
    kind: str = "checked"
    measured: dict[str, str] = field(default_factory=dict)
    condition: str = ""
    counterexample: dict[str, float] = field(default_factory=dict)
    reference: list[str] = field(default_factory=list)
    locator: str = ""

    def __post_init__(self) -> None:
        complete(self.said, f"{self.id}: said")
        complete(self.finding, f"{self.id}: finding")
        if self.verdict not in VERDICTS:
            raise ValueError(
                f"{self.id}: `verdict` must be one of {', '.join(VERDICTS)}, got {self.verdict!r}."
            )
        if self.kind == "checked":
            self._check_counterexample()

    def _check_counterexample(self) -> None:
        complete(self.measured, f"{self.id}: measured")
        if not self.counterexample:
            raise ValueError(f"{self.id} has no `counterexample`; add numbers that must fail.")
        if holds(self.condition, self.counterexample):
            raise ValueError(
                f"{self.id}: the counter-example {self.counterexample} satisfies "
                f"`{self.condition}`; one of the two is wrong."
            )


def claim(id: str, **values: Value) -> Bilingual:
    """Check a claim with the numbers of this run and show its card.

    Args:
        id: of the ledger, such as `"C3.07"`.
        **values: a number for each name in the condition; a list holds one number per seed,
            and the condition must hold for every seed.

    Raises:
        ClaimFailed: when the condition is false.
        ValueError: for an unknown id, or a missing or superfluous value.
    """
    entry = ledger_entry(id)
    for seed, numbers in enumerate(_per_seed(entry, values)):
        if entry.kind == "checked" and not holds(entry.condition, numbers):
            seen = ", ".join(f"{name}={number:g}" for name, number in numbers.items())
            where = f" (seed {seed})" if any(map(_is_list, values.values())) else ""
            raise ClaimFailed(f"{id}: `{entry.condition}` is false for {seen}{where}.")
    return Bilingual(
        html={lang: _card(entry, values, lang) for lang in LANGUAGES},
        plain={lang: _plain_card(entry, values, lang) for lang in LANGUAGES},
    )


def claims_of(chapter: str) -> Bilingual:
    """All sentences that a chapter tests, section by section, each with its verdict.

    Args:
        chapter: a folder of the book, such as `"optimizers"`.

    Raises:
        ValueError: when the ledger holds no claim of it.
    """
    entries = [ledger_entry(id) for id in _ledger()]
    entries = [entry for entry in entries if entry.section.startswith(f"{chapter}/")]
    if not entries:
        raise ValueError(f"`claims.yml` has no claim of {chapter!r}; add some or correct it.")
    known = yaml.safe_load(read_text("coverage.yml"))["chapters"][chapter]["sections"]
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


def ledger_entry(id: str) -> Claim:
    """The ledger's entry with this id.

    Raises:
        ValueError: when there is none, or when the entry is incomplete.
    """
    entry = _ledger().get(id)
    if entry is None:
        raise ValueError(f"`claims.yml` has no claim {id!r}; add it or correct the id.")
    return Claim(id=id, **entry)


@cache
def _ledger() -> dict[str, dict]:
    return yaml.safe_load(read_text("claims.yml")) or {}


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence)


def _per_seed(entry: Claim, values: dict[str, Value]) -> list[dict[str, float]]:
    wanted = names(entry.condition) if entry.condition else set()
    fields = string.Formatter().parse("".join(entry.measured.values()))
    known = wanted | {name for _, name, _, _ in fields if name}
    for name in sorted(known ^ set(values)):
        state = "needs a value for" if name in known else "knows no value"
        raise ValueError(f"{entry.id} {state} `{name}`; see its entry in claims.yml.")
    lengths = {len(value) for value in values.values() if _is_list(value)}
    if len(lengths) > 1:
        raise ValueError(f"{entry.id}: lists must have one entry per seed, got lengths {lengths}.")
    count = lengths.pop() if lengths else 1
    return [
        {name: float(value[seed] if _is_list(value) else value) for name, value in values.items()}
        for seed in range(count)
    ]


def _measured(entry: Claim, values: dict[str, Value], lang: str) -> str:
    parts = []
    for text, name, spec, _ in string.Formatter().parse(entry.measured.get(lang, "")):
        parts.append(text)
        if name:
            parts.append(_number(values[name], spec or "g", lang))
    counts = {len(value) for value in values.values() if _is_list(value)}
    return "".join(parts) + "".join(SEEDS[lang].format(n=count) for count in counts if parts)


def _number(value: Value, spec: str, lang: str) -> str:
    if not _is_list(value):
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


def _card(entry: Claim, values: dict[str, Value], lang: str) -> str:
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
            f'<p class="claim-measured"><span class="claim-word">{words["measured"]}</span> '
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
    return (
        f'<aside class="claim claim-{entry.verdict}" id="{entry.id}" data-claim="{entry.id}" '
        f'aria-label="{label}">{"".join(rows)}<span class="claim-id">{entry.id}</span></aside>'
    )


def _plain_card(entry: Claim, values: dict[str, Value], lang: str) -> str:
    words, (shape, verdict) = WORDS[lang], VERDICTS[entry.verdict]
    colon = "：" if lang == "zh" else ": "
    lines = [
        f"{words['said']}{colon}{QUOTES[lang].format(entry.said[lang])}",
        f"{words['verdict']}{colon}{shape} {verdict[lang]} — {entry.finding[lang]}",
    ]
    if entry.measured:
        lines.append(f"{words['measured']}{colon}{_measured(entry, values, lang)}")
    if entry.reference:
        cited = "; ".join(text for _, text in _references(entry))
        lines.append(f"{words['reference']}{colon}{cited}")
    return "\n".join(lines)

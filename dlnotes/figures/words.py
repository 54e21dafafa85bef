"""Words of a figure, in both languages; their numbers are handed over, so that none grows stale."""

import string
from collections.abc import Mapping
from typing import Protocol

from dlnotes.core.language import LANGUAGES, both, complete

Number = float | dict[str, str]


class Text(Protocol):
    """Words of a panel in the language being drawn: `text("批量 {n}", "batch {n}", n=8)`."""

    def __call__(self, zh: str, en: str, **numbers: Number) -> str: ...


def text_in(lang: str) -> Text:
    """What gives a panel its words in one language."""

    def text(zh: str, en: str, **numbers: Number) -> str:
        return filled(both(zh=zh, en=en), "text", numbers)[lang]

    return text


def filled(texts: dict[str, str], name: str, numbers: Mapping[str, Number]) -> dict[str, str]:
    """Both languages of a text, its fields filled.

    Args:
        texts: both languages, with the same fields, such as `{peak:.1f}`.
        name: what the text is, for the error.
        numbers: field → number, or its words in both languages.

    Raises:
        ValueError: when a language is missing, when the two show different fields, or when a
            field has no number.

    Example:
        >>> filled(both(zh="{n} 条线", en="{n} lines"), "alt", {"n": 5})["en"]
        '5 lines'
    """
    complete(texts, name)
    zh, en = (_fields(texts[lang]) for lang in LANGUAGES)
    if odd := sorted(zh ^ en):
        raise ValueError(f"`{name}` has {_listed(odd)} in one language only; write it in both.")
    if missing := sorted({field.partition(":")[0] for field in zh} - set(numbers)):
        raise ValueError(f"`{name}` has {_listed(missing)}, but no number for it; hand it over.")
    return {lang: texts[lang].format(**_told(numbers, lang)) for lang in LANGUAGES}


def names(texts: dict[str, str]) -> set[str]:
    """The names of the fields of a text, whichever language has them."""
    return {field.partition(":")[0] for lang in LANGUAGES for field in _fields(texts[lang])}


def _fields(text: str) -> set[str]:
    parts = string.Formatter().parse(text)
    return {f"{name}:{spec}" if spec else name for _, name, spec, _ in parts if name is not None}


def _listed(fields: list[str]) -> str:
    return ", ".join(f"{{{field}}}" for field in fields)


def _told(numbers: Mapping[str, Number], lang: str) -> dict[str, float | str]:
    return {name: n[lang] if isinstance(n, dict) else n for name, n in numbers.items()}

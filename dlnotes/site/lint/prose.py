"""How prose is written in the two languages: spaces, marks, bold and line breaks.

`faults` holds what must never ship; `advice` only points at phrases worth a second look.
"""

import re
from collections.abc import Iterator

from dlnotes.site.lint.markup import OBJECT, Content, Text

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
LATIN = rf"[A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff{OBJECT}]"
FULL = "[，。：；？！（）、《》“”‘’…]"
TUPLE = r"\([\d\s.,]*\)"

CHINESE = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (rf"{HAN} ?[,;:?!]|[,;:?!] ?{HAN}|{HAN}\.(?!\w)", "a half-width mark; use ，；：？！。"),
        (rf"{HAN}\(|{HAN} (?!{TUPLE})\(|\({HAN}|{HAN}\)|\){HAN}", "half-width brackets; use （）"),
        (r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0e]", "a full-width digit or letter"),
        (rf"{HAN}{LATIN}|{LATIN}{HAN}|\d[%°×]{HAN}|{HAN}[-−+±]\d", "a missing space; put one"),
        (r"(?<=\S)  +(?=\S)", "a doubled space; leave one"),
        (rf" {FULL}|{FULL} ", "a space beside a full-width mark; take it out"),
        (rf"{HAN} {HAN}", "a space between Chinese characters; take it out"),
        (rf"\d [%°]|\d ×(?! ?[\d{OBJECT}])", "a space before % ° ×; take it out"),
    )
)
ENGLISH = ((re.compile(r"[，。：；？！（）、]"), "a full-width mark in English"),)
BOLD = "bold that stays as asterisks; move quotes, brackets and marks outside the **"

WORN_CHINESE = (
    r"进行|实现了|通过.{0,20}使|被.{0,12}所|一个.{0,12}的|当.{0,15}时|众所周知|值得注意|至关重要"
    r"|本节将|它们|其中的|的.{1,4}的.{1,4}的"
)
WORN_ENGLISH = (
    r"delve|crucial|leverage|significantly|plays an? .* role|worth noting|In this section"
    r"|It can be seen|not just|serves as"
)
SENTENCES = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bal)(?<!\bFig)[.?!][\"”)]? [A-Z]")


def faults(content: Content, lang: str) -> Iterator[str]:
    """What is wrong with the prose of one cell; one message a fault.

    Args:
        content: what the cell holds.
        lang: `"zh"` or `"en"`.
    """
    for text in content.texts:
        yield from text_faults(text, lang)
    if lang == "zh":
        yield from _broken(content)


def text_faults(text: Text, lang: str) -> Iterator[str]:
    """What is wrong with one run of prose."""
    for pattern, message in CHINESE if lang == "zh" else ENGLISH:
        for found in pattern.finditer(text.plain):
            yield f"{message}: “{text.excerpt(*found.span())}”."
    for found in re.finditer(r"\*\*", text.plain):
        yield f"{BOLD}: “{text.excerpt(*found.span())}”."


def _broken(content: Content) -> Iterator[str]:
    for text in content.texts:
        found = re.search(r"(?<! )\n", text.plain)
        if found:
            piece = text.excerpt(*found.span())
            yield f"a Chinese paragraph on several lines; write it on one: “{piece}”."


def advice(content: Content, lang: str) -> Iterator[str]:
    """Phrases worth a second look; they never fail a build."""
    worn = re.compile(WORN_CHINESE if lang == "zh" else WORN_ENGLISH)
    for text in content.texts:
        for found in worn.finditer(text.plain):
            yield f"a worn phrase: “{text.excerpt(*found.span())}”."
        if lang == "en":
            for found in SENTENCES.finditer(text.plain):
                yield f"two sentences on one line: “{text.excerpt(*found.span())}”."
    if lang == "zh" and content.italics:
        yield "italics in Chinese; use bold or “ ”."

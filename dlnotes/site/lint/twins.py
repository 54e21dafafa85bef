"""Twin cells say the same: numbers, units, formulas, code words, links, how the text is built."""

from collections import Counter
from collections.abc import Iterator

from dlnotes.site.lint import links, units
from dlnotes.site.lint.markup import Content

SAME = {
    "numbers": lambda content: content.numbers,
    "inline formulas": lambda content: content.formulas,
    "code words": lambda content: content.code,
    "citations": lambda content: [link for link in content.links if links.citation(link)],
    "links": lambda content: [link for link in content.links if not links.citation(link)],
    "pictures": lambda content: [source for source, _ in content.images],
}
COUNTED = {
    "headings": lambda content: len(content.headings),
    "paragraphs": lambda content: content.paragraphs,
    "list items": lambda content: content.items,
    "table rows": lambda content: content.rows,
    "bold runs": lambda content: content.bold,
}


def differences(zh: Content, en: Content) -> Iterator[str]:
    """What one twin has and the other lacks; one message a kind."""
    for kind, of in SAME.items():
        only_zh, only_en = Counter(of(zh)) - Counter(of(en)), Counter(of(en)) - Counter(of(zh))
        if only_zh or only_en:
            yield f"{kind} differ: {_only('zh', only_zh)}, {_only('en', only_en)}; make them equal."
    for kind, of in COUNTED.items():
        if of(zh) != of(en):
            yield f"{kind} differ: zh has {of(zh)}, en has {of(en)}; make them equal."
    yield from units.differences(zh, en)
    yield from _headings(zh, en)


def _only(lang: str, extra: Counter) -> str:
    shown = ", ".join(" ".join(item.split()) for item in extra.elements())
    return f"{lang} alone has {shown}" if shown else f"{lang} lacks it"


def _headings(zh: Content, en: Content) -> Iterator[str]:
    for (level, chinese), (other, english) in zip(zh.headings, en.headings, strict=False):
        if level != other:
            yield f"heading levels differ: zh has {level}, en has {other}; make them equal."
        if ("？" in chinese) != ("?" in english):
            yield f"a question mark in one heading only: “{chinese}”, “{english}”."

"""What a piece of Markdown holds, read with the rules of CommonMark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

OBJECT = "\ue000"  # stands for a code word or a formula, which the prose rules leave alone
NUMBER = re.compile(r"(?:(?<![\w)\]])[-−])?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")
DISPLAYS = ("math_block", "math_block_label", "amsmath")


@dataclass(frozen=True)
class Text:
    """One run of prose: a paragraph, a heading or a table cell.

    Args:
        plain: the words, with `OBJECT` in place of every code word and formula.
        objects: what stood there, in order.
    """

    plain: str
    objects: tuple[str, ...] = ()

    def excerpt(self, start: int, end: int, around: int = 8) -> str:
        """The words from `start` to `end` with a little of what is around them."""
        first, last = max(0, start - around), end + around
        originals = iter(self.objects[self.plain.count(OBJECT, 0, first) :])
        piece = self.plain[first:last]
        return re.sub(OBJECT, lambda _: next(originals), piece).replace("\n", "⏎").strip()


@dataclass
class Content:
    """Everything in a Markdown cell that its twin must have too, and its prose."""

    texts: list[Text] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    paragraphs: int = 0
    items: int = 0
    rows: int = 0
    bold: int = 0
    italics: int = 0
    links: list[str] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    displays: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> list[str]:
        """Every number in the prose, outside code and formulas."""
        words = (text.plain for text in self.texts)
        return [found.replace("−", "-") for plain in words for found in NUMBER.findall(plain)]


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables and dollar formulas, as JupyterLab and the site read it."""
    rules = MarkdownIt("commonmark").enable("table")
    rules.use(dollarmath_plugin, allow_labels=True, double_inline=True)
    return rules.use(amsmath_plugin)


@cache
def parsed(source: str) -> Content:
    """What the Markdown in `source` holds; not to be changed, since it is kept."""
    content = Content()
    level = 0
    for token in parser().parse(source):
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "inline":
            text = _inline(token, content)
            content.texts.append(text)
            if level:
                content.headings.append((level, text.plain))
            level = 0
        else:
            _count(token, content)
    return content


def _count(token: Token, content: Content) -> None:
    if token.type == "paragraph_open" and not token.hidden:
        content.paragraphs += 1
    elif token.type == "list_item_open":
        content.items += 1
    elif token.type == "tr_open":
        content.rows += 1
    elif token.type in ("fence", "code_block"):
        content.code.append(token.content)
    elif token.type in DISPLAYS:
        content.displays.append(token.content)


def _inline(token: Token, content: Content) -> Text:
    plain, objects = "", []
    for child in _flat(token):
        _collect(child, content)
        if child.type in ("code_inline", "math_inline", "math_inline_double"):
            mark = "`" if child.type == "code_inline" else "$"
            objects.append(f"{mark}{child.content}{mark}")
            plain += OBJECT
        elif child.type in ("softbreak", "hardbreak"):
            plain += "\n" if child.type == "softbreak" else " \n"
        elif child.type in ("text", "text_special"):
            plain += child.content
    return Text(plain, tuple(objects))


def _collect(child: Token, content: Content) -> None:
    if child.type == "code_inline":
        content.code.append(child.content)
    elif child.type == "math_inline":
        content.formulas.append(child.content)
    elif child.type == "math_inline_double":
        content.displays.append(child.content)
    elif child.type == "link_open":
        content.links.append(str(child.attrs["href"]))
    elif child.type == "image":
        content.images.append((str(child.attrs["src"]), child.content))
    elif child.type == "strong_open":
        content.bold += 1
    elif child.type == "em_open":
        content.italics += 1


def _flat(token: Token) -> Iterator[Token]:
    for child in token.children or ():
        yield child
        if child.type == "image":
            yield from _flat(child)

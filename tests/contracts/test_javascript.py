"""No function of the pages' JavaScript is longer than one can see at once.

A scanner of a few lines finds the functions. It knows comments, strings, template literals and
regular expressions well enough to match brackets, and fails where they do not match.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "dlnotes"
FILES = sorted(PACKAGE.rglob("*.js"))
LONGEST = 80
OPENING = {"(": ")", "[": "]", "{": "}", "${": "}"}
CLOSING = frozenset(OPENING.values())
STATEMENTS = frozenset({"if", "for", "await", "while", "switch", "catch", "with"})
OPERATORS = frozenset("(,=:[!&|?{};+-*%<>~^") | {"=>", "${"}
BEFORE_REGEX = OPERATORS | {"", "return", "typeof", "case", "in", "of"}
TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<word>[\w$]+)
    |(?P<mark>=>|\S)""",
    re.VERBOSE | re.DOTALL,
)
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(`|\$\{)", re.DOTALL)


class Token(NamedTuple):
    """A word or a mark of the code, and where it stands."""

    text: str
    line: int


class Function(NamedTuple):
    """The first and the last line of a function."""

    first: int
    last: int

    @property
    def lines(self) -> int:
        return self.last - self.first + 1


def tokens(source: str) -> Iterator[Token]:
    """All words and marks; a string, a template's text and a regular expression are one `""`."""
    breaks = [found.start() for found in re.finditer("\n", source)]
    place, before, brackets = 0, "", []
    while found := TOKEN.search(source, place):
        text, place, line = found[0], found.end(), bisect(breaks, found.start()) + 1
        if found.lastgroup == "comment":
            continue
        if text == "/" and before in BEFORE_REGEX:
            text, place = '""', REGEX.match(source, found.start()).end()
        elif found.lastgroup == "string":
            text = '""'
        in_template = text == "}" and brackets[-1:] == ["${"]
        if text in CLOSING:
            del brackets[-1:]
            yield Token(text, line)
        if text == "`" or in_template:
            rest = TEMPLATE.match(source, place)
            text, place = ('""' if rest[1] == "`" else "${"), rest.end()
        if text in OPENING:
            brackets.append(text)
        if text not in CLOSING:
            yield Token(text, line)
        before = text


def pairs(code: list[Token]) -> dict[int, int]:
    """For every bracket the place of its partner, both ways."""
    found, stack = {}, []
    for place, (text, line) in enumerate(code):
        if text in OPENING:
            stack.append(place)
        elif text in CLOSING:
            if not stack or OPENING[code[stack[-1]].text] != text:
                raise ValueError(f"a bracket without a partner on line {line}")
            found[place], found[stack[-1]] = stack[-1], place
            stack.pop()
    if stack:
        raise ValueError(f"a bracket without a partner on line {code[stack[-1]].line}")
    return found


def functions(source: str) -> list[Function]:
    """Every function, method and arrow of a file, in the order of their bodies."""
    code = list(tokens(source))
    partner = pairs(code)
    found = []
    for place, (text, _) in enumerate(code):
        head = partner.get(place - 1, place - 1)  # where the parameters begin
        if text == "=>":
            found.append(Function(code[head].line, code[end_of_arrow(code, partner, place)].line))
        elif text == "{" and starts_body(code, place, head):
            found.append(Function(code[head - 1].line, code[partner[place]].line))
    return found


def starts_body(code: list[Token], brace: int, head: int) -> bool:
    """Whether a brace follows the parameters of a function or a method."""
    return code[brace - 1].text == ")" and code[head - 1].text not in STATEMENTS


def end_of_arrow(code: list[Token], partner: dict[int, int], arrow: int) -> int:
    """The last token of an arrow's body, be it a block or an expression."""
    if code[arrow + 1].text == "{":
        return partner[arrow + 1]
    place = arrow + 1
    while place < len(code) and code[place].text not in CLOSING | {",", ";"}:
        place = partner.get(place, place) + 1
    return place - 1


def of_lines(count: int, head: str, foot: str = "}") -> str:
    """A function of so many lines."""
    return "\n".join([head, *["  step();"] * (count - 2), foot])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_function_is_longer_than_one_can_see(path):
    long = [each for each in functions(path.read_text("utf-8")) if each.lines > LONGEST]
    assert long == []


def test_there_is_javascript_to_look_at():
    read = {path.name for path in FILES if len(functions(path.read_text("utf-8"))) > 5}
    assert read >= {"contours.js", "demo.js", "widgets.js"}


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("function build(demo) {", "}"),
        ("const build = async ({ a, b = {} }) => {", "};"),
        ("const build = (demo) => [", "];"),
        ("const build = demo => ({", "});"),
        ("class Model { get(name) {", "} }"),
        ("if (there) { make(function () {", "}) }"),
        ("(() => {", "})();"),
        ("const made = { build(demo) {", "} };"),
    ],
)
def test_a_long_function_would_be_seen(head, foot):
    body = "," if foot == "];" else ":1," if foot == "});" else ";"
    source = of_lines(LONGEST + 1, head, foot).replace("();", body)
    assert [each.lines for each in functions("\n\n" + source)] == [LONGEST + 1]
    assert functions("\n\n" + source)[0].first == 3


@pytest.mark.parametrize(
    "line",
    [
        'const open = "{" + \'}\' + "\\"{";',
        "const text = `{ ${ { a: `}${1}` }.a } \\` {`;",
        "const found = /[/}]{\\//.test(text) && a / b / c;",
        "// function long() {",
        "/* } => { */",
        "for (const one of all) { if (one) { go(); } }",
        "while (more) { switch (kind) { default: } }",
    ],
)
def test_what_only_looks_like_a_bracket_or_a_function_does_not_count(line):
    inner = f"function outer() {{\n{line}\n}}"
    assert functions(inner) == [Function(1, 3)]
    assert functions(line) == []


def test_an_arrow_ends_where_its_expression_ends():
    source = "call(\n  (a) =>\n    a(1,\n      2),\n  b,\n);"
    assert functions(source) == [Function(2, 4)]


@pytest.mark.parametrize("source", ["function f() {", "f(]", "}"])
def test_a_bracket_without_a_partner_is_an_error(source):
    with pytest.raises(ValueError, match="without a partner on line 1"):
        functions(source)

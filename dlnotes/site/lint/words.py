"""Words that stand beside code: each in both languages, saying the same."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.data import parsed
from dlnotes.site import cells
from dlnotes.site.findings import Findings
from dlnotes.site.lint import markup, prose, units
from dlnotes.site.lint.faults import Fault
from dlnotes.site.lint.terms import Glossary
from dlnotes.site.sources import BOOK, DATA, notebooks
from dlnotes.site.versions import digest

SOURCES = ("dlnotes", "exercises")
FIELD = re.compile(r"\{[^{}]*\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
APART = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)")  # code, formulas, where links lead
WORD = re.compile("[A-Za-z]{3,}")
MARKS = re.compile(r"\b(?:zh|en|text)\b")  # without one of them a file holds no such words
GAP = "\ue001"  # a field of a Python text: a word or a number, so no rule on spaces beside it


def faults(
    tree: ast.AST, glossary: Glossary | None = None, english: frozenset[str] = frozenset()
) -> Iterator[str]:
    """What is wrong with the bilingual texts in a piece of Python.

    Args:
        tree: the Python.
        glossary: of the book.
        english: lower-case words of English, which no text for Chinese readers consists of.
    """
    for node, texts in _pairs(tree):
        line = f"line {node.lineno}: "
        missing = [lang for lang in ("zh", "en") if lang not in texts]
        if missing:
            yield f"{line}words without their {missing[0]} form; write both languages."
            continue
        if problems := list(_compared(texts["zh"], texts["en"])):
            yield from (line + problem for problem in problems)
        elif isinstance(texts["zh"], ast.Constant):
            problems = _prose(FIELD.sub(GAP, str(texts["zh"].value)), glossary)
            yield from (line + problem.replace(GAP, "{…}") for problem in problems)
        for zh in _texts_of(texts["zh"]):
            yield from (line + problem for problem in untranslated(zh, english))


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every bilingual text in a piece of Python, in both languages, with the line of its pair."""
    for node, found in _pairs(tree):
        for value in found.values():
            yield from ((node.lineno, text) for text in _texts_of(value))


def untranslated(zh: str, english: frozenset[str]) -> Iterator[str]:
    """A text for Chinese readers without a Chinese character, in words that are no names."""
    words = WORD.findall(FIELD.sub("", APART.sub("", zh)).lower())
    if not CHINESE.search(zh) and not english.isdisjoint(words):
        yield f"zh says “{zh[:40]}” in English; translate it."


def spoken(root: Path) -> frozenset[str]:
    """The words that the English cells of the book write in lower case, so no names."""
    every = (cell for path in notebooks(root) for cell in cells.load(path)["cells"])
    prose = [APART.sub("", cells.source(cell)) for cell in every if cells.language(cell) == "en"]
    return frozenset(word for word in WORD.findall(" ".join(prose)) if word.islower())


def _texts_of(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.Dict):
        for inside in node.values:
            yield from _texts_of(inside)


def _pairs(tree: ast.AST) -> Iterator[tuple[ast.expr, dict[str, ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            names = [getattr(key, "value", None) for key in node.keys]
            texts = dict(zip(names, node.values, strict=True))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text":
            texts = dict(zip(("zh", "en"), node.args, strict=False))  # text("步数", "Steps")
        elif isinstance(node, ast.Call):
            texts = {word.arg: word.value for word in node.keywords}
        else:
            continue
        found = {lang: texts[lang] for lang in ("zh", "en") if lang in texts}
        if found and all(isinstance(value, ast.Constant | ast.Dict) for value in found.values()):
            yield node, found


def _compared(zh: ast.expr, en: ast.expr) -> Iterator[str]:
    if isinstance(zh, ast.Dict) and isinstance(en, ast.Dict):
        odd = set(map(ast.dump, filter(None, zh.keys))) ^ set(map(ast.dump, filter(None, en.keys)))
        if odd:
            yield "the zh and en words have different keys; give both the same."
    elif isinstance(zh, ast.Constant) and isinstance(en, ast.Constant):
        yield from compared(str(zh.value), str(en.value))


def compared(zh: str, en: str) -> Iterator[str]:
    """What differs between two languages of one text: fields, numbers, units, or one is empty."""
    if not zh.strip() or not en.strip():
        yield f"words in one language only: “{zh or en}”; write both."
        return
    lost = set(FIELD.findall(zh)) - set(FIELD.findall(en))  # English may add one, for a plural
    if lost:
        yield f"en lacks {', '.join(sorted(lost))} of zh “{zh[:40]}”; show the same in both."
    if Counter(_numbers(zh)) != Counter(_numbers(en)):
        found = f"“{zh[:40]}” has {_numbers(zh)}, en has {_numbers(en)}"
        yield f"numbers differ: {found}; make them equal."
    yield from units.differences(*(markup.parsed(_shown(text)) for text in (zh, en)))


def _numbers(text: str) -> list[str]:
    return markup.parsed(FIELD.sub(GAP, text)).numbers


def _prose(zh: str, glossary: Glossary | None) -> Iterator[str]:
    for text in markup.parsed(zh).texts:
        yield from prose.text_faults(text, "zh")
        yield from glossary.text_faults(text) if glossary else ()


def check(root: Path, look: Findings, around: str) -> Iterator[Fault]:
    """Faults of the words beside the code of the library and of the exercises, and in the data.

    Args:
        root: the project.
        look: findings of earlier builds.
        around: a name for all that they depend on beside a file and the book's English words.
    """
    glossary, english = Glossary.of(root), spoken(root)
    state = digest(around, *sorted(english))

    def module_faults(text: str) -> list[str]:
        return list(_module(text.removeprefix(state), glossary, english))

    for path in sorted(path for name in SOURCES for path in (root / name).rglob("*.py")):
        for message in look.of(module_faults, state + path.read_text(encoding="utf-8")):
            yield Fault(path.relative_to(root).as_posix(), "", message)

    def data_faults(text: str) -> list[tuple[str, str]]:
        return list(_data(text.removeprefix(state), glossary, english))

    for name in (f"{BOOK}/{name}" for name in DATA):
        if (root / name).is_file():
            text = (root / name).read_text(encoding="utf-8")
            yield from (Fault(name, *found) for found in look.of(data_faults, state + text))


def _data(text: str, glossary: Glossary, english: frozenset[str]) -> Iterator[tuple[str, str]]:
    for place, texts in _texts(parsed(text)):
        quoted = place.endswith(".said")  # a saying keeps the words of those who say it
        messages = [*_prose(_shown(texts["zh"]), None if quoted else glossary)]
        messages += [*compared(**texts), *untranslated(texts["zh"], english)]
        yield from ((place, message) for message in messages)


def _module(text: str, glossary: Glossary, english: frozenset[str]) -> Iterator[str]:
    try:
        yield from faults(ast.parse(text), glossary, english) if MARKS.search(text) else ()
    except SyntaxError as error:
        yield f"line {error.lineno}: does not parse ({error.msg}); mend it."


def _shown(text: str) -> str:
    return FIELD.sub(r"`\g<0>`", text)


def _texts(data: object, place: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(data, dict) and {"zh", "en"} <= set(data) and isinstance(data["zh"], str):
        yield place, {"zh": data["zh"], "en": data["en"]}
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _texts(value, f"{place}.{name}".lstrip("."))
    elif isinstance(data, list):
        for term in data:
            name = term.get("id", term.get("symbol")) if isinstance(term, dict) else ""
            yield from _texts(term, str(name)) if name else ()

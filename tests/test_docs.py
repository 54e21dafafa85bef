"""What is written about the code is true: docstrings, examples, the README, the changelog."""

import ast
import doctest
import importlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlnotes.site.lint import markup, prose

ROOT = Path(__file__).resolve().parents[1]
HAN = re.compile(prose.HAN)
LANGUAGES = {"中文": "zh", "English": "en"}
MODULES = sorted((ROOT / "dlnotes").rglob("*.py"))
BOXES = str.maketrans("│├└─", "    ")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def parts(text: str) -> dict[str, str]:
    """The part of a page after each heading of level two."""
    found = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


# Docstrings


def undocumented(source: str) -> Iterator[str]:
    """Public names of a module that have no docstring; a method that overrides may inherit it."""
    tree = ast.parse(source)
    if not ast.get_docstring(tree):
        yield "the module"
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            inner = node.body if isinstance(node, ast.ClassDef) and not node.bases else []
            methods = [of for of in inner if isinstance(of, ast.FunctionDef)]
            for thing in (node, *methods):
                if not thing.name.startswith("_") and not ast.get_docstring(thing):
                    yield thing.name


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_every_public_name_is_documented(path):
    assert list(undocumented(path.read_text(encoding="utf-8"))) == []


def test_a_missing_docstring_would_be_seen():
    source = '"""A."""\ndef a(): ...\ndef _b(): ...\nclass C:\n    """C."""\n    def d(self): ...\n'
    assert list(undocumented(source)) == ["a", "d"]


def with_examples() -> list[Path]:
    return [path for path in MODULES if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", with_examples(), ids=module_name)
def test_the_examples_in_docstrings_run(path):
    result = doctest.testmod(importlib.import_module(module_name(path)))
    assert result.attempted and not result.failed


# README


def tree(text: str) -> str:
    """The code block that draws the tree."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    drawn = [block for block in blocks if re.search(r"^\W*book/", block, re.MULTILINE)]
    assert len(drawn) == 1, "the README must draw the tree once"
    return drawn[0]


def paths(drawing: str) -> Iterator[str]:
    """Paths that a drawn tree names; a comment stands two spaces behind them."""
    folders: list[tuple[int, str]] = []
    for line in filter(str.strip, drawing.translate(BOXES).splitlines()):
        indent = len(line) - len(line.lstrip())
        folders = [(depth, name) for depth, name in folders if depth < indent]
        names = re.split(r" {2,}", line.strip())[0].split()
        base = "".join(name for _, name in folders)
        yield from (base + name for name in names)
        if names[0].endswith("/"):
            folders.append((indent, names[0]))


def missing(drawing: str) -> list[str]:
    """Paths of a drawn tree that do not exist; `<chapter>` stands for any name."""
    patterns = {path: re.sub(r"<[^>]*>", "*", path).rstrip("/") for path in paths(drawing)}
    return [path for path, pattern in patterns.items() if not any(ROOT.glob(pattern))]


def test_the_tree_in_the_readme_exists():
    assert missing(tree(read("README.md"))) == []


def test_the_tree_names_everything_at_the_top_and_every_package():
    named = {path.rstrip("/") for path in paths(tree(read("README.md")))}
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    top = {name.split("/")[0] for name in files.split() if not name.startswith(".")}
    code = {"/".join(name.split("/")[:2]) for name in files.split() if name.startswith("dlnotes/")}
    chapters = re.findall(r"^  (\w+):$", read("book/coverage.yml"), re.MULTILINE)
    code -= {"dlnotes/__init__.py", *(f"dlnotes/{chapter}" for chapter in chapters)}
    assert top - named == set()
    assert code - {name.removesuffix("/") for name in named} == set()


def test_a_path_that_is_gone_would_be_seen():
    drawing = "book/            what is read\n├── index.md  cover\n└── <chapter>/gone.ipynb\n"
    assert list(paths(drawing)) == ["book/", "book/index.md", "book/<chapter>/gone.ipynb"]
    assert "book/<chapter>/gone.ipynb" in missing(drawing)
    assert missing("dlnotes/\n  core/  protocols\n    <one>.py\nMakefile README.md  both\n") == []


def commands(text: str) -> Counter:
    """Commands of one language of a page: code blocks without comments, and code words."""
    shell = "".join(re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))
    words = re.findall(r"(?<!`)`([^`\n]+)`", text)
    lines = [re.sub(r"\s+#.*", "", line) for line in shell.splitlines()] + words
    same = [re.sub(r"<[^>]*>|(?<=DLNOTES_LANG=)\w+", "…", line).strip() for line in lines]
    return Counter(filter(None, same))


@pytest.mark.parametrize("page", ["README.md"])
def test_both_languages_give_the_same_commands(page):
    written = parts(read(page))
    assert commands(written["中文"]) == commands(written["English"])


def test_another_command_would_be_seen():
    zh = "```sh\nmake read  # 读\n```\n跑 `make lab`\n"
    en = "```sh\nmake read\n```\nrun `make lab`\n"
    assert commands(zh) == commands(en) and commands(zh) != commands(en.replace("lab", "test"))


def chinese_faults(text: str) -> list[str]:
    """What is wrong with the Chinese part of a page."""
    content = markup.parsed(text)
    return [fault for run in content.texts for fault in prose.text_faults(run, "zh")]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_pages_are_written_in_both_languages(page):
    written = parts(read(page))
    zh, en = markup.parsed(written["中文"]), markup.parsed(written["English"])
    assert [level for level, _ in zh.headings] == [level for level, _ in en.headings]
    assert (zh.rows, zh.items, zh.paragraphs) == (en.rows, en.items, en.paragraphs)
    assert chinese_faults(written["中文"]) == []


def test_the_changelog_tells_what_is_new_in_both_languages():
    newest = next(iter(parts(read("CHANGELOG.md")).items()))
    assert newest[0].startswith("Unreleased")
    items = re.findall(r"^- (.+)$", newest[1], re.MULTILINE)
    chinese = [item for item in items if HAN.search(item)]
    assert len(chinese) == len(items) / 2 > 0, "write each line in both languages"
    assert chinese_faults("\n\n".join(chinese)) == []

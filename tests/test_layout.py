"""The house is in order: one name leads through it, and nothing lies where it does not belong."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from dlnotes.core.coverage import PRACTICE
from dlnotes.site import cells
from dlnotes.site.lint import markup

ROOT = Path(__file__).resolve().parents[1]
FIXED = {"pyproject.toml", "README.md", "book", "dlnotes", "exercises", "tests"}
FIXED |= {"_config.yml", "_toc.yml"}
BESIDE = {"Makefile", "constraints.txt", "benchmarks", ".ci", "package.json", "package-lock.json"}
BESIDE |= {"CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", ".gitignore"}
IDS = {"CONV-": 26, "GRAD-": 35, "OPT-": 37, "LR-": 30, "HYP-": 42, "REG-": 19, "MOD-": 20}
LONGEST = 300
LONG_FILES = {  # better in one piece, and why
    "tests/contracts/rules.py": "one table, and a row for every rule",
    "tests/contracts/test_demos.py": "a demo is opened once, and all is asked of it there",
    "tests/demos/driver.py": "one class: whatever a hand can do, on any page",
    "tests/demos/test_demo_in_browser.py": "one page, on which all that demos share is asked",
    "tests/grading/classroom/test_nbgrader.py": "one course, graded once, which takes seconds",
    "tests/grading/jail/test_jail.py": "one warm jail and one cold, asked everything",
    "tests/live/test_training.py": "one list of nets, tried in every way",
    "tests/site/lint/test_notebooks.py": "one small book, spoiled in every way",
}
VAGUE = re.compile(r"(utils?|helpers?|misc|common)(\.|$)")
GENERATED = re.compile(
    r"(^|/)(_build|dist|node_modules|__pycache__|\.ipynb_checkpoints|[^/]*\.egg-info)/"
    r"|\.(pyc|whl|zip|tar\.gz|db|sqlite|log)$"
)
# Joined from pieces, so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        [
            "/(?:" + "|".join(["wo" + "rk", "fa" + "rm", "ro" + "ot", "Us" + "ers"]) + r")/\w",
            "/ho" + r"me/[a-z]\w*/",
            *(re.escape(".".join(host)) for host in (("pypi", "org"), ("pythonhosted", "org"))),
            *(re.escape(".".join(host)) for host in (("npmjs", "org"), ("debian", "org"))),
            re.escape(".".join(("pytorch", "org", "whl")).replace(".whl", "/whl")),
        ]
    )
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImpl" + r"ementedError)\b")
SKIPPED = re.compile(r"pytest\.(mark\.)?(sk" + r"ip|xf" + r"ail)|unittest\.sk" + "ip")


def tracked() -> list[str]:
    """Every file of the project that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted({name for name in found.split("\0") if name and (ROOT / name).is_file()})


FILES = tracked()
COVERAGE = yaml.safe_load((ROOT / "book" / "coverage.yml").read_text(encoding="utf-8"))
CHAPTERS = COVERAGE["chapters"]
SLUGS = {f"{chapter}/{slug}" for chapter, of in CHAPTERS.items() for slug in of["sections"]}
ENDS = {f"{chapter}/{PRACTICE}" for chapter in CHAPTERS}  # pages without a room
BUILT = sorted(
    path.relative_to(ROOT / "book").with_suffix("").as_posix()
    for path in (ROOT / "book").glob("*/*.ipynb")
    if path.stem != "index"
)
MODULES = sorted(path for chapter in CHAPTERS for path in (ROOT / "dlnotes" / chapter).glob("*.py"))


def text_of(name: str) -> str:
    """The text of a file; empty for a font or a picture."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def book_lines(module: str) -> list[str]:
    """The sections that a module's docstring says it belongs to."""
    return re.findall(r"^Book: (.+)$", ast.get_docstring(ast.parse(module)) or "", re.MULTILINE)


def test_the_top_level_holds_only_known_names():
    found = {name.split("/")[0] for name in FILES}
    assert found - FIXED - BESIDE == set()
    assert FIXED - found == set()


def test_all_sections_are_planned_from_the_start():
    assert len(SLUGS - ENDS) == 56 and len(CHAPTERS) == 6
    for chapter in CHAPTERS.values():
        assert list(chapter["sections"])[-1] == PRACTICE, "what to try first ends a chapter"
        for texts in (chapter["title"], chapter["question"], *chapter["sections"].values()):
            assert set(texts) == {"zh", "en"} and all(texts.values())


def test_every_topic_of_the_syllabus_has_one_section():
    expected = [f"{group}{n:02}" for group, count in IDS.items() for n in range(1, count + 1)]
    expected += [f"K{n}" for n in range(1, 26)]
    assert sorted(COVERAGE["items"]) == sorted(expected)
    assert {item["section"] for item in COVERAGE["items"].values()} <= SLUGS


@pytest.mark.parametrize("section", sorted(set(BUILT) - ENDS))
def test_one_name_leads_through_the_house(section):
    assert section in SLUGS, f"{section} is not in book/coverage.yml"
    for name in (
        f"dlnotes/sections/{section}/demo.py",
        f"dlnotes/sections/{section}/demo.js",
        f"exercises/{section}.py",
        f"exercises/{section}.ipynb",
        f"tests/sections/{section}/styles.py",
    ):
        assert name in FILES, f"{section} lacks {name}"


@pytest.mark.parametrize("section", BUILT)
def test_a_built_section_has_its_title_and_its_blocks(section):
    chapter, slug = section.split("/")
    notebook = cells.load(ROOT / "book" / f"{section}.ipynb")
    title = CHAPTERS[chapter]["sections"][slug]
    first = {cells.language(cell): cells.source(cell) for cell in notebook["cells"][:2]}
    found = {lang: markup.parsed(first[lang]).headings[0] for lang in ("zh", "en")}
    assert found == {lang: (1, title[lang]) for lang in ("zh", "en")}
    names = {re.sub(r"-(zh|en)$", "", cell["id"]) for cell in notebook["cells"]}
    items = {name: of for name, of in COVERAGE["items"].items() if of["section"] == section}
    assert {name for name, item in items.items() if item.get("block") not in names} == set()


def test_only_built_sections_name_blocks():
    planned = {of["section"] for of in COVERAGE["items"].values() if "block" in of} - set(BUILT)
    assert planned == set()


def test_exercises_and_contents_lead_to_built_sections():
    exercises = {path.relative_to(ROOT / "exercises") for path in ROOT.glob("exercises/*/*.py")}
    assert {path.with_suffix("").as_posix() for path in exercises} <= set(BUILT)
    listed = set(re.findall(r"(?:file|root): book/(\S+)", text_of("_toc.yml")))
    written = {
        path.relative_to(ROOT / "book").with_suffix("").as_posix()
        for kind in ("ipynb", "md")
        for path in (ROOT / "book").rglob(f"*.{kind}")
    }
    assert listed == written


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_chapter_module_names_one_section(path):
    named = book_lines(path.read_text(encoding="utf-8"))
    assert len(named) == (path.stem != "__init__"), f"{path.name} names {named or 'no section'}"
    assert set(named) <= SLUGS, f"{named[0]} is not in book/coverage.yml"


def test_a_missing_book_line_would_be_seen():
    assert book_lines('"""A rule.\n\nBook: optimizers/adam\n"""') == ["optimizers/adam"]
    assert book_lines('"""A rule."""\n# Book: optimizers/adam') == []


def test_names_say_what_is_inside():
    assert [name for name in FILES if any(map(VAGUE.match, name.split("/")))] == []
    assert VAGUE.match("utils.py") and VAGUE.match("helpers") and not VAGUE.match("common_sense.py")


def test_files_are_short_or_have_their_reason():
    sources = [name for name in FILES if re.match(r"(dlnotes|tests)/.*\.(py|js|css)$", name)]
    long = {name for name in sources if text_of(name).count("\n") > LONGEST}
    assert long == set(LONG_FILES), "cut it by what it asks, or say why not; a reason may go, too"


def test_nothing_generated_or_large_is_in_git():
    assert [name for name in FILES if GENERATED.search(name)] == []
    assert GENERATED.search("_build/site/index.html") and GENERATED.search("a/__pycache__/b.pyc")
    assert [name for name in FILES if (ROOT / name).stat().st_size > 2_000_000] == []


def test_no_file_names_a_machine_or_a_registry():
    found = {name: hit[0] for name in FILES if (hit := FOREIGN.search(text_of(name)))}
    assert found == {}
    assert FOREIGN.search("/wo" + "rk/main") and FOREIGN.search("https://registry.npm" + "js.org/x")


def test_nothing_is_unfinished_or_skipped():
    code = [name for name in FILES if name.endswith((".py", ".js", ".ipynb", ".yml"))]
    assert [name for name in code if UNFINISHED.search(text_of(name))] == []
    tests = [name for name in code if name.startswith("tests/")]
    assert [name for name in tests if SKIPPED.search(text_of(name))] == []
    assert UNFINISHED.search("# TO" + "DO") and SKIPPED.search("pytest.sk" + "ip()")

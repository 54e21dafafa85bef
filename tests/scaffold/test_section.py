"""A section is laid out whole, and taken away without a trace unless somebody has worked on it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlnotes.cli import main
from dlnotes.scaffold.place import Place, place, plan
from dlnotes.scaffold.section import own_files
from dlnotes.site import cells
from dlnotes.site.sources import drafts
from tests.scaffold import small_house

ROOT = Path(__file__).resolve().parents[2]
NAME = "learning_rates/decay"
PAGE, DEMO = f"book/{NAME}.ipynb", f"dlnotes/sections/{NAME}/demo.py"
MADE = {
    PAGE, DEMO, f"dlnotes/sections/{NAME}/demo.js", f"exercises/{NAME}.py",
    f"exercises/{NAME}.ipynb", f"tests/sections/{NAME}/styles.py",
}  # fmt: skip
REGISTERS = {"_toc.yml", "book/coverage.yml", "book/claims.yml"}
PLANNED = [
    f"{chapter}/{slug}"
    for chapter, of in plan(ROOT).items()
    for slug in of["sections"]
    if not (ROOT / "book" / chapter / f"{slug}.ipynb").is_file()
]


@pytest.fixture
def house(tmp_path) -> Path:
    return small_house.house(tmp_path)


def files(house: Path) -> dict[str, bytes]:
    """Every file that stands there, but for what Python compiles."""
    found = (path for path in house.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(house).as_posix(): path.read_bytes() for path in found}


def run(house: Path, *words: str) -> int:
    return main(["--root", str(house), *words])


def test_it_is_laid_out_whole_and_removed_without_a_trace(house, capsys):
    before, folders = files(house), {path for path in house.rglob("*") if path.is_dir()}
    assert run(house, "new", NAME) == 0
    told = capsys.readouterr().out.splitlines()[1:]
    assert {line.strip() for line in told} == MADE - {f"exercises/{NAME}.ipynb"} | {
        "book/claims.yml"
    }
    assert len(told) <= 6, "at most six files an author touches"
    after = files(house)
    assert after.keys() - before.keys() == MADE
    assert {name for name in before if after[name] != before[name]} == REGISTERS
    assert drafts(house) == [NAME]
    assert run(house, "remove", NAME) == 0
    assert files(house) == before
    assert {path for path in house.rglob("*") if path.is_dir()} == folders


def test_of_the_page_that_ends_a_chapter_nothing_but_the_page_is_laid_out(house, capsys):
    before, ends = files(house), "learning_rates/in_practice"
    assert run(house, "new", ends) == 0
    assert [line.strip() for line in capsys.readouterr().out.splitlines()[1:]] == [
        f"book/{ends}.ipynb"
    ]
    after = files(house)
    assert after.keys() - before.keys() == {f"book/{ends}.ipynb"}
    assert {name for name in before if after[name] != before[name]} == {"_toc.yml"}
    assert run(house, "new", ends) == 1 and run(house, "remove", ends) == 0
    assert files(house) == before


def edit(name: str):
    def work(house: Path) -> None:
        path = house / name
        path.write_text(path.read_text("utf-8").replace("抛物线", "山谷").replace("0.5", "0.6"))

    return work


def block(house: Path) -> None:
    path = house / "book/coverage.yml"
    path.write_text(path.read_text("utf-8").replace("block: title", "block: step", 1))


def more(house: Path) -> None:
    (house / DEMO).with_name("experiments.py").write_text("", encoding="utf-8")


WORK = {name: edit(name) for name in (PAGE, DEMO, f"exercises/{NAME}.py", "book/claims.yml")}
WORK |= {"book/coverage.yml": block, f"dlnotes/sections/{NAME}/experiments.py": more}


@pytest.mark.parametrize("name", WORK)
def test_work_is_not_thrown_away_unless_one_insists(house, capsys, name):
    before = files(house)
    run(house, "new", NAME)
    WORK[name](house)
    worked = files(house)
    capsys.readouterr()
    assert run(house, "remove", NAME) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and name in said and "--force" in said
    assert files(house) == worked
    assert run(house, "remove", NAME, "--force") == 0
    assert files(house) == before


def test_what_others_have_written_meanwhile_stays(house):
    run(house, "new", NAME)
    run(house, "new", "learning_rates/myths")
    between = files(house)
    assert run(house, "remove", NAME) == 0
    left = files(house)
    assert {name for name in between if name not in left} == MADE
    assert all(b"learning_rates/myths" in left[name] for name in REGISTERS)


def finish(house: Path) -> None:
    run(house, "new", NAME)
    (house / PAGE).write_text((house / PAGE).read_text("utf-8").replace('"draft"', '"hard"'))


def lone(name: str):
    def make(house: Path) -> None:
        (house / name).parent.mkdir(parents=True)
        (house / name).write_text("", encoding="utf-8")

    return make


def unreadable(house: Path) -> None:
    (house / "book/coverage.yml").write_text("chapters: {a: 1, a: 2}")


SLIPS = {
    "no name": (None, ["new", "decay"], "learning_rates/decay"),
    "capitals": (None, ["new", "learning_rates/Decay-2"], "lower-case letters"),
    "a chapter that is not there": (None, ["new", "schedules/decay"], "no chapter schedules"),
    "a section that is not planned": (None, ["new", "learning_rates/zebra"], "put its name"),
    "misspelt": (None, ["new", "learning_rates/decy"], "do you mean learning_rates/decay?"),
    "another chapter's": (None, ["new", "optimizers/decay"], "do you mean learning_rates/decay?"),
    "there already": (lambda h: run(h, "new", NAME), ["new", NAME], "is there already"),
    "a room without a page": (lone(DEMO), ["new", NAME], f"without {PAGE}"),
    "tests without a page": (lone(f"tests/sections/{NAME}/a.py"), ["new", NAME], f"without {PAGE}"),
    "a page without a room": (lone(PAGE), ["new", NAME], f"without {DEMO}"),
    "a map that cannot be read": (unreadable, ["new", NAME], "`a` stands twice"),
    "nothing to remove": (None, ["remove", NAME], "no such section"),
    "a page that cannot be read": (
        lone(PAGE),
        ["remove", NAME],
        f"{PAGE} 读不了，先改好它 · cannot be read: it is not valid JSON",
    ),
    "finished": (finish, ["remove", NAME, "--force"], "git rm"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_one_line_and_changes_nothing(house, capsys, slip):
    prepare, words, says = SLIPS[slip]
    if prepare:
        prepare(house)
    before = files(house)
    capsys.readouterr()
    assert run(house, *words) == 1
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1 and says in said.err
    assert " · " in said.err and any("\u4e00" <= letter <= "\u9fff" for letter in said.err)
    assert files(house) == before


def test_every_planned_section_could_be_laid_out_well_written(tmp_path):
    """Formatted, without a fault that ruff sees, however long its name is."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ours = ["--config", 'lint.isort.known-first-party=["dlnotes"]']  # it is not in this folder
    for name in PLANNED:
        for file, text in own_files(place(ROOT, name)).items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
    for words in (["check", *ours], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_a_title_with_quotes_does_not_break_a_file():
    odd = Place("a", "b", {"zh": "说“是”", "en": 'A "no" \\ b'}, {"zh": "甲", "en": "A"})
    for file, text in own_files(odd).items():
        if file.endswith(".py"):
            compile(text, file, "exec")
    page = next(text for file, text in own_files(odd).items() if file.endswith(".ipynb"))
    assert 'A "no" \\ b' in cells.source(json.loads(page)["cells"][1])

"""Outputs are kept page by page: what changes decides which pages are run again."""

import re
import shutil
from pathlib import Path

import pytest

from dlnotes.site.sources import pages
from dlnotes.site.versions import DATA, Versions, files
from tests.site.small_book import ROOT, code, markdown, write

PAGE = "optimizers/valley"
LEDGER = """
T1:
  section: optimizers/valley
  reference: [goh2017momentum]
T2:
  section: optimizers/hill
  reference: [ruder2016overview]
"""


@pytest.fixture
def package(tmp_path) -> Path:
    """A library of its own, with two rooms."""
    folder = tmp_path / "dlnotes"
    library = ("optimizers/sgd.py", "demos/demo.js", "demos/shared/a.css")
    for name in (*library, "scaffold/section.py", "site/build.py", "cli.py"):
        add(folder / name, "one")
    rooms = folder / "sections" / "optimizers"
    for name in ("valley/ball.js", "valley/cover.js", "valley/demo.py", "hill/demo.py"):
        add(rooms / name, "one")
    add(rooms / "valley" / "demo.js", 'import { ball } from "./ball.js";\n// one')
    return folder


@pytest.fixture
def book(fresh_project) -> Path:
    """A small book with a second section."""
    toc = fresh_project / "_toc.yml"
    line = "      - file: book/optimizers/valley\n"
    toc.write_text(toc.read_text("utf-8").replace(line, line + line.replace("valley", "hill")))
    write(fresh_project / "book/optimizers/hill.ipynb", markdown("a", "山", "hill"), code("b", "1"))
    add(fresh_project / "book" / "claims.yml", LEDGER)
    return fresh_project


def add(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def replace(old: str, new: str):
    def edit(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def again(book: Path, package: Path, change) -> set[str]:
    """The pages whose outputs are stale after a change."""
    before = {page: Versions(book, package).of(page) for page in pages(book)}
    change()
    after = Versions(book, package)
    return {page for page, name in before.items() if after.of(page) != name}


EVERYWHERE = {"index", "optimizers/valley", "optimizers/hill", "references", "report"}
OWN, WHOLE = {PAGE}, {"index", "references", "report"}
CHANGES = {
    "a demo's drawing": ("dlnotes/sections/optimizers/valley/demo.js", replace("one", "1"), set()),
    "a demo's words": ("dlnotes/sections/optimizers/valley/demo.py", replace("one", "1"), OWN),
    "a rule": ("dlnotes/optimizers/sgd.py", replace("one", "1"), EVERYWHERE),
    "a file it takes": ("dlnotes/sections/optimizers/valley/ball.js", replace("one", "1"), set()),
    "a script that a run reads": (
        "dlnotes/sections/optimizers/valley/cover.js",
        replace("one", "1"),
        OWN,
    ),
    "what all drawings share": ("dlnotes/demos/demo.js", replace("one", "1"), set()),
    "the look of all demos": ("dlnotes/demos/shared/a.css", replace("one", "1"), EVERYWHERE),
    "how sections are laid out": ("dlnotes/scaffold/section.py", replace("one", "1"), set()),
    "the build": ("dlnotes/site/build.py", replace("one", "1"), set()),
    "the command line": ("dlnotes/cli.py", replace("one", "1"), set()),
    "code": ("project/book/optimizers/valley.ipynb", replace("zeros(2)", "zeros(3)"), OWN),
    "a tag of code": ("project/book/optimizers/valley.ipynb", replace("hide-input", "x"), OWN),
    "prose": ("project/book/optimizers/valley.ipynb", replace("山谷", "峡谷"), set()),
    "its claim": ("project/book/claims.yml", replace("T1", "T3"), OWN | WHOLE),
    "a work it cites": ("project/book/references.bib", replace("Really ", ""), OWN | WHOLE),
    "another work": ("project/book/references.bib", replace("zhang2022adam", "zhang2022"), WHOLE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_runs_the_pages_that_show_it_and_no_other(book, package, change):
    name, edit, pages = CHANGES[change]
    assert again(book, package, lambda: edit(package.parent / name)) == pages


def test_a_new_file_in_a_room_and_a_moved_one_count(book, package):
    room = package / "sections" / PAGE
    assert again(book, package, lambda: add(room / "figures.py", "")) == {PAGE}
    assert again(book, package, lambda: (room / "figures.py").rename(room / "f.py")) == {PAGE}
    assert again(book, package, lambda: add(room / "__pycache__" / "f.pyc", "")) == set()
    assert again(book, package, lambda: shutil.rmtree(room)) == {PAGE}


def test_a_drawing_that_does_not_hold_together_is_run_so_that_it_is_told(book, package):
    drawn = package / "sections" / PAGE / "demo.js"
    for taken in ("gone", "demo"):
        text = f'import {{ ball }} from "./{taken}.js";\n'
        assert again(book, package, lambda text=text: add(drawn, text)) == {PAGE}


def test_another_torch_runs_everything(book, package, monkeypatch):
    def other():
        monkeypatch.setattr("dlnotes.site.versions.version", lambda name: "0.0.1")

    assert again(book, package, other) == EVERYWHERE


def test_a_page_that_reads_the_whole_ledger_depends_on_it(book, package):
    table = code("table", "from dlnotes.claims import claims_of")
    write(book / "book/optimizers/hill.ipynb", table)
    changed = again(book, package, lambda: replace("T1", "T3")(book / "book" / "claims.yml"))
    assert changed == OWN | WHOLE | {"optimizers/hill"}


def test_the_library_reads_no_other_data_of_the_book():
    library = set(files(ROOT / "dlnotes")) - set(files(ROOT / "dlnotes" / "site"))
    sources = [path.read_text("utf-8") for path in library if path.suffix == ".py"]
    named = {name for text in sources for name in re.findall(r'read_text\("(\w+\.\w+)"\)', text)}
    assert named == set(DATA)

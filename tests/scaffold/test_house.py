"""A section laid out in a copy of the whole house passes every test that looks at it, untouched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "learning_rates/one_more"  # of a section that nobody has planned
PLANNED = "      one_more: {zh: 再来一节, en: One section more}\n"
# What walks over sections, or over the files of the house; elsewhere a new section is not looked at
TESTS = [
    *("claims", "contracts", "core", "demos", "scaffold", "sections"),
    *("site/lint", "site/test_pages.py", "site/test_search.py", "site/test_sources.py"),
    *("grading/tasks", "grading/reader", "grading/test_faults.py"),
    *("test_docs.py", "test_layers.py", "test_layout.py", "test_seconds.py"),
]
# Of tests that have parameters, only those with this section; and not this one again
CHOICE = f"""
def pytest_collection_modifyitems(items):
    items[:] = [
        item for item in items
        if "test_house" not in item.nodeid
        and (not hasattr(item, "callspec") or {NAME.split("/")[1]!r} in item.nodeid)
    ]
"""
pytestmark = pytest.mark.long


@pytest.fixture
def house(tmp_path, built_site) -> Path:
    """A copy of the tree in git's hands, with the outputs of the pages that stand."""
    place = tmp_path / "dlnotes"
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    work = ROOT / "_build" / "work"
    for kept in (*work.glob("npm-*"), work / "outputs"):
        shutil.copytree(kept, place / kept.relative_to(ROOT), symlinks=True)
    cover = place / "book" / "coverage.yml"
    before, chapter, after = cover.read_text(encoding="utf-8").partition("\n  learning_rates:\n")
    after = after.replace("    sections:\n", f"    sections:\n{PLANNED}", 1)
    cover.write_text(before + chapter + after, encoding="utf-8")
    (tmp_path / "choice.py").write_text(CHOICE, encoding="utf-8")
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "The house")
    return place


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def python(house: Path, *words: str) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (house, house.parent)))}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=house,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"


def test_it_passes_untouched_and_leaves_nothing(house):
    python(house, "dlnotes.cli", "new", NAME)
    git(house, "add", "-A")
    for words in (["check"], ["format", "--check"]):
        python(house, "ruff", *words, ".")
    python(house, "dlnotes.cli", "site")
    page = house / "_build" / "site" / "en" / f"{NAME}.html"
    assert 'class="draft"' in page.read_text(encoding="utf-8")
    tests = (f"tests/{name}" for name in TESTS)
    python(house, "pytest", "-q", "-p", "choice", "-m", "not long", *tests)
    notebooks = (f"{folder}/{NAME}.ipynb" for folder in ("book", "exercises"))
    python(house, "pytest", "-q", "--nbval-lax", "--nbval-kernel-name", "python3", *notebooks)
    python(house, "dlnotes.cli", "remove", NAME)
    git(house, "add", "-A")
    assert git(house, "status", "--porcelain") == ""
    section = NAME.split("/")[1]
    left = {path.relative_to(house) for path in house.rglob(f"{section}*")}
    assert not {path for path in left if path.parts[0] not in ("_build", ".git")}

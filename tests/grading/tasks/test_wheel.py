"""The installed package: built, unpacked into a folder of its own, and used by a reader there."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlnotes.core.solutions import BEGIN, END, without_marks
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import student_notebook

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built without a network, with what is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    pip(["wheel", "--quiet", *options, "-w", folder, ROOT])
    (file,) = folder.glob("dlnotes-*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A fresh folder with nothing but the package."""
    folder = tmp_path_factory.mktemp("installed")
    options = [
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
    ]
    pip(["install", "--quiet", *options, "--target", folder, wheel])
    return folder


def pip(words):
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def reader(installed, tmp_path):
    """What a reader sees: `reader("code")` gives what it prints."""
    env = {**os.environ, "PYTHONPATH": str(installed), "DLNOTES_LANG": "en"}
    env |= {"DLNOTES_PROGRESS": str(tmp_path / "progress.json"), "DLNOTES_LEARNER": "ann"}

    def run(*words):
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_package_is_the_installed_one(reader, installed):
    found = reader("-c", "import dlnotes.core.data as data; print(data.PACKAGE)")
    assert Path(found.strip()) == installed / "dlnotes"


def test_no_solution_lies_open_in_the_wheel(wheel):
    marks, secrets = (BEGIN.encode(), END.encode()), bodies()
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        exercises = {name: files.read(name) for name in names if "/exercises/" in name}
        assert not [name for name in names if name.startswith(("exercises", "tests", "book"))]
    places = declarations.sections()
    made = {f"dlnotes/_data/exercises/{'/'.join(p)}{s}" for p in places for s in (".py", ".sealed")}
    assert set(exercises) == made
    for data in exercises.values():
        assert not [mark for mark in marks if mark in data]
        assert not [text for text in secrets if text.encode() in data]


def bodies():
    """The text between the marks of every task."""
    region = re.compile(rf"{BEGIN}\n(.*?)^ *{END}", re.DOTALL | re.MULTILINE)
    return [region.search(task.solution)[1] for task in declarations.all_tasks()]


def test_practice_writes_the_same_notebooks_and_never_overwrites(reader, tmp_path):
    command = ("-m", "dlnotes.cli", "practice", "optimizers", "--no-lab")
    notebooks = sum(chapter == "optimizers" for chapter, _ in declarations.sections())
    assert reader(*command).count("Written") == notebooks
    mine = tmp_path / "practice" / "optimizers" / "momentum.ipynb"
    assert mine.read_text(encoding="utf-8") == student_notebook("optimizers", "momentum")
    mine.write_text("my work", encoding="utf-8")
    assert reader(*command).count("Kept") == notebooks
    assert mine.read_text(encoding="utf-8") == "my work"


CHECKS = """
from dlnotes.grading import check, score, solution
from dlnotes.grading.tasks import declarations
for task in declarations.all_tasks():
    assert solution(task.id).code is None
    for _ in range(3):
        verdict = check(task.id, lambda *args, **named: 0)
    assert not verdict.passed and verdict.hints == 3
    code = solution(task.id).code
    names = {}
    exec("import math, torch\\n" + code, names)
    assert check(task.id, names[task.id]).passed
    print(code)
print(score("optimizers"))
"""


def test_check_solution_and_score_work_without_a_checkout(reader):
    said = reader("-c", CHECKS)
    for task in declarations.all_tasks():
        assert without_marks(task.solution).strip() in said
    chapter = declarations.sections("optimizers")
    tasks = [task for place in chapter for task in declarations.declaration(*place).TASKS]
    most = sum(task.points for task in tasks)
    assert said.strip().endswith(f"Total {most}/{most}")

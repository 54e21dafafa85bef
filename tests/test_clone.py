"""An empty clone, and nothing but make: the commands of the README, typed."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("clone") / "dlnotes"
    subprocess.run(["git", "clone", "-q", ROOT, place], check=True)
    return place


def make(clone: Path, *words: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        ["make", *words], cwd=clone, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_site_is_built_by_one_command(clone):
    make(clone, "site")
    for edition in ("zh", "en"):
        page = clone / "_build" / "site" / edition / "optimizers" / "momentum.html"
        assert "data-claim" in page.read_text(encoding="utf-8")


def test_the_generated_exercises_are_the_committed_ones(clone):
    make(clone, "exercises")
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert changed.stdout == ""

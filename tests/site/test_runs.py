"""What nbval has run is what the build would have run, and only what passed is kept."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dlnotes.site.execution import outputs, seconds, stale
from tests.site.small_book import ROOT, code, write

NBVAL = ["-p", "tests.outputs", "--nbval-lax", "--nbval-kernel-name", "python3"]
NAMES = re.compile("[0-9a-f]{32}|0x[0-9a-f]+")  # of models and objects, anew in every run
STATE = "application/vnd.jupyter.widget-state+json"


def shown(root: Path) -> list[str]:
    """What each cell of the valley shows, its widgets, and what it says of itself."""
    kept = (outputs(root) / "executed").glob("*/base.ipynb")
    (text,) = (text for path in kept if "anywidget" in (text := path.read_text(encoding="utf-8")))
    notebook = json.loads(text)
    models = notebook["metadata"]["widgets"].pop(STATE)["state"].values()
    parts = [*sorted(models, key=lambda model: model["model_name"]), *notebook["cells"]]
    return [NAMES.sub("", json.dumps(part)) for part in (*parts, notebook["metadata"])]


@pytest.mark.slow
def test_a_page_that_passed_is_not_run_again(fresh_project, small_project, monkeypatch):
    cells = code("a", "1"), code("b", "1 / 0"), code("c", "1 == 2"), code("d", "(True, False)")
    faulty = write(fresh_project / "book" / "index.ipynb", *cells)
    valley = fresh_project / "book" / "optimizers" / "valley.ipynb"
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    run = [sys.executable, "-m", "pytest", "-q", *NBVAL, f"--rootdir={fresh_project}", "-c"]
    said = subprocess.run([*run, os.devnull, valley, faulty], capture_output=True, text=True)
    assert "2 failed, 5 passed" in said.stdout, said.stdout
    assert "index.ipynb: it shows False" in said.stdout, said.stdout
    assert "optimizers/valley" not in stale(fresh_project) and "index" in stale(fresh_project)
    assert seconds(fresh_project)["optimizers/valley"] > 0.1
    assert shown(fresh_project) == shown(small_project)

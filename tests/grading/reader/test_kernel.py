"""The notebooks in a real kernel: untouched they say what to do.

Solved they are run by nbval, with `NBGRADER_EXECUTION=validate`, under which a check that does not
pass is an error.
"""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import student_notebook

ROOT = Path(__file__).resolve().parents[3]
FIRST = {chapter: (chapter, section) for chapter, section in reversed(declarations.sections())}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("place", FIRST.values(), ids="/".join)
def test_untouched_notebook_runs_through_and_earns_nothing(place, monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "zh")
    notebook = nbformat.reads(student_notebook(*place), as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    assert len(checks) == len(declarations.declaration(*place).TASKS)
    for cell in checks:
        (output,) = cell.outputs
        assert "这一格还没写：`...` 还在。" in output["data"]["text/plain"]
        assert 'lang="zh"' in output["data"]["text/html"]


def test_solved_notebooks_fail_where_a_check_does():
    (line,) = re.findall(r"^.*--nbval.*$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert "NBGRADER_EXECUTION=validate" in line and "exercises" in line.split()

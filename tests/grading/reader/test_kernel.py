"""The notebooks in a real kernel: solved they pass, untouched they say what to do."""

import nbformat
import pytest
from nbclient import NotebookClient

from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import source_notebook, student_notebook

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
every_section = pytest.mark.parametrize("place", declarations.sections(), ids="/".join)


def run(text):
    """What each check says, by task."""
    notebook = nbformat.reads(text, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    assert all(len(cell.outputs) == 1 for cell in checks)
    return {cell.id: cell.outputs[0]["data"] for cell in checks}


@every_section
def test_solved_notebook_earns_every_point(place, monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "en")
    shown = run(source_notebook(*place))
    for task in declarations.declaration(*place).TASKS:
        assert shown[task.id]["text/plain"] == f"● Passed · {task.points}/{task.points} points"


@every_section
def test_untouched_notebook_runs_through_and_earns_nothing(place, monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "zh")
    for data in run(student_notebook(*place)).values():
        assert "这一格还没写：`...` 还在。" in data["text/plain"]
        assert 'lang="zh"' in data["text/html"]

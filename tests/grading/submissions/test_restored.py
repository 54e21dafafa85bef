"""The notebook that a gradebook keeps: the learner's work in the notebook handed out, no more."""

import json
import re

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter

from dlnotes.grading.submissions.restored import quoted, restored
from dlnotes.grading.tasks.notebook import student_notebook
from tests.grading.handing_in import (
    BROKEN,
    REPAIRS,
    answered,
    cell,
    code,
    data,
    duplicated,
    repaired,
    solved,
    untouched,
)

BASE = nbformat.reads(student_notebook("optimizers", "momentum"), as_version=4)
SCRIPT = "<script>alert(1)</script>"
PROSE = [
    SCRIPT,
    f"```\n{SCRIPT}\n```\n{SCRIPT}",
    f"text\n\n\t{SCRIPT}\n\r{SCRIPT}\u2028{SCRIPT}\x0b{SCRIPT}\x85{SCRIPT}",
    "$$\\href{javascript:alert(1)}{x}$$\n$\\href{javascript:alert(1)}{x}$\n\\(\\href{a}{x}\\)",
    "\\begin{align}\\href{javascript:alert(1)}{x}\\end{align}",
    "[x](javascript:alert(1)) ![](x) <img src=x onerror=alert(1)>",
    f"\n\n{SCRIPT}\n\n\n- {SCRIPT}\n  > {SCRIPT}",
    f"\x1b[31m\u202e{SCRIPT}",
]


def names(notebook):
    return [one.metadata.get("nbgrader", {}).get("grade_id") for one in notebook.cells]


def shown(own):
    """A page with one cell, as nbconvert makes it."""
    notebook = nbformat.v4.new_notebook(cells=[own])
    return HTMLExporter(template_name="basic").from_notebook_node(notebook)[0]


def source(notebook, name):
    (found,) = [one.source for one in notebook.cells if one.id == name]
    return found


@pytest.mark.parametrize("name", REPAIRS)
def test_the_cells_handed_out_are_there_once_and_in_order(name):
    notebook = restored(repaired(name)[0], BASE)
    nbformat.validate(notebook)
    assert list(filter(None, names(notebook))) == list(filter(None, names(BASE)))
    for one in BASE.cells:
        if one.metadata.get("nbgrader", {}).get("grade") or one.cell_type == "markdown":
            assert source(notebook, one.id) == one.source


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_file_nothing_is_taken(name):
    assert restored(BROKEN[name][0](), BASE).cells == BASE.cells


def test_work_outputs_and_metadata():
    notebook = answered("gains", "def gains(momentum): return 7")
    notebook["metadata"]["title"] = SCRIPT
    cell(notebook, "gains")["outputs"] = [{"output_type": "stream", "text": SCRIPT}]
    found = restored(data(notebook), BASE)
    assert source(found, "gains-answer") == "def gains(momentum): return 7"
    assert SCRIPT not in json.dumps(found) and found.metadata == BASE.metadata


def test_the_last_version_counts_and_the_earlier_one_stays_visible():
    notebook = answered("gains", "gains = first")
    duplicated(notebook, "gains-answer", "gains = second")
    found = restored(data(notebook), BASE)
    assert source(found, "gains-answer") == "gains = second"
    assert [one.source for one in found.cells if one.id.startswith("own")] == ["gains = first"]


def test_cells_of_the_learners_own_follow_what_they_stood_behind():
    notebook = solved()
    notebook["cells"].insert(0, code("before = 1"))
    at = notebook["cells"].index(cell(notebook, "gains-answer")) + 1
    notebook["cells"].insert(at, code("after = 1"))
    sources = [one.source for one in restored(data(notebook), BASE).cells]
    assert sources[0] == "before = 1"
    answer = "".join(cell(solved(), "gains-answer")["source"])
    assert sources[sources.index("after = 1") - 1] == answer


def test_notes_in_the_books_own_prose_are_kept_as_notes():
    notebook = untouched()
    cell(notebook, "gains-task-en")["source"] = "my own words"
    found = restored(data(notebook), BASE)
    assert "    my own words" in [one.source for one in found.cells]


@pytest.mark.parametrize("text", PROSE)
@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_prose_is_shown_letter_by_letter(text, kind):
    one = {"cell_type": kind, "id": "mine", "metadata": {"raw_mimetype": "text/html"}}
    notebook = {"cells": [one | {"source": text}], "nbformat": 4, "nbformat_minor": 5}
    (own,) = [one for one in restored(data(notebook), BASE).cells if one.id.startswith("own")]
    assert own.cell_type == "markdown" and own.source == quoted(text)
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(
        nbformat.v4.new_notebook(cells=[own])
    )
    outside = re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)
    assert "alert" not in outside and "href{" not in outside and "<img" not in page
    assert SCRIPT not in page and "<pre>" in page


def test_prose_that_is_not_quoted_would_run():
    own = nbformat.v4.new_markdown_cell(SCRIPT)
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(
        nbformat.v4.new_notebook(cells=[own])
    )
    assert SCRIPT in page

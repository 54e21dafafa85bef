"""Files that stop a careless reader cost one row of 0 points; the rest of the batch is graded."""

import gzip
import json
import subprocess
import sys

import nbformat
import pytest

from dlnotes.grading.grade import grade
from dlnotes.grading.submissions.submission import Submission
from tests.grading.handing_in import BROKEN, CHAPTER, data, solved, stored_output

SECTION = "momentum"
CARELESS = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
notebook = json.loads(sys.stdin.buffer.read())
print(len(notebook["cells"]), "".join(notebook["cells"][0]["source"])[:0])
exec("".join("".join(cell["source"]) for cell in notebook["cells"]), {})
"""
HARMLESS = {"too much code", "too many cells"}  # refused for their size alone


def careless(content):
    """What a reader says that takes a file for what it claims to be."""
    return subprocess.run(
        [sys.executable, "-c", CARELESS], input=content, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def batch(warm):
    """All broken files in one batch, a whole one before, between and after."""
    whole, results = data(solved()), {}
    for name, (make, _) in BROKEN.items():
        results[name] = scored(make(), warm)
        results[f"{name}, then a whole one"] = scored(whole, warm)
    return results


def scored(content, jail):
    return grade(content, Submission("bo", CHAPTER, SECTION), seed="s", jail=jail)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_row_and_the_next_one_is_graded(name, batch):
    row, after = batch[name], batch[f"{name}, then a whole one"]
    assert (row.status, row.score, len(row.tasks)) == ("unreadable", 0, 7)
    assert row.problem["zh"] and row.problem["en"]
    assert (after.status, after.score) == ("graded", 14)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(BROKEN) - HARMLESS))
def test_a_careless_reader_stumbles_over_it(name):
    assert careless(BROKEN[name][0]()).returncode != 0


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_refused_for_its_size_is_large(name):
    content = BROKEN[name][0]()
    notebook = json.loads(content)
    assert len(content) > 500_000 or len(notebook["cells"]) > 2000


def test_a_packed_file_would_grow_a_thousandfold():
    packed = BROKEN["zip bomb"][0]()
    assert len(gzip.decompress(packed)) > 500 * len(packed)


def test_a_careless_reader_takes_stored_outputs_for_results(warm):
    """The control of a forged output: it is there to be read, and earns nothing."""
    notebook = solved()
    for cell in notebook["cells"]:
        if cell["id"].endswith("-answer"):
            cell["source"] = "..."
    stored_output(notebook)
    content = data(notebook)
    shown = nbformat.reads(content.decode(), as_version=nbformat.NO_CONVERT)
    assert any(
        "14/14" in output["text"] for cell in shown.cells for output in cell.get("outputs", [])
    )
    assert scored(content, warm).score == 0

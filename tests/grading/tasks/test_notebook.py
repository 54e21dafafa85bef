"""The notebooks that come from a declaration, and the folder that practice writes."""

import ast
import json

import nbformat
import pytest

from dlnotes import cli
from dlnotes.core.solutions import BEGIN, END, without_solutions
from dlnotes.grading.reader.practice import practice
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import source_notebook, student_notebook

every_section = pytest.mark.parametrize("place", declarations.sections(), ids="/".join)


def cells(text):
    return json.loads(text)["cells"]


def source(cell):
    return "".join(cell["source"])


def graded(text):
    """The nbgrader metadata of a notebook, by grade_id."""
    found = [cell["metadata"].get("nbgrader") for cell in cells(text)]
    return {meta["grade_id"]: meta for meta in found if meta}


@every_section
def test_committed_notebook_is_a_fresh_one(place):
    file = declarations.path(*place).with_suffix(".ipynb")
    assert file.read_text(encoding="utf-8") == source_notebook(*place), (
        "run `make exercises`; if ruff formats that notebook otherwise, mend the declaration's code"
    )


@every_section
def test_both_notebooks_are_valid(place):
    for text in (source_notebook(*place), student_notebook(*place)):
        nbformat.validate(nbformat.reads(text, as_version=4))
        for cell in cells(text):
            if cell["cell_type"] == "code":
                ast.parse(source(cell))
                assert cell["outputs"] == [] and cell["execution_count"] is None


@every_section
def test_every_task_has_an_answer_cell_and_a_graded_cell(place):
    metadata = graded(source_notebook(*place))
    for task in declarations.declaration(*place).TASKS:
        answer, test = metadata[f"{task.id}-answer"], metadata[task.id]
        assert (answer["solution"], answer["grade"]) == (True, False)
        assert (test["solution"], test["grade"], test["locked"]) == (False, True, True)
        assert test["points"] == task.points
        assert answer["schema_version"] == test["schema_version"] == 3


@every_section
def test_student_notebook_holds_no_solution(place):
    text = student_notebook(*place)
    assert "SOLUTION" not in text
    for task in declarations.declaration(*place).TASKS:
        body = task.solution.split(BEGIN)[1].split(END)[0]
        given = without_solutions(task.solution) + task.given
        secret = [line for line in map(str.strip, body.split("\n")) if line not in given]
        assert secret
        (cell,) = [cell for cell in cells(text) if cell["id"] == f"{task.id}-answer"]
        assert not any(line in source(cell) for line in secret)
        assert "..." in source(cell)


def test_a_lonely_mark_is_an_error():
    with pytest.raises(ValueError, match="pairs"):
        without_solutions(f"def f():\n    {BEGIN}\n    return 1\n")


@every_section
def test_the_declaration_without_solutions_still_loads(place):
    text = declarations.path(*place).read_text(encoding="utf-8")
    stripped = without_solutions(text)
    assert END not in stripped and stripped != text
    names = {}
    exec(compile(stripped, "stripped", "exec"), names)
    assert [task.id for task in names["TASKS"]] == [
        task.id for task in declarations.declaration(*place).TASKS
    ]


def test_practice_writes_what_a_learner_needs(tmp_path):
    lines = []
    files = practice("optimizers", tmp_path, tell=lines.append)
    written = {file.relative_to(tmp_path).as_posix(): file for file in files}
    places = ["/".join(place) for place in declarations.sections("optimizers")]
    assert list(written) == [f"{place}.ipynb" for place in places]
    text = written["optimizers/momentum.ipynb"].read_text(encoding="utf-8")
    assert text == student_notebook("optimizers", "momentum")
    assert len(lines) == len(places)


def test_practice_without_a_name_is_the_whole_book(tmp_path):
    assert cli.main(["practice", "--no-lab", "--folder", str(tmp_path)]) == 0
    places = [f"{'/'.join(place)}.ipynb" for place in declarations.sections()]
    found = [file.relative_to(tmp_path).as_posix() for file in tmp_path.glob("*/*.ipynb")]
    assert sorted(found) == sorted(places)


def test_practice_never_touches_work(tmp_path, monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "en")
    mine = tmp_path / "optimizers" / "momentum.ipynb"
    mine.parent.mkdir()
    mine.write_text("my work", encoding="utf-8")
    lines = []
    practice("optimizers", tmp_path, tell=lines.append)
    assert mine.read_text(encoding="utf-8") == "my work"
    kept = [line for line in lines if line.startswith("Kept")]
    assert len(kept) == 1 and "momentum.ipynb" in kept[0]
    assert all(line.startswith("Written") for line in lines if line not in kept)


@pytest.mark.parametrize("name", ["momentum", "optimizers/momentum"])
def test_practice_of_one_section(name, tmp_path):
    assert practice(name, tmp_path) == [tmp_path / "optimizers" / "momentum.ipynb"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == practice(name, tmp_path)


def test_a_folder_that_cannot_be_is_named_in_one_line(tmp_path, capsys):
    (tmp_path / "taken").write_text("a file")
    for words in (["practice", "--no-lab", "--folder"], ["course"]):
        assert cli.main([*words, str(tmp_path / "taken")]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "cannot go on" in said and "taken" in said


@pytest.mark.parametrize("chapter", ["regularisation", "*", "../dlnotes", ""])
def test_practice_knows_its_chapters(tmp_path, chapter, monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "zh")
    with pytest.raises(LookupError, match="optimizers"):
        practice(chapter, tmp_path)
    assert not list(tmp_path.iterdir())

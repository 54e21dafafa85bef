"""A course's folder: complete, never written over, the same from a checkout and from the wheel."""

import json
import stat

import pytest

from dlnotes import cli
from dlnotes.core.solutions import sealed, without_solutions
from dlnotes.grading.classroom.course import source
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import source_notebook


def test_a_course_is_complete(tmp_path, capsys):
    folder = tmp_path / "deep101"
    assert cli.main(["course", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "接下来" in said and "Next" in said
    sections = [section for _, section in declarations.sections()]
    assert sorted(path.name for path in (folder / "source").iterdir()) == sorted(sections)
    found = (folder / "source/momentum/momentum.ipynb").read_text(encoding="utf-8")
    assert json.loads(found) == json.loads(source_notebook("optimizers", "momentum"))
    assert stat.S_IMODE((folder / "secret-seed").stat().st_mode) == 0o600
    assert "course_id = 'deep101'" in (folder / "nbgrader_config.py").read_text(encoding="utf-8")


def test_nbgraders_own_steps_but_for_the_one_that_executes(tmp_path):
    from nbgrader.converters import Autograde
    from traitlets.config import PyFileConfigLoader
    from traitlets.utils.importstring import import_item

    cli.main(["course", str(tmp_path / "deep101")])
    config = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path / "deep101")).load_config()
    ours = [import_item(name) for name in config.Autograde.autograde_preprocessors]
    theirs = Autograde.class_traits()["autograde_preprocessors"].default()
    assert ours[1:] == theirs[1:]
    assert (ours[0].__name__, theirs[0].__name__) == ("Score", "Execute")


def test_what_is_there_stays(tmp_path, capsys):
    folder = tmp_path / "deep101"
    cli.main(["course", str(folder), "--section", "momentum"])
    (folder / "nbgrader_config.py").write_text("mine")
    (folder / "source/momentum/momentum.ipynb").write_text("mine")
    kept = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert cli.main(["course", str(folder), "--section", "momentum"]) == 0
    assert {path: path.read_text() for path in folder.rglob("*") if path.is_file()} == kept
    assert "already there" in capsys.readouterr().out


def test_the_next_command_names_what_was_asked_for(tmp_path, capsys):
    cli.main(["course", str(tmp_path / "deep101"), "--section", "adam"])
    assert capsys.readouterr().out.count("`nbgrader generate_assignment adam`") == 2


@pytest.mark.parametrize("name", ["deep 101", "deep+101", "深度'课"])
def test_a_name_that_nbgrader_would_not_take_is_refused(name, tmp_path, capsys):
    assert cli.main(["course", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert "课程的名字" in said and "A course's name" in said
    assert not (tmp_path / name).exists()


def test_an_exercise_that_does_not_exist_is_refused(tmp_path, capsys):
    assert cli.main(["course", str(tmp_path / "deep101"), "--section", "momentun"]) == 2
    assert "momentum" in capsys.readouterr().err and not (tmp_path / "deep101").exists()


def test_the_same_source_from_the_installed_package(tmp_path, monkeypatch):
    """The wheel carries declarations without solutions, and the solutions sealed."""
    whole = source("optimizers", "momentum")
    text = declarations.path("optimizers", "momentum").read_text(encoding="utf-8")
    folder = tmp_path / "optimizers"
    folder.mkdir()
    (folder / "momentum.py").write_text(without_solutions(text), encoding="utf-8")
    (folder / "momentum.sealed").write_text(sealed(text), encoding="ascii")
    monkeypatch.setattr(declarations, "FOLDERS", (tmp_path,))
    declarations.declaration.cache_clear()
    try:
        assert "BEGIN SOLUTION" not in source_notebook("optimizers", "momentum")
        assert source("optimizers", "momentum") == whole
    finally:
        declarations.declaration.cache_clear()

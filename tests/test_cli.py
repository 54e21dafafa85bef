"""What the command line says to slips."""

from importlib.metadata import version

import pytest

from dlnotes.cli import main


@pytest.mark.parametrize(
    ("words", "found", "help_of"),
    [
        ([], "required", "dlnotes"),
        (["practise"], "'practise'", "dlnotes"),
        (["course"], "folder", "dlnotes course"),
        (["read", "--port", "99999"], "65535", "dlnotes read"),
        (["read", "--colour"], "--colour", "dlnotes"),
    ],
)
def test_a_slip_is_told_in_one_line_with_the_way_out(words, found, help_of, capsys):
    with pytest.raises(SystemExit) as end:
        main(words)
    said = capsys.readouterr()
    assert end.value.code == 2 and said.err.count("\n") == 1 and not said.out
    assert "命令没看懂 · not understood" in said.err and found in said.err
    assert f"`{help_of} --help`" in said.err


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0 and capsys.readouterr().out == f"dlnotes {version('dlnotes')}\n"


def test_an_exercise_that_is_not_there_ends_with_1(tmp_path, capsys):
    assert main(["practice", "nonsense", "--folder", str(tmp_path), "--no-lab"]) == 1
    assert "nonsense" in capsys.readouterr().err and not list(tmp_path.iterdir())

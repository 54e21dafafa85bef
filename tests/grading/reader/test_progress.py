"""What a reader has achieved outlives the kernel, and no file can break a check."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlnotes.grading import check, score
from dlnotes.grading.reader import progress
from dlnotes.grading.reader.progress import Standing
from dlnotes.grading.tasks import declarations

RIGHT = declarations.find("gains").reference


def wrong(beta):
    return beta, beta


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A record of our own, in a folder that is not there yet."""
    place = tmp_path / "data" / "progress.json"
    monkeypatch.setenv("DLNOTES_PROGRESS", str(place))
    monkeypatch.setenv("DLNOTES_LEARNER", "ann")
    monkeypatch.setattr(progress, "_unsaved", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return place


def restarted(code: str) -> str:
    """What a new kernel prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_hints_and_passes_survive_a_restart():
    asked = "from dlnotes.grading import check; print(check('gains', lambda beta: (beta, 0)).hints)"
    assert check("gains", wrong).hints == 1
    assert restarted(asked) == "2"
    assert check("gains", wrong).hints == 3
    assert check("gains", RIGHT).passed
    assert restarted("from dlnotes.grading import score; print(score().points)") == "1.0"


def test_the_file_is_small_and_plain(place):
    check("gains", wrong)
    check("gains", wrong)
    found = json.loads(place.read_text(encoding="utf-8"))
    assert found == {"ann": {"gains": {"best": 0.0, "failures": 2}}}
    assert [path.name for path in place.parent.iterdir()] == ["progress.json"]


def test_two_readers_of_one_account_do_not_mix(monkeypatch):
    check("gains", RIGHT)
    monkeypatch.setenv("DLNOTES_LEARNER", "bo")
    assert score().points == 0
    assert check("gains", wrong).hints == 1
    monkeypatch.setenv("DLNOTES_LEARNER", "ann")
    assert score().points == 1


def test_a_pass_stays_and_the_hints_start_over():
    check("gains", wrong)
    check("gains", RIGHT)
    assert progress.standing("ann", "gains") == Standing(0, 1.0)
    assert check("gains", wrong).hints == 1
    assert progress.standing("ann", "gains").passed


BROKEN = {
    "empty": b"",
    "cut off": b'{"ann": {"gai',
    "not JSON": b"hello",
    "no text": bytes(range(256)),
    "a list": b"[1, 2]",
    "nested": b"[" * 100_000,
    "huge number": b'{"ann": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_damaged_file_is_put_aside(place, data):
    place.parent.mkdir()
    place.write_bytes(data)
    assert score().points == 0
    assert check("gains", wrong).hints == 1
    assert check("gains", wrong).hints == 2
    assert place.with_name("progress.json.damaged").read_bytes() == data
    assert json.loads(place.read_bytes())["ann"]["gains"]["failures"] == 2


ODD = [
    {"failures": -1, "best": 0},
    {"failures": 1.5, "best": 0},
    {"failures": True, "best": 0},
    {"failures": 1, "best": 2},
    {"failures": 1, "best": float("nan")},
    {"failures": 1, "best": "all"},
    {"failures": 1},
    [1, 2],
    None,
]


@pytest.mark.parametrize("entry", ODD)
def test_an_entry_that_makes_no_sense_is_left_out(place, entry):
    place.parent.mkdir()
    sound = {"failures": 2, "best": 0.5}
    place.write_text(json.dumps({"ann": {"gains": entry, "momentum": sound}, "bo": 3}))
    assert progress.standings("ann") == {"momentum": Standing(2, 0.5)}
    assert check("gains", wrong).hints == 1
    assert progress.standing("ann", "momentum") == Standing(2, 0.5)


def goes_on_without_a_file():
    assert [check("gains", wrong).hints for _ in range(4)] == [1, 2, 3, 3]
    check("gains", RIGHT)
    assert score().points == 1


def test_a_folder_in_the_way(place):
    place.mkdir(parents=True)
    goes_on_without_a_file()
    assert list(place.iterdir()) == []


def test_a_file_where_the_folder_should_be(place):
    place.parent.write_text("mine")
    goes_on_without_a_file()
    assert place.parent.read_text() == "mine"


def test_a_device_is_left_alone(monkeypatch):
    monkeypatch.setenv("DLNOTES_PROGRESS", os.devnull)
    goes_on_without_a_file()
    assert not Path(os.devnull).is_file()


def test_a_pipe_does_not_hang(place):
    place.parent.mkdir()
    os.mkfifo(place)
    goes_on_without_a_file()
    assert place.is_fifo()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_must_not_be_written_is_not(place, what, monkeypatch):
    check("gains", wrong)
    before = place.read_bytes()
    sealed = place if what == "file" else place.parent
    mode = sealed.stat().st_mode
    sealed.chmod(mode & ~0o222)
    if os.geteuid() == 0:  # whom no mode stops

        def refused(*args, **named):
            raise PermissionError("read-only")

        monkeypatch.setattr(progress, "_replace", refused)
    assert [check("gains", wrong).hints for _ in range(3)] == [2, 3, 3]
    assert place.read_bytes() == before
    sealed.chmod(mode)


def test_what_could_not_be_saved_is_saved_later(place):
    place.parent.write_text("in the way")
    check("gains", wrong)
    place.parent.unlink()
    assert check("gains", wrong).hints == 2
    assert json.loads(place.read_bytes())["ann"]["gains"]["failures"] == 2


def test_a_write_that_is_interrupted_leaves_the_old_file(place, monkeypatch):
    check("gains", wrong)
    before = place.read_bytes()

    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check("gains", wrong)
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == ["progress.json"]


def test_the_default_place_is_the_systems_own(monkeypatch, tmp_path):
    monkeypatch.delenv("DLNOTES_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = progress._place()
    assert found.name == "progress.json" and "dlnotes" in found.parts
    assert sys.platform != "linux" or found == tmp_path / "dlnotes" / "progress.json"


def test_a_name_beyond_unicode_is_no_trouble(place):
    assert progress.record("\udcff", "gains", 0.5) == Standing(1, 0.5)
    assert progress.standing("\udcff", "gains") == Standing(1, 0.5)
    assert place.is_file()

"""A folder of submissions graded once, written down, and refused where it must be."""

import csv
import io
import json

import pytest

from dlnotes import cli
from dlnotes.core.language import LANGUAGES
from dlnotes.grading.classroom import batch, dispatch, executors
from dlnotes.grading.classroom.batch import NoSubmissions, grade_folder
from dlnotes.grading.classroom.command import places_of
from dlnotes.grading.grade import seed_for
from dlnotes.grading.jail import sandbox
from dlnotes.grading.jail.sandbox import SandboxMissing
from dlnotes.grading.tasks import declarations
from tests.grading.handing_in import (
    answered,
    hand_in,
    journal_lines,
    pretended,
    solved,
    untouched,
)

MOMENTUM = ("optimizers", "momentum")
NAMES = ["ann", "王小明", "=1+1", "-x", "<b>&", "esc\x1b[31m", "new\nline", "$HOME", "a b", "..."]


@pytest.fixture(autouse=True)
def no_jail_left():
    yield
    executors.close()


def table(out):
    text = (out / "results.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def a_class(tmp_path, bubblewrap):
    """Hostile names, broken files, all degrees of success."""
    folder = tmp_path / "class"
    wrong = answered("gains", "def gains(momentum): return 1, 1")
    contents = [solved(), wrong, untouched(), b"{", b""]
    for number, name in enumerate(NAMES):
        hand_in(folder, name, contents[number % len(contents)])
    (folder / "nobody").mkdir()
    return folder


def test_a_class_is_graded_once_and_written_down(a_class, tmp_path):
    out = a_class / "grades"  # inside, as it happens
    batch = grade_folder(a_class, out)
    rows = table(out)
    assert len(rows) == len(batch.results) == len(NAMES) + 1 and batch.fresh == len(NAMES)
    assert (
        sorted(row["status"] for row in rows) == ["graded"] * 6 + ["missing"] + ["unreadable"] * 4
    )
    scores = {one.submission.student: one.score for one in batch.results}
    assert [scores[name] for name in NAMES] == [14, 13, 0, 0, 0] * 2
    assert not any(row["student"][:1] in ("=", "-", "+", "@") for row in rows)
    assert not set("\x1b\r") & set(
        (out / "results.csv").read_text(encoding="utf-8").replace("\r\n", "")
    )
    assert len(list((out / "feedback").iterdir())) == len(rows)
    listed = json.loads((out / "results.json").read_text(encoding="ascii"))
    assert [one["student"] for one in listed] == sorted([*NAMES, "nobody"])
    assert len(journal_lines(out)) == len(NAMES)

    before = (out / "results.csv").read_bytes()
    again = grade_folder(a_class, out)
    assert again.fresh == 0 and again.results == batch.results
    assert (out / "results.csv").read_bytes() == before

    hand_in(a_class, "王小明", solved())
    changed = grade_folder(a_class, out)
    assert changed.fresh == 1
    assert {one.submission.student: one.score for one in changed.results}["王小明"] == 14


def test_neither_seeds_nor_the_secret_leave_their_file(a_class, tmp_path):
    out = tmp_path / "out"
    batch = grade_folder(a_class, out)
    secret = (out / "secret-seed").read_bytes()
    private = [secret, *(seed_for(secret, one.submission).encode() for one in batch.results)]
    for file in out.rglob("*"):
        if file.is_file() and file.name != "secret-seed":
            content = file.read_bytes()
            assert not any(text in content for text in private), file


def test_nothing_to_grade_is_said(tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "essay.ipynb").write_text("{}")
    with pytest.raises(NoSubmissions) as stop:
        grade_folder(tmp_path, tmp_path / "out")
    assert all(str(tmp_path) in stop.value.texts[lang] for lang in LANGUAGES)
    assert not (tmp_path / "out").exists()


def test_a_large_file_and_a_vanished_one_do_not_stop_the_class(tmp_path, monkeypatch):
    with hand_in(tmp_path, "big", b"").open("wb") as big:
        big.truncate(200_000_000)
    gone = hand_in(tmp_path, "gone", untouched())
    monkeypatch.setattr(batch, "_jobs", vanishing(batch._jobs, gone))
    monkeypatch.setattr(dispatch, "graded", pretended)
    results = {
        one.submission.student: one.status
        for one in grade_folder(tmp_path, tmp_path / "out").results
    }
    assert results == {"big": "unreadable", "gone": "unreadable"}


def vanishing(jobs, file):
    def later(*args):
        file.unlink()
        yield from jobs(*args)

    return later


# The command


def run(*words):
    return cli.main(["grade", *map(str, words)])


@pytest.fixture
def no_sandbox(monkeypatch, tmp_path):
    """A machine without bubblewrap, on which nobody has looked for it yet."""
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    sandbox.ensure.cache_clear()
    yield
    sandbox.ensure.cache_clear()


def test_without_a_sandbox_a_class_is_refused_in_both_languages(no_sandbox, tmp_path, capsys):
    folder = tmp_path / "class"
    hand_in(folder, "ann", solved())
    for words in ([], ["--workers", 1], ["--workers", 2]):
        assert run(folder, "--out", tmp_path / "out", *words) == 2
        said = capsys.readouterr().err
        assert "没有沙箱" in said and "No sandbox" in said
        assert said.count("apt-get install bubblewrap") == 2
    assert not (tmp_path / "out").exists()


def test_a_sandbox_that_goes_missing_stops_the_class(tmp_path, monkeypatch, capsys, bubblewrap):
    def missing(job):
        raise SandboxMissing({"zh": "没了", "en": "gone"})

    hand_in(tmp_path / "class", "ann", solved())
    monkeypatch.setattr(dispatch, "graded", missing)
    assert run(tmp_path / "class", "--out", tmp_path / "out", "--workers", 1) == 2
    assert "没了" in capsys.readouterr().err
    assert not (tmp_path / "out" / "results.csv").exists()


@pytest.mark.parametrize(("notebook", "score"), [(solved(), 14), (untouched(), 0)])
def test_ones_own_notebook_needs_no_sandbox(notebook, score, no_sandbox, tmp_path, capsys):
    file = hand_in(tmp_path, "me", notebook, "optimizers/momentum")
    assert run("--own", file) == 0
    said = capsys.readouterr().out
    assert f"共 {score}/14 分" in said and f"{score}/14 points in all" in said
    assert not list(tmp_path.glob("**/journal*"))


def test_ones_own_notebook_in_any_state(no_sandbox, tmp_path, capsys, monkeypatch):
    hang = answered("gains", "def gains(momentum):\n    while True: pass")
    task = declarations.find("gains")
    monkeypatch.setattr(type(task), "seconds", 1.0, raising=False)
    object.__setattr__(task, "seconds", 1.0)
    try:
        assert run("--own", hand_in(tmp_path, "me", hang)) == 0
    finally:
        object.__setattr__(task, "seconds", 10.0)
    assert "13/14 points in all" in capsys.readouterr().out
    assert run("--own", hand_in(tmp_path, "me", b"{")) == 1
    assert "damaged" in capsys.readouterr().out
    assert run("--own", hand_in(tmp_path, "me", solved(), "homework")) == 0
    assert "14/14 points in all" in capsys.readouterr().out
    other = hand_in(tmp_path, "me", {"cells": []}, "homework")
    assert run("--own", other) == 2 and "--section" in capsys.readouterr().err
    assert run("--own", other, "--section", "momentum") == 0


@pytest.mark.parametrize("words", [["momentum.ipynb"], [".", "--section", "momentum"]])
def test_ones_own_notebook_that_is_not_there(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("--own", *words) == 2
    said = capsys.readouterr()
    assert f"没有这个文件：{words[0]}" in said.err and f"no file {words[0]}" in said.err
    assert not said.out


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ([], "要批哪个文件夹", "Which folder"),
        (["nowhere"], "没有这个文件夹", "no folder nowhere"),
        ([".", "--section", "adam\x1b[31m"], "没有练习叫 `adam\\x1b", "no exercise `adam\\x1b"),
        ([".", "--workers", "0"], "至少是 1", "at least 1"),
        ([".", "--workers", "-3"], "至少是 1", "at least 1"),
        (["."], "里没有作业", "No submissions"),
    ],
)
def test_wishes_that_make_no_sense(words, zh, en, tmp_path, monkeypatch, capsys, bubblewrap):
    monkeypatch.chdir(tmp_path)
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert zh in said and en in said


def test_a_secret_that_is_none_or_new_is_spoken_of(tmp_path, monkeypatch, capsys, bubblewrap):
    monkeypatch.setattr(dispatch, "graded", pretended)
    hand_in(tmp_path / "class", "ann", solved())
    words = (tmp_path / "class", "--out", tmp_path / "out", "--workers", 1, "--seed-file")
    (tmp_path / "short").write_text("7")
    assert run(*words, tmp_path / "short") == 2
    said = capsys.readouterr().err
    assert "至少要 16 个字节" in said and "at least 16 bytes" in said
    for first in (True, False):
        assert run(*words, tmp_path / "mistyped") == 0
        assert ("a new secret is made" in capsys.readouterr().err) == first


def test_a_section_is_known_by_each_of_its_names():
    assert places_of("momentum") == places_of("optimizers/momentum") == [MOMENTUM]
    assert MOMENTUM in places_of("optimizers") and len(places_of("optimizers")) > 1


def test_what_the_command_says(a_class, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(dispatch, "graded", pretended)
    assert run(a_class, "--out", tmp_path / "out", "--workers", 1) == 0
    said = capfd.readouterr()
    assert "11 students" in said.out and "11 个学生" in said.out
    assert "1 were not handed in" in said.out
    assert "\x1b" not in said.out + said.err


def test_an_interrupted_run_says_that_nothing_is_lost(a_class, tmp_path, monkeypatch, capsys):
    calls = []

    def interrupted(job):
        calls.append(job)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return pretended(job)

    monkeypatch.setattr(dispatch, "graded", interrupted)
    assert run(a_class, "--out", tmp_path / "out", "--workers", 1) == 130
    assert "再运行一次" in capsys.readouterr().err
    kept = len(journal_lines(tmp_path / "out"))
    monkeypatch.setattr(dispatch, "graded", pretended)
    assert grade_folder(a_class, tmp_path / "out").fresh == len(NAMES) - kept


def test_a_bar_shows_how_far_it_is(a_class, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dispatch, "graded", pretended)
    grade_folder(a_class, tmp_path / "out", show=True)
    assert f"{len(NAMES)}/{len(NAMES)}" in capsys.readouterr().err

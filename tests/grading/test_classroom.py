"""A folder of submissions graded: found, graded once, written down, refused where it must be."""

import csv
import io
import json
import os
import stat
from concurrent.futures import BrokenExecutor, Future
from contextlib import nullcontext

import pytest

from dlnotes import cli
from dlnotes.core.language import LANGUAGES
from dlnotes.grading import batches, classroom, declarations, executors, sandbox, submissions
from dlnotes.grading.canonical import MOST_BYTES, Unreadable
from dlnotes.grading.classroom import NoSubmissions, class_secret, grade_folder
from dlnotes.grading.command import places_of
from dlnotes.grading.executors import Here, Job, Outdated, graded
from dlnotes.grading.grade import seed_for, without_answers
from dlnotes.grading.journal import Busy, Journal, key
from dlnotes.grading.sandbox import SandboxMissing
from tests.grading.handing_in import answered, data, hand_in, solved, untouched

MOMENTUM = ("optimizers", "momentum")
NAMES = ["ann", "王小明", "=1+1", "-x", "<b>&", "esc\x1b[31m", "new\nline", "$HOME", "a b", "..."]


@pytest.fixture(autouse=True)
def no_jail_left():
    yield
    executors.close()


def table(out):
    text = (out / "results.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def journal_lines(out):
    return (out / "journal.jsonl").read_text(encoding="ascii").splitlines()


# Finding


@pytest.mark.parametrize(
    "path",
    [
        "momentum.ipynb",
        "optimizers/momentum.ipynb",
        "deep/er/still/momentum.ipynb",
        "Momentum (2).ipynb",
        "momentum-Copy1.ipynb",
        "momentum_副本.ipynb",
    ],
)
def test_a_submission_is_found_wherever_it_lies(path, tmp_path):
    file = hand_in(tmp_path, "ann", b"{}", path.removesuffix(".ipynb"))
    (one,) = submissions.find(tmp_path)
    assert (one.student, one.chapter, one.section, one.path) == ("ann", *MOMENTUM, file)
    renamed = file.stem != "momentum"
    assert [flag.kind for flag in one.flags] == ["renamed"] * renamed


def test_nbgraders_folders_are_known(tmp_path):
    hand_in(tmp_path / "submitted", "ann", b"{}", "week1/momentum")
    hand_in(tmp_path, "autograded/ann", b"{}", "week1/momentum")
    assert [one.student for one in submissions.find(tmp_path)] == ["ann"]


def test_every_student_has_a_row_for_every_exercise_of_the_class(tmp_path):
    hand_in(tmp_path, "ann", b"{}")
    hand_in(tmp_path, "bo", b"{}", "gradient_descent")
    hand_in(tmp_path, "cy", b"{}", "notes")
    found = [(one.student, one.section, bool(one.path)) for one in submissions.find(tmp_path)]
    assert found == [
        (student, section, (student, section) in [("ann", "momentum"), ("bo", "gradient_descent")])
        for student in ("ann", "bo", "cy")
        for section in ("gradient_descent", "momentum")
    ]
    only = submissions.find(tmp_path, [MOMENTUM])
    assert {one.section for one in only} == {"momentum"} and len(only) == 3


def test_of_several_files_the_nearest_is_taken_and_noted(tmp_path):
    hand_in(tmp_path, "ann", b"{}", "old/momentum")
    near = hand_in(tmp_path, "ann", b"{}", "momentum")
    hand_in(tmp_path, "ann", b"{}", ".ipynb_checkpoints/momentum")
    (one,) = submissions.find(tmp_path)
    assert one.path == near and [flag.kind for flag in one.flags] == ["several"]
    chapter = hand_in(tmp_path, "ann", b"{}", "optimizers/momentum")
    assert submissions.find(tmp_path)[0].path == chapter


def test_links_and_special_files_are_not_followed(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(data(solved()))
    folder = tmp_path / "class"
    for student in ("link", "pipe", "folder"):
        (folder / student).mkdir(parents=True)
    (folder / "link" / "momentum.ipynb").symlink_to(secret)
    os.mkfifo(folder / "pipe" / "momentum.ipynb")
    (folder / "folder" / "momentum.ipynb").mkdir()
    (folder / "outside").symlink_to(tmp_path)
    hand_in(folder, "real", b"{}")
    (folder / "real" / "more").symlink_to(folder)
    found = {one.student: one.path for one in submissions.find(folder)}
    assert set(found) == {"link", "pipe", "folder", "real"} and found["folder"] is None
    for student in ("link", "pipe"):
        with pytest.raises(Unreadable, match="link"):
            submissions.read(found[student])


def test_a_file_without_permission_has_a_reason(tmp_path, monkeypatch):
    def closed(*args):
        raise PermissionError

    monkeypatch.setattr(os, "open", closed)
    with pytest.raises(Unreadable, match="closed"):
        submissions.read(tmp_path / "momentum.ipynb")


def test_no_more_is_read_than_allowed(tmp_path):
    file = tmp_path / "momentum.ipynb"
    with file.open("wb") as big:
        big.truncate(200_000_000)
    assert len(submissions.read(file)) == MOST_BYTES + 1


def test_a_folder_of_folders_is_searched_within_bounds(tmp_path):
    deep = tmp_path / "ann" / "/".join("d" * 30)
    deep.mkdir(parents=True)
    (deep / "momentum.ipynb").write_text("{}")
    assert submissions.find(tmp_path, [MOMENTUM])[0].path is None


# The journal


def test_a_journal_keeps_what_was_added(tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add("a", {"score": 1})
        assert journal.get("a") == {"score": 1} and journal.get("b") is None
    with Journal(file) as journal:
        assert journal.get("a") == {"score": 1}


@pytest.mark.parametrize("tail", [b'{"key": "b", "res', b'{"key": "b"}\n', b"\0" * 40, b"[1]\n"])
def test_half_a_line_is_cut_off(tail, tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add("a", {"score": 1})
    whole = file.read_bytes()
    file.write_bytes(whole + tail)
    with Journal(file) as journal:
        assert journal.get("a") == {"score": 1} and journal.get("b") is None
        journal.add("b", {"score": 2})
    with Journal(file) as journal:
        assert journal.get("b") == {"score": 2}
    assert file.read_bytes().startswith(whole) and len(journal_lines(tmp_path)) == 2


def test_every_cut_of_the_last_line_loses_only_that_line(tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add("a", {"score": 1})
        journal.add("b", {"score": 2})
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole)):
        file.write_bytes(whole[:cut])
        with Journal(file) as journal:
            assert journal.get("a") and not journal.get("b"), cut


def test_only_one_may_write(tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file), pytest.raises(Busy) as stop, Journal(file):
        pass
    assert all(str(file) in stop.value.texts[lang] for lang in LANGUAGES)


def test_a_key_is_for_one_student_one_exercise_one_file_one_spec():
    keys = {
        key(student, place, sha256, spec)
        for student in ("ann", "bo", "b\udc80")
        for place in ("optimizers/momentum", "optimizers/gradient_descent")
        for sha256 in ("0", "1")
        for spec in ("0", "1")
    }
    assert len(keys) == 24


# The secret


def test_the_secret_is_made_once_and_for_one_account(tmp_path):
    file = tmp_path / "out" / "secret-seed"
    secret = class_secret(file)
    assert secret == class_secret(file) and len(secret) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert class_secret(tmp_path / "other") != secret


def test_a_short_secret_is_refused(tmp_path):
    file = tmp_path / "seed"
    file.write_text("7")
    with pytest.raises(ValueError, match="at least 16 bytes, got 1"):
        class_secret(file)


# Grading


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
    scores = {one.student: one.score for one in batch.results}
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
    assert {one.student: one.score for one in changed.results}["王小明"] == 14


def test_neither_seeds_nor_the_secret_leave_their_file(a_class, tmp_path):
    out = tmp_path / "out"
    batch = grade_folder(a_class, out)
    secret = (out / "secret-seed").read_bytes()
    private = [secret, *(seed_for(secret, r.student, r.sha256).encode() for r in batch.results)]
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
    monkeypatch.setattr(classroom, "_jobs", vanishing(classroom._jobs, gone))
    monkeypatch.setattr(batches, "graded", pretended)
    results = {one.student: one.status for one in grade_folder(tmp_path, tmp_path / "out").results}
    assert results == {"big": "unreadable", "gone": "unreadable"}


def vanishing(jobs, file):
    def later(*args):
        file.unlink()
        yield from jobs(*args)

    return later


# Executors


def pretended(job: Job):
    """A result without a jail."""
    place = {"student": job.student, "chapter": job.chapter, "section": job.section}
    return without_answers(**place, sha256=job.sha256, status="graded").plain()


def jobs(count):
    return [
        (number, Job(b"", str(number), f"s{number}", *MOMENTUM, "seed", "spec"))
        for number in range(count)
    ]


class Fragile(Here):
    """Breaks at some jobs, and then for good, as a pool does whose worker has died."""

    def __init__(self, deadly, opened):
        self.deadly, self.broken = deadly, False
        opened.append(self)

    def submit(self, work, /, job):
        if self.broken or self.deadly(job):
            self.broken = True
            future = Future()
            future.set_exception(BrokenExecutor("gone"))
            return future
        return super().submit(work, job)


def outcomes(monkeypatch, deadly, count=12, workers=2):
    monkeypatch.setattr(batches, "graded", pretended)
    opened = []
    opens = lambda: nullcontext(Fragile(deadly, opened))  # noqa: E731
    done = list(batches.finished(iter(jobs(count)), opens, workers))
    assert sorted(number for number, _, _ in done) == list(range(count))
    return {number: result.status for number, _, result in done}, len(opened)


def test_one_that_kills_its_worker_fails_alone(monkeypatch):
    statuses, opened = outcomes(monkeypatch, lambda job: job.student == "s5")
    assert [number for number, status in statuses.items() if status != "graded"] == [5]
    assert statuses[5] == "failed" and opened > 2


def test_a_worker_killed_by_chance_costs_nobody_anything(monkeypatch):
    deaths = iter([True])
    statuses, _ = outcomes(monkeypatch, lambda job: job.student == "s5" and next(deaths, False))
    assert set(statuses.values()) == {"graded"}


def test_an_executor_that_never_works_is_given_up(monkeypatch):
    with pytest.raises(BrokenExecutor):
        outcomes(monkeypatch, lambda job: True)


@pytest.mark.parametrize("error", [Outdated("x"), ImportError("dlnotes")])
def test_what_would_hit_everybody_stops_at_once(error, monkeypatch):
    calls = []

    def fails(job):
        calls.append(job)
        raise error

    monkeypatch.setattr(batches, "graded", fails)
    with pytest.raises(type(error)):
        list(batches.finished(iter(jobs(9)), executors.here, 2))
    assert len(calls) <= 4


def test_an_error_is_retried_once_and_then_reported(monkeypatch):
    calls = []

    def fails(job):
        calls.append(job.student)
        raise ZeroDivisionError

    monkeypatch.setattr(batches, "graded", fails)
    ((_, _, result),) = batches.finished(iter(jobs(1)), executors.here, 1)
    assert result.status == "failed" and calls == ["s0", "s0"]
    assert all("ZeroDivisionError" in result.problem[lang] for lang in LANGUAGES)


def test_a_failure_is_not_kept_and_comes_again(tmp_path, monkeypatch):
    hand_in(tmp_path, "ann", untouched())

    def fails(job):
        raise ZeroDivisionError

    monkeypatch.setattr(batches, "graded", fails)
    assert grade_folder(tmp_path, tmp_path / "out").results[0].status == "failed"
    assert journal_lines(tmp_path / "out") == []
    monkeypatch.setattr(batches, "graded", pretended)
    assert grade_folder(tmp_path, tmp_path / "out").results[0].status == "graded"


def test_a_worker_of_another_version_refuses():
    with pytest.raises(Outdated, match="optimizers/momentum"):
        graded(Job(b"", "0", "ann", *MOMENTUM, "seed", "another"))


def test_few_submissions_are_in_memory_at_a_time(monkeypatch):
    monkeypatch.setattr(batches, "graded", pretended)
    read, done = [], []

    def counted():
        for one in jobs(50):
            read.append(one)
            yield one

    for one in batches.finished(counted(), executors.here, 3):
        done.append(one)
        assert len(read) - len(done) <= 6


# The command


def run(*words):
    return cli.main(["grade", *map(str, words)])


@pytest.fixture
def no_sandbox(monkeypatch, tmp_path):
    """A machine without bubblewrap, on which nobody has looked for it yet."""
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    sandbox.check.cache_clear()
    yield
    sandbox.check.cache_clear()


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
    monkeypatch.setattr(batches, "graded", missing)
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
    named = hand_in(tmp_path, "me", solved(), "homework")
    assert run("--own", named) == 2 and "--section" in capsys.readouterr().err
    assert run("--own", named, "--section", "momentum") == 0


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


def test_a_section_is_known_by_each_of_its_names():
    assert places_of("momentum") == places_of("optimizers/momentum") == [MOMENTUM]
    assert MOMENTUM in places_of("optimizers") and len(places_of("optimizers")) > 1


def test_what_the_command_says(a_class, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(batches, "graded", pretended)
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

    monkeypatch.setattr(batches, "graded", interrupted)
    assert run(a_class, "--out", tmp_path / "out", "--workers", 1) == 130
    assert "再运行一次" in capsys.readouterr().err
    kept = len(journal_lines(tmp_path / "out"))
    monkeypatch.setattr(batches, "graded", pretended)
    assert grade_folder(a_class, tmp_path / "out").fresh == len(NAMES) - kept


def test_a_bar_shows_how_far_it_is(a_class, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(batches, "graded", pretended)
    grade_folder(a_class, tmp_path / "out", show=True)
    assert f"{len(NAMES)}/{len(NAMES)}" in capsys.readouterr().err

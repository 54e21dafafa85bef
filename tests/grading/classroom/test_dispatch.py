"""Jobs under way: none lost with a worker, none tried for ever, few in memory."""

from concurrent.futures import BrokenExecutor, Future
from contextlib import nullcontext

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.grading.classroom import dispatch, executors
from dlnotes.grading.classroom.batch import grade_folder
from dlnotes.grading.classroom.executors import Here, Job, Outdated, graded
from dlnotes.grading.submissions.submission import Submission
from tests.grading.handing_in import hand_in, journal_lines, pretended, untouched

MOMENTUM = ("optimizers", "momentum")


def jobs(count):
    return [Job(b"", Submission(f"s{n}", *MOMENTUM), "seed", "spec") for n in range(count)]


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
    monkeypatch.setattr(dispatch, "graded", pretended)
    opened = []
    opens = lambda: nullcontext(Fragile(deadly, opened))  # noqa: E731
    done = list(dispatch.finished(iter(jobs(count)), opens, workers))
    statuses = {result.submission.student: result.status for result in done}
    assert set(statuses) == {f"s{n}" for n in range(count)} and len(done) == count
    return statuses, len(opened)


def test_one_that_kills_its_worker_fails_alone(monkeypatch):
    statuses, opened = outcomes(monkeypatch, lambda job: job.submission.student == "s5")
    assert [name for name, status in statuses.items() if status != "graded"] == ["s5"]
    assert statuses["s5"] == "failed" and opened > 2


def test_a_worker_killed_by_chance_costs_nobody_anything(monkeypatch):
    deaths = iter([True])
    statuses, _ = outcomes(
        monkeypatch, lambda job: job.submission.student == "s5" and next(deaths, False)
    )
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

    monkeypatch.setattr(dispatch, "graded", fails)
    with pytest.raises(type(error)):
        list(dispatch.finished(iter(jobs(9)), executors.here, 2))
    assert len(calls) <= 4


def test_an_error_is_retried_once_and_then_reported(monkeypatch):
    calls = []

    def fails(job):
        calls.append(job.submission.student)
        raise ZeroDivisionError

    monkeypatch.setattr(dispatch, "graded", fails)
    (result,) = dispatch.finished(iter(jobs(1)), executors.here, 1)
    assert result.status == "failed" and calls == ["s0", "s0"]
    assert all("ZeroDivisionError" in result.problem[lang] for lang in LANGUAGES)


def test_a_failure_is_not_kept_and_comes_again(tmp_path, monkeypatch):
    hand_in(tmp_path, "ann", untouched())

    def fails(job):
        raise ZeroDivisionError

    monkeypatch.setattr(dispatch, "graded", fails)
    assert grade_folder(tmp_path, tmp_path / "out").results[0].status == "failed"
    assert journal_lines(tmp_path / "out") == []
    monkeypatch.setattr(dispatch, "graded", pretended)
    assert grade_folder(tmp_path, tmp_path / "out").results[0].status == "graded"


def test_a_worker_of_another_version_refuses():
    with pytest.raises(Outdated, match="optimizers/momentum"):
        graded(Job(b"", Submission("ann", *MOMENTUM), "seed", "another"))


def test_few_submissions_are_in_memory_at_a_time(monkeypatch):
    monkeypatch.setattr(dispatch, "graded", pretended)
    read, done = [], []

    def counted():
        for one in jobs(50):
            read.append(one)
            yield one

    for one in dispatch.finished(counted(), executors.here, 3):
        done.append(one)
        assert len(read) - len(done) <= 6

"""Jobs under way: so many at a time on any executor, none lost when a worker is."""

from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import AbstractContextManager
from typing import Any

from dlnotes.core.language import both
from dlnotes.grading.classroom import executors
from dlnotes.grading.classroom.executors import Job, Outdated, graded
from dlnotes.grading.grade import Result, without_answers
from dlnotes.grading.jail.jail import SandboxMissing
from dlnotes.grading.messages import say

FATAL = (SandboxMissing, Outdated, ImportError)  # no use in trying again
MOST_LOSSES = 3  # executors broken one after the other without a single result
LOST = both(
    zh="批这一份时进程没了（{error}）。再运行一次就会重试。",
    en="The process that graded this was lost ({error}). Run the command again to retry.",
)

Opens = Callable[[], AbstractContextManager[Executor]]


def finished(jobs: Iterator[Job], opens: Opens, workers: int) -> Iterator[Result]:
    """The result of every job, as they come.

    A job that was under way when a worker died is tried once more, alone: the one that kills its
    worker again has failed, and takes no neighbor along.
    """
    lost = []
    for job, outcome in _stream(jobs, opens, workers):
        if isinstance(outcome, Exception):
            lost.append(job)
        else:
            yield Result.of(outcome)
    for job, outcome in _stream(iter(lost), opens, 0):
        failed = isinstance(outcome, Exception)
        yield _lost(job, outcome) if failed else Result.of(outcome)


def _stream(jobs: Iterator[Job], opens: Opens, workers: int) -> Iterator[tuple]:
    """Every job with its outcome, an error where there is no other; opens anew what broke."""
    losses = 0
    while losses < MOST_LOSSES:
        broken = None
        with opens() as executor:
            width = executors.width(executor, workers) if workers else 1
            for job, outcome in _through(executor, jobs, width):
                if isinstance(outcome, BrokenExecutor):
                    broken = outcome
                elif not isinstance(outcome, Exception):
                    losses = 0
                yield job, outcome
        if broken is None:
            return
        losses += 1
    raise broken


def _through(executor: Executor, jobs: Iterator[Job], width: int) -> Iterator[tuple]:
    """At most `width` jobs at a time, until there are no more or the executor is broken."""
    waiting: dict[Future, Job] = {}
    more = True
    while True:
        while more and len(waiting) < width:
            job = next(jobs, None)
            if more := job is not None:
                waiting[_submitted(executor, job)] = job
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            outcome = _outcome(future)
            more = more and not isinstance(outcome, BrokenExecutor)
            yield waiting.pop(future), outcome


def _submitted(executor: Executor, job: Job) -> Future:
    try:
        return executor.submit(graded, job)
    except BrokenExecutor as error:
        future: Future = Future()
        future.set_exception(error)
        return future


def _outcome(future: Future) -> Any:
    """The result as a dict, or the error in its place.

    Raises:
        SandboxMissing, Outdated, ImportError: these would come back with every other job.
    """
    try:
        return future.result()
    except FATAL:
        raise
    except (Exception, CancelledError) as error:
        return error


def _lost(job: Job, error: Exception) -> Result:
    problem = say(LOST, error=type(error).__name__)
    return without_answers(job.submission, status="failed", problem=problem)

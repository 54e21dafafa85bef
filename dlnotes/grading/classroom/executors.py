"""Where submissions are graded: here, in a pool of processes, or on a Dask cluster.

All three are a `concurrent.futures.Executor`; what they run is `graded`, bytes in, result out.
"""

import atexit
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dlnotes.grading.grade import grade, spec
from dlnotes.grading.jail.jail import Jail
from dlnotes.grading.submissions.submission import Submission

_own = threading.local()


@dataclass(frozen=True)
class Job:
    """One submission on its way: its bytes, whose they are, and the seed of its inputs."""

    data: bytes
    submission: Submission
    seed: str
    spec: str


class Outdated(RuntimeError):
    """A worker has another version of the tasks or of the library."""


def graded(job: Job) -> dict[str, Any]:
    """The result of one submission, in a jail that belongs to this thread alone.

    Raises:
        SandboxMissing: when this machine has no sandbox.
        Outdated: when this worker would not give the score that the others give.
    """
    place = job.submission.place
    if spec(*place) != job.spec:
        raise Outdated(f"`{'/'.join(place)}` differs on worker {os.getpid()}.")
    return grade(job.data, job.submission, seed=job.seed, jail=_jail()).plain()


def _jail() -> Jail:
    if not hasattr(_own, "jail"):
        _own.jail = Jail(warm=True).__enter__()
        atexit.register(_own.jail.close)
    return _own.jail


def close() -> None:
    """End the jail of this thread, if it has one."""
    if hasattr(_own, "jail"):
        _own.jail.close()
        del _own.jail


class Here(Executor):
    """Runs everything at once, in this process."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future:
        """A future that is done already."""
        future: Future = Future()
        try:
            future.set_result(work(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the jail."""
        close()


@contextmanager
def here() -> Iterator[Executor]:
    """One process, this one."""
    with Here() as executor:
        yield executor


@contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """So many processes on this machine, each with a jail of its own."""
    fresh = multiprocessing.get_context("spawn")  # torch has threads, which a fork would break
    executor = ProcessPoolExecutor(workers, mp_context=fresh, initializer=_start)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, each thread with a jail of its own.

    Submissions travel as bytes; `pure=False`, for by default Dask would answer a second
    submission with the result of an equal first.
    """
    import dask as settings
    from distributed import Client

    with (
        settings.config.set({"distributed.admin.large-graph-warning-threshold": "100MB"}),
        Client(address, set_as_default=False) as client,
    ):
        yield client.get_executor(pure=False)


def width(executor: Executor, workers: int) -> int:
    """How many submissions to have under way at a time."""
    client = getattr(executor, "_client", None)
    return 2 * (sum(client.nthreads().values()) if client else workers)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start() -> None:
    """Make this process a worker: one thread for torch, and no life without the grader."""
    import torch

    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    """End with the parent, even if it was killed: an orphan would wait for work for ever."""
    multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
    os._exit(1)

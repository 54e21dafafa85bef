"""The same scores from one process, a pool and a cluster, whoever is killed on the way."""

import json
import math
import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial

import psutil
import pytest

from dlnotes.grading.classroom import executors
from dlnotes.grading.classroom.batch import grade_folder
from dlnotes.grading.results.journal import Journal
from tests.grading.forks import FRESH
from tests.grading.handing_in import answered, hand_in, solved, untouched

SIZE = 24
PATIENCE = 120.0  # seconds for what takes one or two
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]


def contents():
    """All degrees of success, and some that would harm whoever runs them."""
    gains = "def gains(momentum): return {}"
    return [
        solved(),
        untouched(),
        answered("gains", gains.format("1, 1")),
        answered("gains", gains.format("__import__('os')._exit(0)")),
        answered("momentum", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
        answered("nesterov", "raise SystemExit"),
        answered("gains", gains.format("'x' * 10**15")),
        b"{",
    ]


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    folder, some = tmp_path_factory.mktemp("class"), contents()
    for number in range(SIZE):
        hand_in(folder, f"s{number:02}", some[number % len(some)])
    return folder


@pytest.fixture(scope="module")
def seed_file(tmp_path_factory):
    """One secret for all ways of grading, so that even the messages must be equal."""
    file = tmp_path_factory.mktemp("secret") / "seed"
    file.write_text("a secret of the class")
    return file


@pytest.fixture(scope="module")
def alone(a_class, seed_file, tmp_path_factory, bubblewrap):
    """The results of one process, left in peace."""
    out = tmp_path_factory.mktemp("alone")
    batch = grade_folder(a_class, out, seed_file=seed_file)
    executors.close()
    assert len({result.score for result in batch.results}) >= 4
    return out


def told(out):
    """Everything a run has written for the teacher and the students, but for the seconds."""
    files = [out / "results.csv", *sorted((out / "feedback").iterdir())]
    return {file.name: file.read_bytes() for file in files}


def journal_keys(out):
    file = out / "journal.jsonl"
    lines = file.read_bytes().split(b"\n")[:-1] if file.exists() else []
    return [json.loads(line)["key"] for line in lines]


def wait_until(holds, alive=lambda: True):
    end = time.monotonic() + PATIENCE
    while alive() and not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def reached(out, goal, end=math.inf):
    """Whether so many results are in, or it is late."""
    return lambda: len(journal_keys(out)) >= goal or time.monotonic() > end


@contextmanager
def killing(victims, out, after):
    """Kill a process once so many results are in; gives the list of those killed."""
    killed, stop = [], threading.Event()

    def kill():
        wait_until(lambda: len(journal_keys(out)) >= after, lambda: not stop.is_set())
        if not stop.is_set():
            pid = victims()
            os.kill(pid, signal.SIGKILL)
            killed.append((pid, len(journal_keys(out))))

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def pool_worker():
    """One of the processes of the pool; the tracker of resources is none."""
    children = psutil.Process().children()
    return next(c.pid for c in children if "spawn_main" in " ".join(c.cmdline()))


def test_a_pool_gives_the_same(a_class, seed_file, alone, tmp_path):
    opens = partial(executors.pool, 2)
    out = tmp_path / "pool"
    grade_folder(a_class, out, seed_file=seed_file, opens=opens, workers=2)
    assert told(out) == told(alone)


def test_a_pool_that_loses_a_worker_gives_the_same(a_class, seed_file, alone, tmp_path):
    out = tmp_path / "pool"
    with killing(pool_worker, out, after=3) as killed:
        opens = partial(executors.pool, 2)
        batch = grade_folder(a_class, out, seed_file=seed_file, opens=opens, workers=2)
    assert killed and killed[0][1] < SIZE
    assert told(out) == told(alone) and batch.fresh == SIZE
    assert len(set(journal_keys(out))) == len(journal_keys(out)) == SIZE


def test_a_cluster_that_loses_a_worker_gives_the_same(a_class, seed_file, alone, tmp_path):
    from distributed import LocalCluster

    out = tmp_path / "dask"
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        assert address.startswith("tcp://")
        pids = [worker.pid for worker in cluster.workers.values()]
        with killing(lambda: pids[0], out, after=3) as killed:
            opens = partial(executors.dask, address)
            batch = grade_folder(a_class, out, seed_file=seed_file, opens=opens, workers=2)
        assert killed and killed[0][1] < SIZE
        assert pids[0] not in [worker.pid for worker in cluster.workers.values()]
    assert told(out) == told(alone) and batch.fresh == SIZE
    assert len(set(journal_keys(out))) == len(journal_keys(out)) == SIZE


def test_a_cluster_takes_a_changed_file_for_another(seed_file, tmp_path):
    from distributed import LocalCluster

    folder, out = tmp_path / "class", tmp_path / "out"
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        scores = []
        for notebook in (untouched(), solved()):
            hand_in(folder, "ann", notebook)
            opens = partial(executors.dask, cluster.scheduler_address)
            scores += grade_folder(folder, out, seed_file=seed_file, opens=opens).results
    assert [result.score for result in scores] == [0, 14]


def grading(folder, out, seed_file, workers):
    """What a process of its own does, until it is killed."""
    os.setsid()
    opens = executors.here if workers == 1 else partial(executors.pool, workers)
    grade_folder(folder, out, seed_file=seed_file, opens=opens, workers=workers)


LONG = pytest.mark.long


@pytest.mark.parametrize(
    ("workers", "times"),
    [(1, 3), (2, 2), pytest.param(1, 10, marks=LONG), pytest.param(2, 4, marks=LONG)],
)
def test_killed_at_random_moments(workers, times, a_class, seed_file, alone, tmp_path):
    """Every kill costs the start of a grader, seconds of it: a few kills at every change, for a
    journal or a jail that a kill breaks breaks at the first; many in the long tier, for moments
    that are rare.
    """
    out, moments = tmp_path / "out", random.Random(workers)
    seen, kept = [], []
    for attempt in range(times):
        process = FRESH.Process(target=grading, args=(a_class, out, seed_file, workers))
        process.start()
        most = len(kept) + (SIZE - 4 - len(kept)) // (times - attempt)  # so that all kills find it
        least = int(attempt == times - 1)  # so that something is kept
        goal = min(len(kept) + moments.randint(least, 3), most) if attempt else 0
        wait_until(reached(out, goal), process.is_alive)
        wait_until(reached(out, most, time.monotonic() + moments.uniform(0, 0.3)))
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.join()
        seen.append(process.exitcode)
        assert kept == journal_keys(out)[: len(kept)]  # nothing lost
        kept = journal_keys(out)
        _, left = psutil.wait_procs(family, timeout=PATIENCE)
        for orphan in left:
            orphan.kill()
        assert not left, left  # neither workers nor what runs in their jails
    assert seen.count(-signal.SIGKILL) == times and 0 < len(kept) < SIZE

    batch = grade_folder(a_class, out, seed_file=seed_file)
    executors.close()
    assert batch.fresh == SIZE - len(kept)
    assert set(Counter(journal_keys(out)).values()) == {1}  # nothing twice
    assert len(journal_keys(out)) == SIZE and told(out) == told(alone)


def test_killed_while_a_line_is_written(a_class, seed_file, alone, tmp_path):
    """The kill falls between the halves of a line, which no waiting would hit."""
    out = tmp_path / "out"
    grade_folder(a_class, out, seed_file=seed_file)
    whole = (out / "journal.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    (out / "journal.jsonl").write_bytes(b"".join(lines[:10]) + lines[10][:100])
    with Journal(out / "journal.jsonl"):
        assert len(journal_keys(out)) == 10
    assert grade_folder(a_class, out, seed_file=seed_file).fresh == SIZE - 10
    executors.close()
    assert told(out) == told(alone)

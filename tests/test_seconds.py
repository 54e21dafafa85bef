"""Seconds of a test are those of a quiet machine, with all that it has started."""

import subprocess
import sys

from tests.seconds import PIECE, Clock, Slowness, billed


def test_the_clock_counts_this_process_and_those_it_starts():
    clock = Clock()
    before = clock.read(everybody=True)
    work = "import time\nwhile time.process_time() < 0.4: pass\nprint(flush=True)\ninput()"
    child = subprocess.Popen([sys.executable, "-c", work], stdin=-1, stdout=-1)
    child.stdout.readline()
    assert clock.read(everybody=True) - before > 0.38
    child.communicate(b"\n")
    assert clock.read(everybody=False) - before > 0.38  # what has ended still counts


def test_a_machine_that_takes_twice_as_long_is_called_slow(monkeypatch):
    slowness = Slowness()
    monkeypatch.setattr(slowness, "piece", lambda: 2 * PIECE)
    assert slowness.read() == 2
    monkeypatch.setattr(slowness, "piece", lambda: 5 * PIECE)
    assert slowness.read() == 2  # not timed again within a second


def test_a_slow_machine_is_forgiven_and_a_fast_one_not_charged():
    assert billed(3.0, slowness=2.0) == 1.5
    assert billed(3.0, slowness=0.5) == 3.0


def test_the_piece_of_work_is_real():
    assert Slowness.piece() > 0

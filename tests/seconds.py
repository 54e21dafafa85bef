"""What the suite costs: CPU seconds of every test, of a quiet machine.

    python -m pytest -p tests.seconds …     measures, and writes _build/seconds/<what ran>.json
    python -m tests.bill                    tells

CPU time of the test's own process and of all that it started (browser, kernels, jails), at most the
seconds of a quiet machine: a piece of work that never changes is timed every second, and tells how
slow this machine is at that moment.
"""

import json
import math
import statistics
import time
from collections import deque
from pathlib import Path

import psutil
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "_build" / "seconds"
PIECE = 0.0038  # CPU seconds of the piece of work on a quiet machine


# Measured in the process that runs the test


class Clock:
    """CPU seconds of this process and of its children, those that have ended included."""

    def __init__(self) -> None:
        self.me = psutil.Process()
        self.known: dict[int, float] = {}  # of children, alive or gone

    def read(self, *, everybody: bool) -> float:
        """Seconds so far.

        Args:
            everybody: ask the children too; it takes some milliseconds.
        """
        if everybody:
            for child in self.me.children(recursive=True):
                try:
                    used = child.cpu_times()
                except psutil.Error:
                    continue
                # what it waited for is its own; what this process waited for is in its own times
                self.known[child.pid] = used.user + used.system
        return time.process_time() + sum(self.known.values())


class Slowness:
    """How many times as long the same work takes here and now as on a quiet machine."""

    def __init__(self) -> None:
        self.lately: deque[float] = deque(maxlen=5)
        self.at = -math.inf

    def read(self) -> float:
        """The median of what was last timed; at most once a second it is timed anew."""
        if time.monotonic() - self.at > 1.0:
            self.lately.append(self.piece() / PIECE)
            self.at = time.monotonic()
        return statistics.median(self.lately)

    @staticmethod
    def piece() -> float:
        """CPU seconds of a piece of work that never changes."""
        begin, total = time.process_time(), 0
        for number in range(100_000):
            total += number
        return time.process_time() - begin


def billed(spent: float, slowness: float) -> float:
    """Seconds that count: those of a quiet machine, or of this one where it is faster.

    A newer processor gains more at the piece of work than at browsers and kernels.
    """
    return spent / max(slowness, 1.0)


CLOCK, SLOWNESS = Clock(), Slowness()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """Writes what a test has cost into its report."""
    everybody = item.get_closest_marker("slow") is not None or item.fspath.ext == ".ipynb"
    begin = CLOCK.read(everybody=everybody)
    item.user_properties.append(("begin", begin))
    item.user_properties.append(("everybody", everybody))
    yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """The report after tearing down carries the whole cost."""
    outcome = yield
    if call.when == "teardown":
        told = dict(item.user_properties)
        spent = max(CLOCK.read(everybody=told["everybody"]) - told["begin"], 0.0)
        cost = billed(spent, SLOWNESS.read())
        outcome.get_result().user_properties = [("seconds", cost), ("spent", spent)]


# Gathered where the reports come together


def pytest_addoption(parser) -> None:
    """Where the bill goes, if not among those that are told."""
    parser.addoption("--bill", type=Path, help="the file to write")


def pytest_configure(config) -> None:
    """Begins to gather, except in a worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gathered(config), "seconds-gathered")


class Gathered:
    """Costs of all tests of this run."""

    def __init__(self, config) -> None:
        self.config, self.costs, self.begin = config, {}, time.monotonic()
        self.spent = 0.0  # on this machine, however busy it is

    def pytest_runtest_logreport(self, report) -> None:
        """Keeps what a test has cost."""
        for name, seconds in report.user_properties:
            if name == "seconds":
                self.costs[report.nodeid] = round(seconds, 3)
            elif name == "spent":
                self.spent += seconds

    def pytest_sessionfinish(self) -> None:
        """Writes the file."""
        places = [Path(arg).name for arg in self.config.option.file_or_dir] or ["tests"]
        wall = time.monotonic() - self.begin
        found = {"wall": wall, "spent": self.spent, "costs": self.costs}
        path = self.config.option.bill or FOLDER / f"{'-'.join(places)}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=0), encoding="utf-8")

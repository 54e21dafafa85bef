"""What the suite costs: CPU seconds of every test, by folder and by section, and a forecast.

    python -m pytest -p tests.seconds …     measures, and writes _build/seconds/<what ran>.json
    python -m tests.seconds                 tells, and fails where a section costs too much

CPU time of the test's own process and of all that it started (browser, kernels, jails), in seconds
of a quiet machine: a piece of work that never changes is timed every second, and tells how slow
this machine is at that moment.
"""

import json
import math
import re
import statistics
import sys
import time
from collections import defaultdict, deque
from pathlib import Path

import psutil
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "_build" / "seconds"
CORES = 2
PAGES = 62  # planned
SECTION = 45.0  # CPU seconds that a section may bring to the suite, its notebooks included
PAGE = 10.0  # … of which its page, run once, beside the start of its kernel
KERNEL = 2.7  # that start, with the import of torch: what a page without any code of its own costs
# the same work costs more where caches are shared with strangers, beyond what the piece of work
# tells: a notebook of 9 s was billed with 22 on a crowded machine
ROOM = 2.5
PIECE = 0.0038  # CPU seconds of the piece of work on a quiet machine
SUITE = 45.0  # minutes of wall time for all pages …
LATER = 1.5  # … and room for what even the piece of work does not tell of a crowded machine


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
        cost = spent / SLOWNESS.read()
        outcome.get_result().user_properties = [("seconds", cost), ("spent", spent)]


# Gathered where the reports come together


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
        FOLDER.mkdir(parents=True, exist_ok=True)
        places = [Path(arg).name for arg in self.config.option.file_or_dir] or ["tests"]
        wall = time.monotonic() - self.begin
        found = {"wall": wall, "spent": self.spent, "costs": self.costs}
        path = FOLDER / f"{'-'.join(places)}.json"
        path.write_text(json.dumps(found, indent=0), encoding="utf-8")


# Told


def sections(root: Path = ROOT) -> list[str]:
    """The sections of the book that have a notebook."""
    chapters = yaml.safe_load((root / "book" / "coverage.yml").read_text(encoding="utf-8"))
    planned = [
        f"{name}/{slug}" for name, of in chapters["chapters"].items() for slug in of["sections"]
    ]
    return [one for one in planned if (root / "book" / f"{one}.ipynb").is_file()]


def owner(test: str, known: list[str], tasks: dict[str, str]) -> str | None:
    """The section that brought a test, or `None` for the fixed part.

    Args:
        test: its id.
        known: sections, as `chapter/section`.
        tasks: the section of each task of the exercises.
    """
    words = re.split(r"[^\w/]+", test.replace(".", "/"))
    for section in known:
        if any(re.search(rf"(^|/){section}(/|$)", word) for word in words):
            return section
    if not re.match(r"tests/(contracts|grading)/", test):
        return None  # elsewhere a name such as `adam` means the rule
    inside = re.split(r"[\[\]\s-]+", test.partition("[")[2])
    return next((tasks[word] for word in inside if word in tasks), None)


def folder(test: str) -> str:
    """The folder of `tests/` in which a test lies; notebooks stand for themselves."""
    parts = test.partition("::")[0].split("/")
    return f"{parts[0]} (notebooks)" if parts[0] != "tests" else "/".join(parts[:2])


def task_sections(root: Path = ROOT) -> dict[str, str]:
    """Task -> section, read from the declarations."""
    found = {}
    for section in sections(root):
        path = root / "exercises" / f"{section}.py"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            found |= dict.fromkeys(re.findall(r'^\s*id="(\w+)",$', text, re.M), section)
    return found


def forecast(fixed: float, each: float, efficiency: float) -> float:
    """Minutes of wall time for all planned pages on two cores of a quiet machine.

    Args:
        fixed: CPU seconds whatever the number of pages.
        each: CPU seconds a page brings.
        efficiency: CPU seconds that come out of a second of a core.
    """
    return (fixed + PAGES * each) / (CORES * efficiency) / 60


def over(costs: dict[str, float], budget: float) -> list[str]:
    """A line for everything that costs more than its budget, with room for a busy machine."""
    return [
        f"{name} brings {cost:.0f} s of CPU time to the suite, more than {budget:.0f} s (and "
        f"{ROOM - 1:.0%} for a busy machine): make its slowest tests or cells faster."
        for name, cost in sorted(costs.items())
        if cost > budget * ROOM
    ]


def pages(costs: dict[str, float]) -> dict[str, float]:
    """Seconds of every notebook of the book, run once; starting its kernel is not its own."""
    found: defaultdict[str, float] = defaultdict(lambda: -KERNEL)
    for test, cost in costs.items():
        file = test.partition("::")[0]
        if file.startswith("book/") and file.endswith(".ipynb"):
            found[file] += cost
    return dict(found)


def main() -> int:
    """Prints seconds per folder and per section, the forecast, and what is above its budget."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    if not runs:
        print("Nothing was measured; run pytest with -p tests.seconds first.")
        return 1
    costs = {test: cost for run in runs for test, cost in run["costs"].items()}
    known, tasks = sections(), task_sections()
    by_folder, by_section, fixed = defaultdict(float), dict.fromkeys(known, 0.0), 0.0
    for test, cost in costs.items():
        by_folder[folder(test)] += cost
        if name := owner(test, known, tasks):
            by_section[name] += cost
        else:
            fixed += cost
    print("\nCPU seconds by folder")
    for name, cost in sorted(by_folder.items(), key=lambda pair: -pair[1]):
        print(f"{cost:8.1f}  {name}")
    print("\nCPU seconds by section (budget 45)")
    for name, cost in by_section.items():
        print(f"{cost:8.1f}  {name}")
    slowest = sorted(costs.items(), key=lambda pair: -pair[1])[:12]
    print("\nslowest")
    for test, cost in slowest:
        print(f"{cost:8.1f}  {test[:110]}")
    total = sum(costs.values())
    wall, spent = (sum(run[key] for run in runs) for key in ("wall", "spent"))
    efficiency = min(1.0, spent / (wall * CORES))
    each = sum(by_section.values()) / max(1, len(known))
    minutes = forecast(fixed, each, efficiency)
    print(
        f"\n{len(costs)} tests, {spent:.0f} s of CPU time in {wall / 60:.1f} min here; on a quiet "
        f"machine {total:.0f} s: fixed {fixed:.0f} s, {each:.0f} s a section; "
        f"forecast for {PAGES} pages: {minutes:.0f} min (at most {SUITE:.0f})"
    )
    faults = over(by_section, SECTION) + over(pages(costs), PAGE)
    if minutes > SUITE * LATER:
        faults.append(f"the forecast of {minutes:.0f} min is above {SUITE:.0f}: cut what repeats.")
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

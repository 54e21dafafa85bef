"""The bill of the suite: seconds by folder and by section, a forecast, and what costs too much.

    python -m tests.bill       after pytest has run with -p tests.seconds

It fails where a page or a section is above its budget, even when its tests run once more with
nothing beside them.
"""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.seconds import FOLDER

ROOT = Path(__file__).resolve().parents[1]
CORES = 2
PAGES = 62  # planned
SECTION = 45.0  # CPU seconds that a section may bring to the suite, its notebooks included
PAGE = 10.0  # … of which its page, run once, beside the start of its kernel
KERNEL = 2.7  # that start, with the import of torch: what a page without any code of its own costs
# the same work costs more where caches are shared with strangers, beyond what the piece of work
# tells: a notebook of 9 s was billed with 22 on a crowded machine
ROOM = 2.5
SUITE = 45.0  # minutes of wall time for all pages …
LATER = 1.5  # … and room for what even the piece of work does not tell of a crowded machine


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


def above(costs: dict[str, float], budget: float) -> dict[str, float]:
    """What costs more than its budget, with room for a busy machine."""
    return {name: cost for name, cost in costs.items() if cost > budget * ROOM}


def over(costs: dict[str, float], budget: float) -> list[str]:
    """A line for everything that costs more than its budget, with room for a busy machine."""
    return [
        f"{name} brings {cost:.0f} s of CPU time to the suite, more than {budget:.0f} s (and "
        f"{ROOM - 1:.0%} for a busy machine): make its slowest tests or cells faster."
        for name, cost in sorted(above(costs, budget).items())
    ]


def pages(costs: dict[str, float]) -> dict[str, float]:
    """Seconds of every notebook of the book, run once; starting its kernel is not its own."""
    found: defaultdict[str, float] = defaultdict(lambda: -KERNEL)
    for test, cost in costs.items():
        file = test.partition("::")[0]
        if file.startswith("book/") and file.endswith(".ipynb"):
            found[file] += cost
    return dict(found)


def shares(costs: dict[str, float], payers: dict[str, str | None]) -> dict[str, float]:
    """Seconds of every section.

    Args:
        costs: seconds of every test.
        payers: the section that pays for it; a test without one is left out.
    """
    found: defaultdict[str, float] = defaultdict(float)
    for test, cost in costs.items():
        if payers[test]:
            found[payers[test]] += cost
    return dict(found)


def again(tests: list[str]) -> dict[str, float]:
    """What tests cost when nothing runs beside them; a notebook runs from its first cell."""
    names = dict.fromkeys(re.sub(r"(\.ipynb)::.*", r"\1", test) for test in tests)
    pytest_alone = [sys.executable, "-m", "pytest", "-q", "-p", "tests.seconds"]
    notebooks = ["--nbval-lax", "--nbval-kernel-name", "python3"]
    environment = os.environ | {"NBGRADER_EXECUTION": "validate"}
    with TemporaryDirectory() as place:
        chosen, bill = Path(place) / "chosen.txt", Path(place) / "bill.json"
        chosen.write_text("\n".join(names), encoding="utf-8")
        command = [*pytest_alone, *notebooks, "--bill", bill, f"@{chosen}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=False)
        return json.loads(bill.read_text(encoding="utf-8"))["costs"]


def main() -> int:
    """Prints seconds per folder and per section, the forecast, and what is above its budget."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    if not runs:
        print("Nothing was measured; run pytest with -p tests.seconds first.")
        return 1
    costs = {test: cost for run in runs for test, cost in run["costs"].items()}
    known, tasks = sections(), task_sections()
    payers = {test: owner(test, known, tasks) for test in costs}
    dear = above(shares(costs, payers), SECTION) | above(pages(costs), PAGE)
    if dear:
        print("Above their budgets, so once more with nothing beside them:", *dear)
        tests = [test for test in costs if {payers[test], test.partition("::")[0]} & dear.keys()]
        for test, cost in again(tests).items():
            costs[test] = min(cost, costs[test])
    by_folder, by_section = defaultdict(float), dict.fromkeys(known, 0.0) | shares(costs, payers)
    for test, cost in costs.items():
        by_folder[folder(test)] += cost
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
    fixed = total - sum(by_section.values())
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

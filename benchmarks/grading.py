"""A class graded by nbgrader, by nbgrader with our plug-in, by the grader alone; and a loop.

python -m benchmarks.grading            the three in turn, seconds a submission
python -m benchmarks.grading --full     3,000 submissions on all cores besides; takes long

Every contestant is the command a teacher would run, start included, on the same mixed class.
nbgrader's own batch is small, because it starts a kernel that imports torch for each submission.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from benchmarks.measure import report
from dlnotes.core.solutions import without_marks
from dlnotes.grading.classroom.course import course
from dlnotes.grading.grade import grade
from dlnotes.grading.jail.jail import Jail
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks.notebook import source_notebook, student_notebook

STOCK, PLUGIN, ALONE = "nbgrader", "nbgrader with the plug-in", "dlnotes grade"
SIZES = {STOCK: 8, PLUGIN: 80, ALONE: 400}
LEAST = {PLUGIN: 8.0, ALONE: 20.0}
PLACE = "optimizers", "momentum"
SUBMISSION = Submission("ann", *PLACE)
LOOP = "def {name}(*_, **__):\n    while True: pass"
FULL = 3_000


def notebook(answers: dict[str, str], *, worked: bool = True) -> dict:
    """The exercise, solved or as handed out, with some answers replaced."""
    text = (source_notebook if worked else student_notebook)(*PLACE)
    found = json.loads(text)
    for cell in found["cells"]:
        source = without_marks("".join(cell["source"]))
        cell["source"] = (
            answers.get(cell["id"].removesuffix("-answer"), source)
            if (cell["id"].endswith("-answer"))
            else source
        )
    return found


def kinds() -> list[dict]:
    """What a class hands in: right, half right, wrong, broken, untouched."""
    halves = "def gains(momentum):\n    return 1 / (1 - momentum), 1 / (1 - momentum)"
    return [
        notebook({}),
        notebook({"gains": halves}),
        notebook({"gains": "def gains(momentum):\n    raise ValueError(momentum)"}),
        notebook({"momentum": "def momentum(:"}),
        notebook({}, worked=False),
    ]


def hand_in(folder: Path, count: int) -> None:
    """A class of so many, no two files alike."""
    for number, one in enumerate(islice(cycle(kinds()), count)):
        one["metadata"]["title"] = f"s{number:04}"
        file = folder / f"submitted/s{number:04}/momentum/momentum.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(one), encoding="utf-8")


def commands(name: str, folder: Path) -> list[list[str]]:
    """What sets a contestant up, and last what is timed."""
    python = [sys.executable, "-m"]
    if name == ALONE:
        return [[*python, "dlnotes.cli", "grade", str(folder), "--out", str(folder / "grades")]]
    nbgrader = [*python, "nbgrader"]
    return [[*nbgrader, "generate_assignment", "momentum"], [*nbgrader, "autograde", "momentum"]]


def seconds(name: str, size: int) -> float:
    """Seconds a submission in a batch of this size, start included."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "deep101"
        course(folder, [PLACE])
        if name == STOCK:
            config = folder / "nbgrader_config.py"
            kept = config.read_text(encoding="utf-8").split("\n# Submissions run")[0]
            config.write_text(kept, encoding="utf-8")
        hand_in(folder, size)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        settings = {**os.environ, "PATH": path, "DLNOTES_PROGRESS": f"{home}/progress.json"}
        for command in commands(name, folder):
            began = time.perf_counter()
            subprocess.run(command, cwd=folder, env=settings, check=True, capture_output=True)
        return (time.perf_counter() - began) / size


def batches(rounds: int) -> list[dict]:
    """The contestants in turn; ratios are taken within a round."""
    found = {name: [] for name in SIZES}
    for turn in range(rounds):
        names = [*SIZES]
        for name in names[turn % 3 :] + names[: turn % 3]:
            found[name].append(seconds(name, SIZES[name]))
    rows = []
    for name, own in found.items():
        times = [theirs / ours for theirs, ours in zip(found[STOCK], own, strict=True)]
        least = LEAST.get(name, "")
        rows.append(
            {
                "contestant": name,
                "submissions": SIZES[name],
                "seconds each": round(median(own), 4),
                f"times faster than {STOCK}": round(median(times), 1),
                "range": f"{min(times):.1f} to {max(times):.1f}",
                "at least": least,
                "passed": "" if least == "" else ("yes" if median(times) >= least else "no"),
            }
        )
    return rows


def hanging() -> list[dict]:
    """What a submission costs that never ends, over the time it is allowed."""
    everywhere = {cell["id"][:-7] for cell in kinds()[0]["cells"] if "-answer" in cell["id"]}
    cases = {
        "one answer": notebook({"gains": LOOP.format(name="gains")}),
        "every answer": notebook({name: LOOP.format(name=name) for name in everywhere}),
        "a cell": notebook({"gains": "while True: pass"}),
    }
    rows = []
    with Jail() as jail:
        usual = cost(notebook({}), jail)
        for name, one in cases.items():
            taken = cost(one, jail)
            allowed = limit(name, jail)
            over = taken - allowed - usual
            rows.append(
                {
                    "hangs": name,
                    "limit": allowed,
                    "seconds": round(taken, 2),
                    "a solved one": round(usual, 2),
                    "over": round(over, 2),
                    "at most": 0.5,
                    "passed": "yes" if over <= 0.5 else "no",
                }
            )
    return rows


def limit(name: str, jail: Jail) -> float:
    """Seconds that a hanging submission is allowed."""
    from dlnotes.grading.tasks import declarations

    tasks = declarations.declaration(*PLACE).TASKS
    if name == "one answer":
        return next(task.seconds for task in tasks if task.id == "gains")
    if name == "a cell":  # it comes before every task, so that the whole submission hangs
        return jail.limits.seconds
    return min(jail.limits.seconds, sum(task.seconds for task in tasks))


def cost(one: dict, jail: Jail) -> float:
    """Seconds that grading a submission takes, the second time: the first warms up."""
    data = json.dumps(one).encode("utf-8")
    grade(json.dumps(notebook({})).encode("utf-8"), SUBMISSION, seed="warm", jail=jail)
    began = time.perf_counter()
    grade(data, SUBMISSION, seed="0", jail=jail)
    return time.perf_counter() - began


def full() -> list[dict]:
    """A large class on all cores."""
    each = seconds(ALONE, FULL)
    cores = len(os.sched_getaffinity(0))
    total = round(each * FULL, 1)
    return [{"submissions": FULL, "cores": cores, "seconds": total, "each": round(each, 4)}]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    report("A hanging submission, seconds", hanging(), name="grading")
    report("A class, seconds a submission", batches(options.rounds), name="grading")
    if options.full:
        report("A large class", full(), name="grading")


if __name__ == "__main__":
    main()

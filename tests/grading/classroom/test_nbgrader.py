"""nbgrader's own commands, unmodified, on a course whose submissions run behind the wall."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from dlnotes.grading.tasks.notebook import student_notebook
from tests import postgres
from tests.grading import forks
from tests.grading.handing_in import (
    answered,
    cell,
    code,
    data,
    deleted,
    duplicated,
    hand_in,
    solved,
    untouched,
)

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = "<script>alert(1)</script>"
SAME_TWICE = "def gains(momentum):\n    return 1 / (1 - momentum), 1 / (1 - momentum)"
NOISY = """import sys, warnings
def gains(momentum):
    warnings.warn("careful")
    print("careful", file=sys.stderr)
    return 1 / (1 - momentum), 1 / (1 + momentum)"""
FORGED = """import torch, math
torch.allclose = math.isclose = lambda *_, **__: True
def check(name):
    return 1
def gains(momentum):
    return 1, 1"""
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]


def half():
    notebook = untouched()
    for name in ("three_updates", "momentum", "heavy_ball_rate"):
        cell(notebook, f"{name}-answer")["source"] = cell(solved(), f"{name}-answer")["source"]
    return notebook


def doubled():
    notebook = solved()
    duplicated(notebook, "momentum-answer")
    duplicated(notebook, "gains")
    deleted(notebook, "nesterov")
    return notebook


def scribbled():
    """Prose, helpers, names of cells and outputs that a browser or a formula engine would obey."""
    notebook = answered("gains", f"def gains(momentum):\n    raise ValueError('{SCRIPT}')")
    prose = f"{SCRIPT} $\\href{{javascript:alert(1)}}{{x}}$\n```\n{SCRIPT}"
    raw = {"cell_type": "raw", "id": "raw", "metadata": {"raw_mimetype": "text/html"}}
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": SCRIPT}}
    notebook["cells"] += [
        {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": prose},
        raw | {"source": SCRIPT},
        code(f"# {SCRIPT}", id="code", outputs=[output]),
    ]
    return notebook


CLASS = {  # what each student hands in, and what it is worth
    "careful": (solved, 14),
    "doubled": (doubled, 14),
    "empty": (untouched, 0),
    "forger": (lambda: answered("gains", FORGED), 13),
    "half": (half, 6),
    "hostile": (lambda: answered("gains", "import os\ndef gains(momentum): os._exit(0)"), 13),
    "noisy": (lambda: answered("gains", NOISY), 14),
    "partly": (lambda: answered("gains", SAME_TWICE), 13.5),
    "scribbler": (scribbled, 13),
    "torn": (lambda: data(solved())[:-900], 0),
}


def run(*words: str, folder: Path, code: int = 0, **settings: str) -> str:
    """What a command says; its exit status must be `code`."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as place:
        log = Path(place, "log")
        status = forks.run(*words, folder=folder, log=log, **{"PATH": path, **settings})
        said = log.read_text()
    assert status == code, said[-4000:]
    return said


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def exported(folder: Path, *words: str) -> dict[str, float]:
    """What `nbgrader export` says of each student."""
    run("nbgrader", "export", *words, folder=folder)
    found = rows((folder / "grades.csv").read_text())
    assert {float(row["max_score"]) for row in found} == {14}
    return {row["student_id"]: float(row["score"]) for row in found}


@pytest.fixture(scope="module")
def course(tmp_path_factory, bubblewrap):
    """A course set up, handed out, handed in and graded by nbgrader's own commands."""
    folder = tmp_path_factory.mktemp("teaching") / "deep101"
    run("dlnotes.cli", "course", str(folder), "--section", "momentum", folder=ROOT)
    run("nbgrader", "generate_assignment", "momentum", folder=folder)
    for student, (made, _) in CLASS.items():
        hand_in(folder / "submitted", student, made(), "momentum/momentum")
    misnamed(folder / "submitted")
    trapped(folder)
    run("nbgrader", "autograde", "momentum", folder=folder)
    run("nbgrader", "generate_feedback", "momentum", folder=folder)
    return folder


def misnamed(handed: Path) -> None:
    """The work under names that nbgrader does not know, beside one that it does."""
    hand_in(handed, "copier", untouched(), "momentum/momentum")
    hand_in(handed, "copier", solved(), "momentum/Copy of momentum")
    saved = hand_in(handed, "saver", solved(), "momentum/momentum")
    saved.rename(f"{saved}.json")
    hand_in(handed, "writer", b"{}", "momentum/essay")


def trapped(folder: Path) -> None:
    """What would stop a batch, take its files along or be imported by it."""
    handed = folder / "submitted"
    os.mkfifo(handed / "careful/momentum/timestamp.txt")
    (handed / "half/momentum/timestamp.txt").write_text("when the cows come home")
    (handed / "doubled/momentum/loot.txt").symlink_to(folder / "secret-seed")
    (handed / "noisy/momentum/torch.py").write_text("raise SystemExit")
    (handed / "noisy/momentum/submission_secret.txt").write_bytes(b"\xff" * 20)
    (handed / "spy/momentum").mkdir(parents=True)
    copied = folder / "submitted/careful/momentum/momentum.ipynb"
    (handed / "spy/momentum/momentum.ipynb").symlink_to(copied)
    (handed / "thief").symlink_to(handed / "careful")


EXPECTED = {student: score for student, (_, score) in CLASS.items()} | {
    "copier": 14,
    "saver": 14,
    "writer": 0,
    "spy": 0,
    "thief": 0,
}


def test_the_exported_scores_are_exact(course):
    assert exported(course) == EXPECTED


def test_the_release_is_what_the_book_hands_out(course):
    release = nbformat.read(course / "release/momentum/momentum.ipynb", as_version=4)
    ours = nbformat.reads(student_notebook("optimizers", "momentum"), as_version=4)
    texts = [[(one.cell_type, one.source) for one in nb.cells] for nb in (release, ours)]
    assert texts[0] == texts[1]


def solution_lines() -> set[str]:
    """Lines that stand in the solutions only."""
    handed_out = {line.strip() for one in untouched()["cells"] for line in text(one)}
    worked = {line.strip() for one in solved()["cells"] for line in text(one)}
    return {line for line in worked - handed_out if len(line) > 12}


def text(one: dict) -> list[str]:
    return "".join(one["source"]).splitlines()


def test_neither_release_nor_feedback_give_anything_away(course):
    lines = solution_lines()
    assert len(lines) > 10
    release = (course / "release/momentum/momentum.ipynb").read_text()
    feedback = (course / "feedback/empty/momentum/momentum.html").read_text()
    secret = (course / "secret-seed").read_text()
    for page in (release, re.sub(r"<[^>]*>", "", feedback)):
        assert [line for line in lines if line in page] == [] and secret not in page
        assert "reference" not in page and "BEGIN SOLUTION" not in page
    source = json.loads((course / "source/momentum/momentum.ipynb").read_text())
    found = {line.strip() for one in source["cells"] for line in text(one)}
    assert lines <= found  # so that they would be seen


def test_another_name_costs_nothing_and_is_said(course):
    kept = nbformat.read(course / "autograded/copier/momentum/momentum.ipynb", as_version=4)
    assert "1 / (1 - momentum)" in "".join(one.source for one in kept.cells)
    page = (course / "feedback/copier/momentum/momentum.html").read_text()
    assert "Copy of momentum.ipynb" in page and "in which most tasks are worked on" in page


def test_nothing_beside_a_notebook_is_copied_or_run(course):
    for step in ("autograded", "feedback"):
        kinds = {file.suffix for file in (course / step).rglob("*") if file.is_file()}
        assert kinds == {".ipynb" if step == "autograded" else ".html"}


def test_feedback_says_what_is_missing_in_both_languages(course):
    page = (course / "feedback/partly/momentum/momentum.html").read_text()
    assert '<p lang="zh">' in page and '<p lang="en">' in page
    assert "0.5 / 1" in page and "13.5" in page
    torn = (course / "feedback/torn/momentum/momentum.html").read_text()
    assert "damaged" in torn and "损坏" in torn


def test_nothing_of_a_student_runs_in_a_browser(course, chromium):
    names = "feedback/scribbler/momentum/momentum.html", "autograded/scribbler/momentum"
    page = (course / names[0]).read_text()
    assert "alert(1)" in page and SCRIPT not in page
    assert "javascript:alert" not in "".join(re.findall(r'href="[^"]*"', page))
    kept = nbformat.read(course / names[1] / "momentum.ipynb", as_version=4)
    assert not [
        output for one in kept.cells for output in one.get("outputs", []) if SCRIPT in str(output)
    ]
    tab, dialogs = chromium.new_page(), []
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    tab.route(re.compile("^https?:"), lambda route: route.abort())
    tab.goto((course / names[0]).as_uri())
    assert dialogs == [] and tab.locator("pre", has_text="javascript:alert").count() >= 1
    tab.close()


def test_the_same_scores_without_nbgraders_ceremony(course, tmp_path):
    """`dlnotes grade --gradebook`: our table, a new gradebook, and nbgrader's export of it."""
    url = f"sqlite:///{tmp_path}/other.db"
    said = run(
        *("dlnotes.cli", "grade", str(course), "--out", str(tmp_path / "grades")),
        *("--gradebook", url, "--seed-file", str(course / "secret-seed")),
        folder=tmp_path,
    )
    assert "other.db" in said
    ours = rows((tmp_path / "grades/results.csv").read_text(encoding="utf-8-sig"))
    scores = {row["student"]: float(row["score"]) for row in ours}
    assert scores == {name: score for name, score in EXPECTED.items() if name != "thief"}
    assert exported(course, f"--db={url}") == scores


def test_graded_again_when_handed_in_again(course, tmp_path):
    course = shutil.copytree(course, tmp_path / "deep101", ignore=_only("half"))
    file = course / "autograded/half/momentum/momentum.ipynb"
    before = file.stat().st_mtime_ns
    run("nbgrader", "autograde", "momentum", "--student=half", folder=course)
    assert file.stat().st_mtime_ns == before
    note = course / "submitted/half/momentum/timestamp.txt"
    for day, made in (("20", half), ("21", solved)):
        note.write_text(f"2026-11-{day} 10:00:00.0 UTC")
        hand_in(course / "submitted", "half", made(), "momentum/momentum")
        force = ["--force"] if day == "20" else []  # what was there before had no time
        run("nbgrader", "autograde", "momentum", "--student=half", *force, folder=course)
    assert exported(course)["half"] == 14
    assert (file.parent / "timestamp.txt").read_text() == note.read_text()


def test_points_changed_after_handing_out(course, tmp_path):
    """Generated anew with `--force`: the gradebook counts the teacher's points."""
    course = shutil.copytree(course, tmp_path / "deep101", ignore=_only("half"))
    source = course / "source/momentum/momentum.ipynb"
    notebook = json.loads(source.read_text())
    cell(notebook, "three_updates")["metadata"]["nbgrader"]["points"] = 3
    source.write_text(json.dumps(notebook))
    run("nbgrader", "generate_assignment", "momentum", "--force", folder=course)
    run("nbgrader", "autograde", "momentum", "--student=half", "--force", folder=course)
    run("nbgrader", "export", folder=course)
    found = {row["student_id"]: row for row in rows((course / "grades.csv").read_text())}
    assert (float(found["half"]["score"]), float(found["half"]["max_score"])) == (8, 16)


def test_late_work_and_a_class_list(course, tmp_path):
    """What the guide says of penalties, and of those who have handed in nothing."""
    course = shutil.copytree(course, tmp_path / "deep101", ignore=_only("half"))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    (course / "roster.csv").write_text("id,first_name,last_name,email\nann,Ann,Lee,ann@host\n")
    run("nbgrader", "db", "student", "import", "roster.csv", folder=course)
    due = "--duedate=2026-11-19 23:59:59 UTC"
    run("nbgrader", "db", "assignment", "add", "momentum", due, folder=course)
    note = course / "submitted/half/momentum/timestamp.txt"
    note.write_text("2026-11-20 10:00:00 UTC")
    run("nbgrader", "autograde", "momentum", "--student=half", "--force", folder=course)
    scores = exported(course)
    assert (scores["ann"], scores["half"], scores["careful"]) == (0, 0, 14)


def test_solutions_after_the_deadline(course):
    run("nbgrader", "generate_solution", "momentum", folder=course)
    shown = nbformat.read(course / "solution/momentum/momentum.ipynb", as_version=4)
    checks = [one for one in shown.cells if one.cell_type == "code" and "check(" in one.source]
    assert checks and all("✓" in str(one.outputs) or "Passed" in str(one.outputs) for one in checks)


def test_without_a_sandbox_nothing_is_graded(course):
    words = ("nbgrader", "autograde", "momentum", "--student=empty", "--force")
    said = run(*words, folder=course, code=1, PATH=str(BIN))
    assert "没有沙箱" in said and "No sandbox" in said
    assert (course / "autograded/empty/momentum/momentum.ipynb").exists()


def test_a_notebook_that_is_no_exercise_is_refused(course, tmp_path):
    other = shutil.copytree(course, tmp_path / "other", ignore=_only("careful"))
    for step in ("source", "submitted/careful"):
        (other / step / "quiz").mkdir()
        shutil.copy(course / "source/momentum/momentum.ipynb", other / step / "quiz/quiz.ipynb")
    run("nbgrader", "generate_assignment", "quiz", folder=other)
    said = run("nbgrader", "autograde", "quiz", folder=other, code=1)
    assert "quiz" in said and "no exercise of dlnotes" in said


def _only(student: str):
    def ignored(folder, names):
        in_class = Path(folder).name in ("submitted", "autograded", "feedback")
        return [name for name in names if (in_class and name != student) or "timestamp" in name]

    return ignored


# Exchange and formgrader


def test_handing_out_and_collecting_through_the_exchange(course, tmp_path):
    """As on a JupyterHub, where teacher and student share one folder."""
    teacher = shutil.copytree(course, tmp_path / "deep101", ignore=_only("nobody"))
    student, exchange = tmp_path / "student", tmp_path / "exchange"
    student.mkdir()
    exchange.mkdir()
    exchange.chmod(0o777)
    place = (f"--Exchange.root={exchange}", f"--Exchange.cache={tmp_path}/cache")
    both = (*place, "--course=deep101")
    run("nbgrader", "release_assignment", "momentum", *place, folder=teacher)
    run("nbgrader", "fetch_assignment", "momentum", *both, folder=student)
    fetched = student / "momentum/momentum.ipynb"
    notebook = json.loads(fetched.read_text())
    (answer,) = [one for one in notebook["cells"] if one["id"] == "gains-answer"]
    answer["source"] = cell(solved(), "gains-answer")["source"]
    fetched.chmod(0o644)
    fetched.write_text(json.dumps(notebook))
    run("nbgrader", "submit", "momentum", *both, folder=student)
    run("nbgrader", "collect", "momentum", *place, folder=teacher)
    run("nbgrader", "autograde", "momentum", folder=teacher)
    (graded,) = (teacher / "autograded").iterdir()
    assert exported(teacher)[graded.name] == 1
    run("nbgrader", "generate_feedback", "momentum", folder=teacher)
    run("nbgrader", "release_feedback", "momentum", *place, folder=teacher)
    run("nbgrader", "fetch_feedback", "momentum", *both, folder=student)
    (page,) = (student / "momentum/feedback").rglob("momentum.html")
    assert "1 / 1" in page.read_text()


@pytest.mark.long
def test_the_gradebook_may_be_kept_by_postgresql(tmp_path):
    """nbgrader's commands and ours on one server, through the address in the settings."""
    folder = tmp_path / "deep101"
    run("dlnotes.cli", "course", str(folder), "--section", "momentum", folder=ROOT)
    for student in ("partly", "torn", "half"):
        hand_in(folder / "submitted", student, CLASS[student][0](), "momentum/momentum")
    with tempfile.TemporaryDirectory() as short, postgres.server(Path(short)) as url:
        with (folder / "nbgrader_config.py").open("a") as config:
            config.write(f"c.CourseDirectory.db_url = {url!r}\n")
        run("nbgrader", "generate_assignment", "momentum", folder=folder)
        run("nbgrader", "autograde", "momentum", "--student=partly", folder=folder)
        assert exported(folder) == {"partly": 13.5}
        run("dlnotes.cli", "grade", ".", "--gradebook", url, folder=folder)
        assert exported(folder) == {"half": 6, "partly": 13.5, "torn": 0}
    assert not (folder / "gradebook.db").exists()


@pytest.fixture(scope="module")
def formgrader(course, tmp_path_factory):
    """Address of a Jupyter server with nbgrader's formgrader, in a copy of the course."""
    home = tmp_path_factory.mktemp("formgrader")
    folder = shutil.copytree(course, home / "deep101", ignore=_only("partly"))
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    own = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    log = home / "server.log"
    words = ["--no-browser", "--port=0", "--allow-root", "--IdentityProvider.token="]
    words += ["--ServerApp.disable_check_xsrf=True"]
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "server", *words],
            cwd=folder,
            env={**os.environ, **own, "PATH": path},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(server, log)
    finally:
        server.terminate()
        server.wait(timeout=60)


def _address(server: subprocess.Popen, log: Path, patience: float = 120) -> str:
    until = time.monotonic() + patience
    while time.monotonic() < until and server.poll() is None:
        if found := re.search(r"http://(?:127\.0\.0\.1|localhost):(\d+)/", log.read_text()):
            return f"http://127.0.0.1:{found[1]}/formgrader"
        time.sleep(0.2)
    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text()[-2000:]}")


def asked(address: str, method: str = "GET") -> str:
    request = urllib.request.Request(address, method=method)
    return urllib.request.urlopen(request, timeout=120).read().decode()


def test_formgrader_lists_shows_and_regrades(formgrader):
    (assignment,) = json.loads(asked(f"{formgrader}/api/assignments"))
    assert (assignment["name"], assignment["max_score"]) == ("momentum", 14)
    listed = json.loads(asked(f"{formgrader}/api/submissions/momentum"))
    before = {one["student"]: one["score"] for one in listed}
    assert before["partly"] == 13.5
    done = json.loads(asked(f"{formgrader}/api/submission/momentum/partly/autograde", "POST"))
    assert done["success"], done
    (notebook,) = json.loads(asked(f"{formgrader}/api/submitted_notebooks/momentum/momentum"))
    page = asked(f"{formgrader}/submissions/{notebook['id']}")
    assert notebook["score"] == 13.5 and "0.5 / 1" in page


def test_the_commands_of_this_file_are_those_of_the_guide():
    """What the teacher's guide tells people to type is run here or in the tests beside it."""
    book = json.loads((ROOT / "book/teaching.ipynb").read_text(encoding="utf-8"))
    prose = "".join("".join(one["source"]) + "\n" for one in book["cells"])
    told = set(re.findall(r"^nbgrader (\w+)", prose, re.MULTILINE))
    told |= set(re.findall(r"`nbgrader (\w+)", prose))
    ran = set(re.findall(r'"nbgrader", "(\w+)"', Path(__file__).read_text(encoding="utf-8")))
    assert told and told <= ran


def test_the_seconds_of_the_guide_are_measured():
    book = (ROOT / "book/teaching.ipynb").read_text(encoding="utf-8")
    results = json.loads((ROOT / "benchmarks/results/grading.json").read_text(encoding="utf-8"))
    found = {
        one["contestant"]: one["seconds each"]
        for one in results["A class, seconds a submission"]["rows"]
    }
    for contestant in ("nbgrader with the plug-in", "dlnotes grade"):
        assert book.count(f"{found[contestant]:.2f}") == 2

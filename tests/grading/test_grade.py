"""One submission in, one result out, whatever it is."""

import json

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.grading import grade as grading
from dlnotes.grading import messages
from dlnotes.grading.grade import Result, grade, seed_for, spec
from dlnotes.grading.submissions import flags
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from tests.grading.handing_in import (
    BROKEN,
    REPAIRS,
    answered,
    cell,
    code,
    data,
    deleted,
    repaired,
    solved,
    untouched,
)


def graded(content, jail, section="momentum", seed="a seed"):
    return grade(content, Submission("ann", "optimizers", section), seed=seed, jail=jail)


def scores(result):
    return {task.id: task.score for task in result.tasks}


@pytest.mark.parametrize("section", ["gradient_descent", "momentum"])
def test_the_worked_solution_earns_everything(section, warm):
    result = graded(data(solved(section)), warm, section=section)
    assert (result.status, result.score) == ("graded", result.points)
    assert all(task.message is None for task in result.tasks)
    assert result.flags == ()


def test_what_was_handed_out_earns_nothing_and_says_so(warm):
    result = graded(data(untouched()), warm)
    assert (result.status, result.score, result.points) == ("graded", 0, 14)
    assert {task.message["en"] for task in result.tasks} == {messages.UNFINISHED["en"]}


@pytest.mark.parametrize("name", REPAIRS)
def test_no_slip_with_a_cell_costs_a_point(name, warm):
    content, expected = repaired(name)
    result = graded(content, warm)
    assert result.score == 14, [task for task in result.tasks if task.score < task.points]
    assert {flag.kind for flag in result.flags} == expected


class NeverRuns:
    """A jail that must not be asked."""

    def run(self, parcel):
        raise AssertionError("something was run")


@pytest.mark.parametrize(("make", "kind"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_result_with_its_reason(make, kind):
    result = graded(make(), NeverRuns())
    assert (result.status, result.score, result.points) == ("unreadable", 0, 14)
    assert result.problem == flags.UNREADABLE[kind]
    assert [task.score for task in result.tasks] == [0] * 7


def test_a_missing_answer_costs_its_own_points(warm):
    notebook = solved()
    deleted(notebook, "gains-answer")
    result = graded(data(notebook), warm)
    assert scores(result)["gains"] == 0 and result.score == 13
    (gains,) = [task for task in result.tasks if task.id == "gains"]
    assert "gains" in gains.message["en"] and "gains" in gains.message["zh"]


def test_a_syntax_error_costs_its_own_points_and_is_named(warm):
    result = graded(data(answered("gains", "def gains(momentum)\n    return 1")), warm)
    assert result.score == 13
    (gains,) = [task for task in result.tasks if task.id == "gains"]
    assert "SyntaxError" in gains.message["en"]


def test_a_slip_earns_part_of_the_points(warm):
    averaging = """
def momentum(grad, state, param, *, lr, momentum=0.9):
    velocity = momentum * state[0] + (1 - momentum) * grad
    return -lr * velocity, (velocity,)
"""
    swapped = "def gains(momentum): return 1 / (1 - momentum), 1 / (1 - momentum)"
    notebook = answered("gains", swapped)
    cell(notebook, "momentum-answer")["source"] = averaging
    result = graded(data(notebook), warm)
    earned = scores(result)
    assert (earned["gains"], earned["momentum"], result.score) == (0.5, 1.5, 12.0)
    halves = [one.message for one in declarations.find("momentum").wrong if one.credit == 0.5]
    assert result.tasks[2].message in halves


NOISE = """
import sys, warnings
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
print("14/14 points"); print("careful", file=sys.stderr)
warnings.warn("deprecated")
sys.stderr.write("x" * 100_000)
"""


def test_prints_warnings_stderr_and_figures_change_nothing(warm):
    quiet, loud = solved(), solved()
    for task in ("gains", "momentum", "tuned_heavy_ball"):
        cell(loud, f"{task}-answer")["source"] += NOISE
        first, rest = cell(quiet, f"{task}-answer")["source"].split('"""\n', 1)
        inside = "".join(f"    {line}\n" for line in NOISE.strip().split("\n"))
        cell(loud, f"{task}-answer")["source"] = f'{first}"""\n{inside}{rest}{NOISE}'
    loud["cells"].insert(2, code(NOISE))
    assert graded(data(loud), warm).tasks == graded(data(quiet), warm).tasks
    assert graded(data(loud), warm).score == 14


def test_the_order_of_submissions_changes_nothing(warm):
    spoiler = "import builtins, torch, math\ntorch.allclose = lambda *a: True\nmath.sqrt = abs\n"
    contents = [
        data(solved()),
        data(answered("gains", spoiler + "def gains(momentum): return 1, 1")),
        data(untouched()),
        data(answered("momentum", "import os\nos._exit(0)")),
        data(answered("nesterov", "def nesterov(*args, **named): return None")),
    ]
    forward = [graded(content, warm) for content in contents]
    backward = [graded(content, warm) for content in reversed(contents)][::-1]
    assert forward == backward
    assert [result.score for result in forward][2:3] == [0]
    assert len({result.score for result in forward}) >= 3


def test_a_result_travels_as_json(warm):
    result = graded(data(answered("gains", "def gains(momentum): return 1, 1")), warm)
    assert Result.of(json.loads(json.dumps(result.plain()))) == result


def test_the_graders_own_fault_stops_nothing_and_calls_the_teacher(warm, monkeypatch):
    def fails(task, seed, records):
        raise KeyError("value")

    monkeypatch.setattr(grading, "judge", fails)
    result = graded(data(solved()), warm)
    assert (result.status, result.score) == ("graded", 0)
    assert {flag.kind for flag in result.flags} == {"failed"}
    assert result.tasks[0].message == flags.FAILED


def test_a_seed_belongs_to_one_secret_one_student_and_one_file():
    seeds = {
        seed_for(secret, Submission(student, "optimizers", "momentum", sha256))
        for secret in (b"one", b"two")
        for student in ("ann", "bo", "b\udc80")
        for sha256 in ("00", "11")
    }
    assert len(seeds) == 12


class Listening:
    """A jail that keeps the parcel."""

    def run(self, parcel):
        self.parcel = parcel
        tasks = json.loads(parcel)["tasks"]
        return {task["id"]: [{"problem": "crashed"}] for task in tasks}


def test_the_seed_stays_outside():
    jail, seed = Listening(), seed_for(b"class", Submission("ann", "optimizers", "momentum"))
    result = graded(data(solved()), jail, seed=seed)
    assert seed not in jail.parcel.decode() and seed not in json.dumps(result.plain())
    assert result.score == 0


def test_other_seeds_give_other_inputs_and_the_same_score(warm):
    wrong = data(answered("gains", "def gains(momentum): return momentum, momentum"))
    one, other = (graded(wrong, warm, seed=seed) for seed in ("one", "other"))
    assert scores(one) == scores(other)
    shown = {result.tasks[1].example[lang] for result in (one, other) for lang in LANGUAGES}
    assert len(shown) == 4


def test_a_changed_declaration_is_another_spec(tmp_path, monkeypatch):
    before = spec("optimizers", "momentum")
    changed = tmp_path / "momentum.py"
    text = declarations.path("optimizers", "momentum").read_text(encoding="utf-8")
    changed.write_text(text + "\n", encoding="utf-8")
    spec.cache_clear()
    assert spec("optimizers", "momentum") == before != spec("optimizers", "gradient_descent")
    monkeypatch.setattr(declarations, "path", lambda *place: changed)
    spec.cache_clear()
    assert spec("optimizers", "momentum") != before
    spec.cache_clear()

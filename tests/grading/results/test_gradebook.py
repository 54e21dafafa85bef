"""Results in nbgrader's gradebook: exact, written twice without harm, a person's marks kept."""

import os
import shutil
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from dlnotes import cli
from dlnotes.grading.grade import Result, without_answers
from dlnotes.grading.results.gradebook import Unwritable, opened, write
from dlnotes.grading.submissions.flags import FAILED, Flag
from dlnotes.grading.submissions.submission import Submission
from tests.grading.handing_in import answered, hand_in, solved

ANN = Submission("ann", "optimizers", "momentum")
HALF = {"gains": 0.5, "momentum": 3.0, "nesterov": 1.5}


def result(student: str, scores: dict[str, float], **more) -> Result:
    tasks = tuple(
        replace(task, score=scores.get(task.id, 0.0)) for task in without_answers(ANN).tasks
    )
    total = sum(task.score for task in tasks)
    return Result(replace(ANN, student=student), "graded", total, 14, tasks, **more)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook that has just been made."""
    file = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with opened(f"sqlite:///{file}"):
        return file


@pytest.fixture
def url(empty, tmp_path):
    shutil.copy(empty, tmp_path)
    return f"sqlite:///{tmp_path}/gradebook.db"


def scores(url, student="ann", assignment="momentum"):
    with Gradebook(url) as book:
        submission = book.find_submission(assignment, student)
        return {grade.name: grade.score for one in submission.notebooks for grade in one.grades}


def test_every_task_and_the_sum(url):
    assert write([result("ann", HALF), result("王小明", {})], url) == 2
    assert {name: score for name, score in scores(url).items() if score} == HALF
    with Gradebook(url) as book:
        assert book.find_submission("momentum", "ann").score == 5
        assert book.find_submission("momentum", "王小明").score == 0
        assert book.find_assignment("momentum").max_score == 14


def test_writing_again_changes_what_changed(url):
    write([result("ann", HALF)], url)
    write([result("ann", HALF | {"gains": 1.0}), result("bo", HALF)], url)
    assert scores(url)["gains"] == 1.0 and scores(url, "bo")["gains"] == 0.5
    with Gradebook(url) as book:
        assert len(book.students) == 2 and len(book.assignment_submissions("momentum")) == 2


def test_marks_that_a_person_gave_stay_and_are_looked_at_again(url):
    write([result("ann", HALF)], url)
    with Gradebook(url) as book:
        book.find_grade("gains", "momentum", "momentum", "ann").manual_score = 0.75
        book.db.commit()
    write([result("ann", HALF | {"gains": 0.0})], url)
    with Gradebook(url) as book:
        grade = book.find_grade("gains", "momentum", "momentum", "ann")
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (0.75, 0.0, True)


def test_who_handed_in_nothing_is_listed_without_a_submission(url):
    assert write([result("ann", HALF), without_answers(replace(ANN, student="bo"))], url) == 1
    with Gradebook(url) as book:
        assert [student.id for student in book.students] == ["ann", "bo"]
        assert [one.student.id for one in book.assignment_submissions("momentum")] == ["ann"]


def test_what_the_grader_failed_at_waits_for_a_person(url):
    lost = result("ann", HALF, flags=(Flag("failed", "gains"),))
    write(
        [
            lost,
            replace(without_answers(replace(ANN, student="bo")), status="failed", problem=FAILED),
        ],
        url,
    )
    with Gradebook(url) as book:
        waiting = {
            student: [
                grade.name
                for grade in book.find_submission("momentum", student).notebooks[0].grades
                if grade.needs_manual_grade
            ]
            for student in ("ann", "bo")
        }
    assert waiting["ann"] == ["gains"] and len(waiting["bo"]) == 7


def test_an_assignment_by_another_name_with_other_points(url):
    with Gradebook(url) as book:
        book.add_assignment("week1")
        book.add_notebook("momentum", "week1")
        for task in without_answers(ANN).tasks:
            points = task.points * 2
            book.add_grade_cell(task.id, "momentum", "week1", max_score=points, cell_type="code")
    write([result("ann", HALF)], url)
    assert scores(url, assignment="week1")["gains"] == 1.0
    with Gradebook(url) as book:
        assert [one.name for one in book.assignments] == ["week1"]


def test_two_assignments_with_the_same_exercise_are_refused(url):
    with Gradebook(url) as book:
        for name in ("week1", "week2"):
            book.add_assignment(name)
            book.add_notebook("momentum", name)
    with pytest.raises(Unwritable, match=r"好几份作业(.|\n)*week1, week2"):
        write([result("ann", HALF)], url)


def test_tasks_that_a_teacher_took_out_are_left_out(url):
    with Gradebook(url) as book:
        book.add_assignment("momentum")
        book.add_notebook("momentum", "momentum")
        book.add_grade_cell("gains", "momentum", "momentum", max_score=1, cell_type="code")
    write([result("ann", HALF)], url)
    assert scores(url) == {"gains": 0.5}


@pytest.mark.parametrize(
    "wrong", ["gradebook.db", "sqlite:////proc/none/gradebook.db", "oracle99://ann:geheim@host/x"]
)
def test_a_gradebook_that_does_not_open_is_said_before_grading(wrong, tmp_path, capsys):
    hand_in(tmp_path / "class", "ann", b"{}")
    words = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    assert cli.main([*words, "--gradebook", wrong]) == 2
    said = capsys.readouterr().err
    assert "成绩册打不开" in said and "cannot be opened" in said and "geheim" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("bubblewrap")
def test_from_the_command_line(url, tmp_path, capsys):
    hand_in(tmp_path / "class", "ann", solved())
    hand_in(tmp_path / "class", "bo", answered("gains", "def gains(momentum): return 1, 1"))
    words = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--workers", "1"]
    assert cli.main([*words, "--gradebook", url]) == 0
    assert "成绩册里记了 2 份" in capsys.readouterr().out
    assert (sum(scores(url).values()), sum(scores(url, "bo").values())) == (14, 13)


def test_nbgrader_finds_alembic_without_an_activated_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    url = f"sqlite:///{tmp_path}/new.db"
    write([result("ann", HALF)], url)
    assert scores(url)["gains"] == 0.5 and os.environ["PATH"] == "/usr/bin:/bin"

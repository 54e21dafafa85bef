"""`solution` opens after three failures or a pass; `score` adds up."""

import os
import re
from pathlib import Path

import pytest

from dlnotes.core.solutions import sealed, unsealed, without_marks, without_solutions
from dlnotes.grading import check, score, solution
from dlnotes.grading.tasks import declarations

TASKS = declarations.all_tasks()


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    monkeypatch.setenv("DLNOTES_LEARNER", "ann")
    monkeypatch.setenv("DLNOTES_LANG", "en")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def fail(task_id, times):
    return [check(task_id, lambda *args, **named: 0) for _ in range(times)][-1]


def test_the_solution_stays_closed_until_three_failures():
    for failures in range(3):
        closed = solution("gains")
        assert closed.code is None
        assert f"So far: {failures}." in closed.plain["en"]
        assert f"到现在 {failures} 次" in closed.plain["zh"]
        assert "1 / (1 - momentum)" not in "".join([*closed.html.values(), *closed.plain.values()])
        verdict = fail("gains", 1)
    assert verdict.plain["en"].endswith(
        'Still stuck? `solution("gains")` shows one way to write it.'
    )
    assert "1 / (1 - momentum)" in solution("gains").code


def test_it_is_not_offered_before_the_third_failure():
    assert "solution(" not in fail("gains", 2).plain["en"]


def test_an_untouched_cell_does_not_open_it():
    def gains(momentum): ...

    for _ in range(4):
        check("gains", gains)
    assert solution("gains").code is None


def test_a_pass_opens_it_for_good():
    check("gains", declarations.find("gains").reference)
    fail("gains", 1)
    assert solution("gains").code


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_every_solution_says_how_and_is_the_whole_answer(task):
    fail(task.id, 3)
    shown = solution(task.id)
    assert shown.code == without_marks(task.solution).strip()
    for lang in ("zh", "en"):
        assert all(hint[lang] in shown.plain[lang] for hint in task.hints)
        assert shown.code in shown.plain[lang] and "<pre" in shown.html[lang]
    assert str(shown) == shown.plain["en"]


def test_an_unknown_task_is_corrected():
    with pytest.raises(LookupError, match='Did you mean `"gains"`'):
        solution("gain")


def test_what_is_sealed_comes_back_and_cannot_be_read_by_accident():
    for place in declarations.sections():
        text = declarations.path(*place).read_text(encoding="utf-8")
        tasks = declarations.declaration(*place).TASKS
        assert unsealed(sealed(text)) == {task.id: task.solution for task in tasks}
        assert re.fullmatch(r"[A-Za-z0-9+/=]+\n", sealed(text))
        assert sealed(without_solutions(text)) != sealed(text)


# Scores


def test_a_new_reader_has_everything_to_earn():
    assert (score().points, score().most) == (0, sum(task.points for task in TASKS))
    assert not Path(os.environ["DLNOTES_PROGRESS"]).exists()


def test_the_best_try_counts():
    check("gd_step", lambda x, y, condition, lr: (-lr * x, -lr * condition * y))
    assert score("optimizers/gradient_descent").points == 0.5
    fail("gd_step", 1)
    assert score("optimizers/gradient_descent").points == 0.5
    check("gd_step", declarations.find("gd_step").reference)
    fail("gd_step", 1)
    assert score("optimizers/gradient_descent").points == 1


def test_a_section_lists_its_tasks_and_their_sum():
    check("gains", declarations.find("gains").reference)
    check("three_updates", lambda x, grads, lr, momentum: climbing(x, grads, lr, momentum))
    lines = score("optimizers/momentum").plain["en"].split("\n")
    tasks = declarations.declaration("optimizers", "momentum").TASKS
    assert lines[0] == "Score"
    assert lines[1:3] == [
        "◐ Three updates by hand 0.5/1",
        "● Agreement adds up, quarrels cancel 1/1",
    ]
    assert lines[3] == "○ Give descent a memory 0/3"
    assert lines[-1] == f"Momentum 1.5/{sum(task.points for task in tasks)}"
    assert len(lines) == len(tasks) + 2
    assert score("momentum").plain == score("optimizers/momentum").plain
    assert score("optimizers/momentum").plain["zh"].split("\n")[2] == "● 同向放大，反向抵消 1/1"


def climbing(x, grads, lr, beta):
    velocity, path = 0.0, []
    for grad in grads:
        velocity = beta * velocity - grad
        x = x - lr * velocity
        path.append(x)
    return path


def test_a_chapter_adds_up_its_sections():
    check("gains", declarations.find("gains").reference)
    shown = score("optimizers")
    assert shown.plain["en"].split("\n")[0] == "Optimizers"
    assert shown.plain["zh"].split("\n")[0] == "优化器"
    assert shown.plain["en"].split("\n")[-1] == f"Total 1/{shown.most:g}"
    sections = [score("/".join(place)) for place in declarations.sections("optimizers")]
    assert (shown.points, shown.most) == (1, sum(section.most for section in sections))
    sums = [row.text["en"] for row in shown.rows if row.sum]
    assert len(sums) == len(sections) + 1 and sums[-1] == "Total"
    assert {"Gradient descent", "Momentum"} < set(sums)


def test_the_book_shows_a_line_for_every_section():
    check("gains", declarations.find("gains").reference)
    lines = score().plain["en"].split("\n")
    assert lines[0] == "Score"
    end = next(at for at, line in enumerate(lines) if line.startswith("Optimizers 1/"))
    sections = lines[end - len(declarations.sections("optimizers")) : end]
    for start in ("○ Gradient descent 0/", "◐ Momentum 1/"):
        assert sum(line.startswith(start) for line in sections) == 1
    html = score().html["zh"]
    assert html.count("<tr>") == len(lines) - 1 and "动量法" in html


@pytest.mark.parametrize("name", ["optimizer", "optimizers/momentun", "", "*"])
def test_an_unknown_chapter_is_corrected(name):
    with pytest.raises(LookupError, match=r'no chapter or section called.*`"?optimizers'):
        score(name)


def test_both_languages_at_once(monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "both")
    assert str(score("optimizers")).count("合计") == str(score("optimizers")).count("Total") == 1
    assert "先自己试" in str(solution("gains")) and "Try it yourself" in str(solution("gains"))

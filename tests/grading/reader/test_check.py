"""`check`: what a learner sees."""

import os
import runpy
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from dlnotes.core.language import LANGUAGES
from dlnotes.grading import check
from dlnotes.grading.reader.checks import verdict_on
from dlnotes.grading.tasks import declarations


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """A learner of our own, no nbgrader around."""
    monkeypatch.setenv("DLNOTES_LEARNER", "ann")
    monkeypatch.setenv("DLNOTES_LANG", "en")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def test_finds_the_function_where_it_is_called():
    def gains(momentum):
        return 1 / (1 - momentum), 1 / (1 + momentum)

    verdict = check("gains")
    assert gains and verdict.passed and verdict.points == 1
    assert str(verdict) == "● Passed · 1/1 points"


def test_takes_a_function_of_another_name():
    assert check("gains", lambda beta: (1 / (1 - beta), 1 / (1 + beta))).passed


def test_every_failure_adds_a_hint_and_a_pass_starts_over():
    def uphill(x, y, condition, lr):
        return x + lr * x, y + lr * condition * y

    assert [check("gd_step", uphill).hints for _ in range(5)] == [1, 2, 3, 3, 3]
    assert check("gd_step", declarations.find("gd_step").reference).hints == 0
    assert check("gd_step", uphill).hints == 1


def test_a_mistake_that_leaves_the_rest_right_earns_a_share():
    def running_on(x, y, condition, lr):
        return x - 2 * lr * x, y - 2 * lr * condition * y

    verdict = check("gd_step", running_on)
    assert (verdict.points, verdict.passed, verdict.hints) == (0.5, False, 1)
    assert verdict.plain["en"].startswith("◐ Nearly · 0.5/1 points\nYour step is twice as long")
    assert verdict.plain["zh"].startswith("◐ 差一点 · 0.5/1 分\n")


def test_a_reader_of_both_sees_one_verdict_under_the_other(monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "both")
    verdict = check("gd_step", lambda x, y, condition, lr: None)
    zh, en = verdict.plain["zh"], verdict.plain["en"]
    assert str(verdict) == f"{zh}\n{en}"
    shown = verdict._repr_mimebundle_()["text/html"]
    assert shown.index('lang="zh"') < shown.index('lang="en"')
    assert "没有返回值" in shown and "returns nothing" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_speaks_the_readers_language(lang, monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", lang)
    task = declarations.find("gd_step")
    wrong = task.wrong[0]
    verdict = check("gd_step", wrong.answer)
    assert wrong.message[lang] in str(verdict)
    assert task.hints[0][lang] in str(verdict)
    bundle = verdict._repr_mimebundle_()
    assert f'lang="{lang}"' in bundle["text/html"]


def message(task_id, answer):
    return check(task_id, answer).plain


ONE_LINERS = {
    "the example in hand": (lambda x, y, condition, lr: None, "没有返回值", "returns nothing"),
    "an ellipsis returned": (lambda *args: ..., "`...` 还在", "still in place"),
    "one argument too few": (lambda x, y, lr: x, "参数和题目不一样", "arguments differ"),
    "one number only": (lambda x, y, condition, lr: x, "应返回 `(x, y)`", "must return `(x, y)`"),
    "two texts": (lambda *args: ("x", "y"), "里面有 `str`", "tuple with `str` in it"),
    "three numbers": (lambda x, y, condition, lr: (x, y, 0), "形状应为 (2,)", "shape must be (2,)"),
    "a text": (lambda x, y, condition, lr: "x", "返回的是 `str`", "got `str`"),
    "not a number": (lambda x, y, condition, lr: (x, float("nan")), "NaN", "NaN"),
    "an error": (lambda x, y, condition, lr: 1 / 0, "ZeroDivisionError", "ZeroDivisionError"),
    "a constant": (lambda x, y, condition, lr: (1.0, 2.0), "输入变了", "inputs change"),
    "no function": (3.5, "应该是函数", "must be a function"),
}


@pytest.mark.parametrize(("answer", "zh", "en"), ONE_LINERS.values(), ids=ONE_LINERS)
def test_one_clear_line_for_each_slip(answer, zh, en):
    plain = message("gd_step", answer)
    assert zh in plain["zh"]
    assert en in plain["en"]


def test_a_missing_function_is_named():
    assert "`gd_step` is missing" in check("gd_step").plain["en"]
    assert "Run the cell that defines it" in check("gd_step").plain["en"]
    assert "找不到 `gd_step`。先运行" in check("gd_step").plain["zh"]


@pytest.mark.parametrize("factor", [-1, 1.5])
def test_sign_and_factor_are_recognized(factor):
    edge = declarations.find("largest_stable_lr").reference
    plain = message("largest_stable_lr", lambda curvatures: factor * edge(curvatures))
    assert ("wrong sign" if factor < 0 else "It is 1.5 times") in plain["en"]


def test_a_changed_gradient_is_named():
    def momentum(grad, state, param, *, lr, momentum=0.9):
        (velocity,) = state
        return -lr * grad.add_(momentum * velocity), (grad,)

    assert momentum
    assert "You changed the `grad` passed in" in check("momentum").plain["en"]


@pytest.mark.parametrize("shape", [(), (2,), (6, 2)])
def test_another_shape_is_named(shape):
    def rule(grad, state, param, *, lr, momentum=0.9):
        return torch.zeros(shape), state

    assert f"shape must be (3,), got {shape}" in message("momentum", rule)["en"]


def test_a_transposed_shape_is_guessed():
    task = declarations.find("gains")
    square = replace(task, reference=lambda beta: torch.zeros(2, 3))
    plain = verdict_on(square, lambda beta: torch.zeros(3, 2)).plain
    assert plain["en"].split("\n")[1] == "The shape must be (2, 3), got (3, 2). Transposed?"


def test_an_untouched_cell_costs_no_hint():
    def gains(momentum): ...

    verdict = check("gains")
    assert gains and "still in place" in verdict.plain["en"]
    assert verdict.hints == 0


def test_the_stub_of_nbgrader_costs_no_hint(tmp_path):
    cell = tmp_path / "cell.py"
    stub = "raise NotImplemented" + "Error()"
    cell.write_text(f"def gains(momentum):\n    # YOUR CODE HERE\n    {stub}\n", encoding="utf-8")
    verdict = check("gains", runpy.run_path(str(cell))["gains"])
    assert verdict.plain["en"].endswith("Nothing here yet.")
    assert verdict.hints == 0


def test_an_ellipsis_as_an_index_is_no_gap():
    def rule(grad, state, param, *, lr, momentum=0.9):
        (velocity,) = state
        velocity = momentum * velocity + grad[..., :]
        return -lr * velocity, (velocity,)

    assert check("momentum", rule).passed


def test_a_hanging_answer_is_told(monkeypatch):
    task = declarations.find("gains")
    quick = replace(task, seconds=0.1)

    def endless(beta):
        while True:
            pass

    plain = verdict_on(quick, endless).plain
    assert "Stopped after 0.1 seconds" in plain["en"]
    assert "超过 0.1 秒，已停止" in plain["zh"]


def test_what_a_slow_machine_loads_first_costs_the_learner_nothing():
    """As where the first derivative imports half of torch: interrupted, it would stay broken."""
    task, loaded = declarations.find("gains"), []

    def slow(beta):
        time.sleep(0 if loaded else 0.3)
        loaded.append(beta)
        return task.reference(beta)

    assert verdict_on(replace(task, reference=slow, seconds=0.2), slow).passed


def test_two_learners_see_different_numbers(monkeypatch):
    def seen():
        return message("gains", lambda beta: (0.0, 0.0))["en"]

    first = seen()
    monkeypatch.setenv("DLNOTES_LEARNER", "bo")
    assert "gains(" in first and first.split("gains(")[1] != seen().split("gains(")[1]


def test_an_unknown_task_is_corrected():
    with pytest.raises(LookupError, match='Did you mean `"gd_step"`'):
        check("gdstep")
    with pytest.raises(LookupError, match="`nesterov`"):
        check("???")


def test_the_function_in_place_of_its_name_is_told_to_be_quoted():
    def gains(momentum):
        return 1, 1

    with pytest.raises(LookupError, match='Did you mean `"gains"`'):
        check(gains)


def test_what_the_learner_wrote_is_escaped():
    def failing(x, y, condition, lr):
        raise ValueError("<script>alert(1)</script>")

    verdict = check("gd_step", failing)
    assert "<script>" not in verdict.html["en"]
    assert "&lt;script&gt;" in verdict.html["en"]


def test_nbgrader_sees_a_failure_as_an_error(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("gains", declarations.find("gains").reference).passed
    assert not Path(os.environ["DLNOTES_PROGRESS"]).exists()  # it is not the teacher's progress
    with pytest.raises(AssertionError, match="0/1 points"):
        check("gains", lambda beta: (0.0, 0.0))

"""Every task of the book: the reference earns all, everything else earns nothing."""

import contextlib
import io
import logging
import math
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import matplotlib
import pytest
import torch
from matplotlib import pyplot

from dlnotes.core.solutions import BEGIN, END, without_marks, without_solutions
from dlnotes.grading.faults import faults
from dlnotes.grading.inside.answers import produce
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.task import WRONG_ANSWERS, Draw, wrong
from dlnotes.site.sources import drafts

matplotlib.use("agg")
TASKS = declarations.all_tasks()
DRAFTS = drafts(Path(__file__).resolve().parents[2])
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
WRONG = [(task, number) for task in TASKS for number in range(len(task.wrong))]


def verdict(task, answer, seed):
    return judge(task, seed, produce(answer, task.drive, task.draws(seed), seconds=task.seconds))


def written(task, text):
    """The function that a cell defines."""
    names = {"math": math, "torch": torch}
    exec(text, names)
    return names[task.id]


def test_the_exercises_have_no_faults():
    """Such as a task id twice in the book, or a wrong answer that is right."""
    assert faults() == []


@pytest.mark.parametrize("place", declarations.sections(), ids="/".join)
def test_a_section_has_at_least_five_tasks_a_draft_at_least_one(place):
    assert len(declarations.declaration(*place).TASKS) >= (1 if "/".join(place) in DRAFTS else 5)


@every_task
def test_reference_earns_everything(task):
    """Computed twice, by the judge and here: it depends on nothing but its inputs."""
    for seed in range(3):
        found = verdict(task, task.reference, seed)
        assert found.passed and found.share == 1, seed


@every_task
@pytest.mark.parametrize("seeds", [range(10), pytest.param(range(10, 30), marks=pytest.mark.long)])
def test_solution_passes_for_every_seed(task, seeds):
    solution = written(task, without_marks(task.solution))
    for seed in seeds:
        assert verdict(task, solution, seed).passed, seed


@pytest.mark.parametrize(
    ("task", "number"), WRONG, ids=[f"{task.id}-{number}" for task, number in WRONG]
)
def test_wrong_answer_gets_its_own_message(task, number):
    wrong = task.wrong[number]
    for seed in range(3):
        found = verdict(task, wrong.answer, seed)
        assert not found.passed
        assert found.message == wrong.message
        assert found.share == wrong.credit


@every_task
def test_enough_wrong_answers_each_with_its_own_words(task):
    assert len(task.wrong) >= WRONG_ANSWERS[task.kind]
    for lang in ("zh", "en"):
        assert len({wrong.message[lang] for wrong in task.wrong}) == len(task.wrong)


def lazy_answers(task):
    """Answers without a thought: constants, right shapes full of constants, echoes."""
    constants = (0, 1, -1, True, "", None, math.nan, math.inf, [], 0.5, False, -math.inf, {}, ...)
    yield from (lambda *args, value=value, **named: value for value in constants)
    for fill in (0.0, 1.0, -1.0, math.nan, math.inf):
        yield lambda *a, x=fill, **named: filled(task.reference(*a, **named), x)
    for place in range(4):
        yield lambda *args, place=place, **named: args[min(place, len(args) - 1)]
        yield lambda *args, place=place, **named: list(named.values())[place % len(named)]
    yield lambda *args, **named: args
    yield lambda *args, **named: args[:2]
    yield lambda *args, **named: args[::-1][:2]
    for fill in (0.0, 1.0, math.nan):  # the shape of a step, the state handed back
        yield lambda *args, x=fill, **named: (filled(args[0], x), args[1])
    yield lambda *args, **named: (args[0], args[1])
    yield lambda *args, **named: (-args[0], args[1])


def filled(value, fill):
    """A value of the same form with one number everywhere."""
    if isinstance(value, tuple | list):
        return type(value)(filled(item, fill) for item in value)
    like = torch.as_tensor(value)
    return torch.full(like.shape, fill, dtype=torch.float64)


@every_task
def test_lazy_answers_earn_nothing(task):
    for number, answer in enumerate(lazy_answers(task)):
        for seed in range(2):
            found = verdict(task, answer, seed)
            assert not found.passed and found.share == 0, number
            assert found.message["zh"] and found.message["en"]


def test_the_same_value_everywhere_earns_nothing_even_where_it_is_declared():
    task = next(task for task in TASKS if task.facts is None)
    same = filled(task.reference(**task.draws(0)[0]), 5.0)
    lazy = wrong(lambda *args: same, zh="懒", en="Lazy.", credit=0.5)
    found = verdict(replace(task, wrong=(lazy, *task.wrong)), lambda *args: same, 0)
    assert found.message == lazy.message and found.share == 0


@pytest.mark.parametrize("credit", [-0.1, 1, 1.5, math.nan])
def test_a_mistake_cannot_earn_everything_or_less_than_nothing(credit):
    with pytest.raises(ValueError, match="`credit` must be at least 0 and below 1"):
        wrong(lambda: 0, zh="错", en="Wrong.", credit=credit)


@pytest.mark.parametrize("place", declarations.sections(), ids="/".join)
def test_some_mistakes_leave_part_of_the_points(place):
    tasks = declarations.declaration(*place).TASKS
    assert any(wrong.credit for task in tasks for wrong in task.wrong)
    assert all(wrong.credit <= 0.5 for task in tasks for wrong in task.wrong)


@every_task
def test_prints_warnings_logs_and_figures_change_nothing(task, capsys):
    solution = written(task, without_marks(task.solution))

    def noisy(*args, **named):
        print("debugging", args)
        print("careful", file=sys.stderr)
        warnings.warn("deprecated", UserWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.getLogger("learner").error("an error that is none")
        if not pyplot.get_fignums():  # one is enough; a rule is called a hundred times
            pyplot.figure().gca().plot([0, 1])
        pyplot.show()
        return solution(*args, **named)

    assert verdict(task, noisy, "noise").passed
    pyplot.close("all")
    assert capsys.readouterr() == ("", "")


@every_task
def test_what_the_learner_gets_is_unfinished(task):
    text = without_solutions(task.solution)
    assert "..." in text
    assert BEGIN not in text and END not in text
    found = verdict(task, written(task, text), 0)
    assert not found.passed


@every_task
def test_cases_differ_between_learners_and_repeat_for_one(task):
    first, again, other = (
        [str(inputs) for inputs in task.draws(seed)] for seed in ("ann", "ann", "bo")
    )
    assert first == again
    assert first != other


@every_task
def test_three_hints_in_both_languages(task):
    assert len(task.hints) == 3
    for lang in ("zh", "en"):
        assert len({hint[lang] for hint in task.hints}) == 3


@every_task
def test_the_idea_comes_before_the_formula(task):
    """No formula or code in the first hint where the second has none, as if they were swapped."""
    for lang in ("zh", "en"):
        idea, formula = (bool(set("$`") & set(hint[lang])) for hint in task.hints[:2])
        assert idea <= formula, f"{task.id}: its second hint may be its first"


@every_task
def test_answer_cell_defines_the_function_and_explains_it(task):
    solution = written(task, without_marks(task.solution))
    assert solution.__doc__
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(task.given, {})
    assert output.getvalue() == ""


def test_draws_stay_in_range():
    draw = Draw("range")
    assert all(2 <= draw.between(2, 3) <= 3 for _ in range(100))
    assert all(0.001 <= draw.decades(0.001, 10) <= 10 for _ in range(100))
    assert {draw.whole(1, 3) for _ in range(100)} == {1, 2, 3}
    assert draw.normal(4).shape == (4,) and draw.normal(4).dtype == torch.float64

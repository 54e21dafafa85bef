"""Right answers written as somebody else would write them earn everything."""

import functools
import inspect
import math

import numpy as np
import pytest
import torch

from dlnotes.core.solutions import without_marks
from dlnotes.grading.inside.answers import produce
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.tasks import declarations
from tests.contracts.styles import gathered

TASKS = declarations.all_tasks()
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)


def verdict(task, answer, seed="style"):
    return judge(task, seed, produce(answer, task.drive, task.draws(seed), seconds=task.seconds))


def solution(task):
    names = {"math": math, "torch": torch}
    exec(without_marks(task.solution), names)
    return names[task.id]


# The same solution, wrapped or packed in another way


def other(value, numbers, arrays):
    """A value with its numbers and its arrays made into something else."""
    if isinstance(value, tuple | list):
        return [other(item, numbers, arrays) for item in value]
    if isinstance(value, torch.Tensor):
        return arrays(value) if value.is_floating_point() else value.tolist()
    return numbers(value) if isinstance(value, float) else value


PACKED = {
    "0-d tensors, float32": (torch.tensor, lambda x: x.to(torch.float32)),
    "numpy": (np.float64, lambda x: x.detach().numpy()),
    "0-d arrays": (np.array, lambda x: x),
    "tensors that want gradients": (lambda x: x, lambda x: x.clone().requires_grad_()),
    "parameters": (lambda x: x, torch.nn.Parameter),
    "columns turned and back": (lambda x: x, lambda x: x.flip(0).flip(0)),
}


@every_task
@pytest.mark.parametrize("numbers, arrays", PACKED.values(), ids=PACKED)
def test_numbers_of_any_kind(task, numbers, arrays):
    answer = solution(task)

    def packed(*args, **named):
        value = answer(*args, **named)
        if isinstance(value, tuple) and isinstance(value[-1], tuple):  # a state is the learner's
            return other(value[0], numbers, arrays), value[1]
        return other(value, numbers, arrays)

    assert verdict(task, packed).share == 1


class Called:
    """An object that is called like a function."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *args, **named):
        return self.answer(*args, **named)

    def method(self, *args, **named):
        return self.answer(*args, **named)

    @staticmethod
    def by_name(answer):
        """A function whose own helper takes keywords only."""
        signature = inspect.signature(answer)

        def named_only(*args, **named):
            return answer_with(**signature.bind(*args, **named).arguments)

        def answer_with(**arguments):
            return answer(**arguments)

        return named_only


WRAPPED = {
    "an object": Called,
    "a bound method": lambda answer: Called(answer).method,
    "a lambda": lambda answer: lambda *args, **named: answer(*args, **named),
    "a partial": functools.partial,
    "cached by identity": lambda answer: functools.wraps(answer)(Called(answer)),
    "keywords only": Called.by_name,
    "nested": lambda answer: [lambda *args, **named: answer(*args, **named)][0],
}


@every_task
@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_callables_of_any_kind(task, wrap):
    assert verdict(task, wrap(solution(task))).share == 1


# Written anew, without a look at the solution

ANEW = gathered("ANEW")


def test_every_task_has_been_written_anew():
    assert set(ANEW) == {task.id for task in TASKS}
    assert all(len(answers) >= 2 for answers in ANEW.values())


@pytest.mark.parametrize(
    ("name", "number"), [(name, i) for name, answers in ANEW.items() for i in range(len(answers))]
)
def test_right_in_another_way(name, number):
    task = declarations.find(name)
    for seed in range(5):
        found = verdict(task, ANEW[name][number], seed)
        assert found.share == 1, found

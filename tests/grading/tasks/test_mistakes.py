"""Mistakes made from a right answer: one each, whatever the answer's form, called in any way."""

import inspect

import pytest
import torch

from dlnotes.grading.tasks.mistakes import (
    exchanged,
    fixed,
    negated,
    off_by_one,
    replaced,
    scaled,
    swapped,
)


def right(low, high, *, step=1.0):
    return high - low, [low * step, torch.tensor([high, low])]


MISTAKES = {
    "negated": (negated(right), (-2, [-1.0, [-3.0, -1.0]])),
    "scaled": (scaled(right, 10), (20, [10.0, [30.0, 10.0]])),
    "scaled by the inputs": (
        scaled(right, lambda low, high, step=1.0: high),
        (6, [3.0, [9.0, 3.0]]),
    ),
    "one too far": (off_by_one(right), (3, [2.0, [4.0, 2.0]])),
    "one short": (off_by_one(right, -1), (1, [0.0, [2.0, 0.0]])),
    "one part one short": (off_by_one(right, -1, at=0), (1, [1.0, [3.0, 1.0]])),
    "swapped": (swapped(right), ([1.0, [3.0, 1.0]], 2)),
    "replaced": (replaced(right, 1, 0.5), (2, 0.5)),
    "replaced by the inputs": (replaced(right, 1, lambda low, high, step=1.0: high), (2, 3)),
    "fixed": (fixed(right, high=5), (4, [1.0, [5.0, 1.0]])),
    "fixed, left out": (fixed(right, step=7), (2, [7.0, [3.0, 1.0]])),
    "exchanged": (exchanged(right, "low", "high"), (-2, [3.0, [1.0, 3.0]])),
}


def listed(value):
    if isinstance(value, torch.Tensor):
        return value.tolist()
    return type(value)(map(listed, value)) if isinstance(value, tuple | list) else value


@pytest.mark.parametrize(("mistake", "value"), MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_and_no_other(mistake, value):
    assert listed(mistake(1, 3)) == value
    assert listed(mistake(1, high=3)) == value
    assert inspect.signature(mistake) == inspect.signature(right)


def test_what_is_passed_on_can_be_passed_by_any_name():
    def rule(grad, state, **hyper):
        return grad * hyper["lr"] ** hyper["power"], state

    assert fixed(rule, lr=2.0)(1.0, 0, lr=3.0, power=2) == (4.0, 0)
    assert exchanged(rule, "lr", "power")(1.0, 0, lr=3.0, power=2) == (8.0, 0)

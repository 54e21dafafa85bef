"""Update rules as answers: the walk that tries them, the library's own, and their mistakes."""

import pytest
import torch

from dlnotes.grading.jail.parcel import drive_source
from dlnotes.grading.tasks import rules
from dlnotes.grading.tasks.rules import walk
from dlnotes.optimizers import adam, momentum

START = torch.tensor([1.0, -2.0], dtype=torch.float64)
ZEROS = torch.zeros_like(START)
BOWL = [lambda param: 3 * param] * 4
RIGHT = rules.library(momentum)


def walked(rule, grads=BOWL, state=(ZEROS,)):
    return rules.walk(rule, START, grads, state, lr=0.1, momentum=0.5)


def test_the_library_walks_as_torch_does():
    param = torch.nn.Parameter(START.clone())
    optimizer = torch.optim.SGD([param], lr=0.1, momentum=0.5)
    for delta in walked(RIGHT):
        before = param.detach().clone()
        param.grad = 3 * before
        optimizer.step()
        assert torch.allclose(param.detach() - before, delta, rtol=1e-12)


def test_a_state_may_count_its_steps_or_not():
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99}
    counting = rules.library(adam, eps=0.0)
    _, state = counting(START, (0, ZEROS, ZEROS), START, **hyper)
    assert len(state) == 3 and state[0] == 1
    _, state = RIGHT(START, (ZEROS,), START, lr=0.1, momentum=0.5)
    assert len(state) == 1 and torch.equal(state[0], START)


def test_uphill_is_right_but_for_the_sign():
    grads = [START, 2 * START]
    for wrong, right in zip(walked(rules.uphill(RIGHT), grads), walked(RIGHT, grads), strict=True):
        assert torch.equal(wrong, -right)


def test_forgetful_is_right_for_one_step():
    first, *rest = walked(rules.forgetful(RIGHT), [START] * 3)
    assert torch.equal(first, walked(RIGHT, [START])[0])
    assert all(torch.equal(delta, first) for delta in rest)


@pytest.mark.parametrize("grads", [BOWL, [START] * 4], ids=["from the parameter", "given"])
def test_a_change_of_another_shape_ends_the_walk(grads):
    odd = torch.zeros(3)
    assert walked(lambda grad, state, param, **hyper: (odd, state), grads) == [odd] * 4


def rolling(answer, start):
    return walk(answer, start, [lambda param: 3 * param] * 4, (start,), lr=0.5)


def test_the_walk_travels_into_the_jail_with_the_drive_that_takes_it():
    names = {}
    exec(drive_source(rolling), names)
    tried = lambda grad, state, param, lr: (-lr * grad, state)  # noqa: E731
    assert torch.equal(names["rolling"](tried, START)[0], -1.5 * START)

"""Least squares with the shape asked for, and a gradient that is one."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.fx.experimental.proxy_tensor import make_fx

from dlnotes.training.data.tasks import gradient, least_squares, loss

POINT = torch.tensor([0.3, -1.7], dtype=torch.float64)


@given(
    examples=st.integers(3, 200),
    condition=st.floats(1, 1e4),
    noise=st.floats(0, 10),
    seed=st.integers(0, 10**6),
)
def test_the_data_have_exactly_the_shape_asked_for(examples, condition, noise, seed):
    task = least_squares(examples, condition, noise, seed)
    assert task.X.shape == (examples, 2) and task.y.shape == (examples,)
    wanted = torch.diag(torch.tensor([1.0, condition], dtype=torch.float64))
    torch.testing.assert_close(task.X.T @ task.X / examples, wanted, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(task.hessian, wanted)
    at_minimum = gradient(task.minimum, task.X, task.y)
    assert at_minimum.abs().max() < 1e-9 * (1 + noise) * condition
    left = 2 * loss(task.minimum, task.X, task.y).item()
    assert left == pytest.approx(noise**2, rel=1e-9, abs=1e-9)


def test_minimum_is_what_a_solver_finds():
    task = least_squares(condition=30)
    torch.testing.assert_close(torch.linalg.lstsq(task.X, task.y).solution, task.minimum)


def test_seed_decides_the_data():
    first, again, other = (least_squares(20, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.X, again.X) and torch.equal(first.y, again.y)
    assert not torch.allclose(first.X, other.X)


def test_gradient_is_that_of_the_loss():
    task = least_squares(40, condition=5)
    by_autograd = torch.func.grad(loss)(POINT, task.X, task.y)
    torch.testing.assert_close(gradient(POINT, task.X, task.y), by_autograd)


@given(mask=st.lists(st.booleans(), min_size=24, max_size=24).filter(any))
def test_a_mask_counts_the_examples_it_keeps(mask):
    task, keep = least_squares(24), torch.tensor(mask)
    rows = task.X[keep], task.y[keep]
    for function in (loss, gradient):
        masked = function(POINT, task.X, task.y, keep.double())
        torch.testing.assert_close(masked, function(POINT, *rows))


def test_leading_dimensions_are_runs():
    task = least_squares(30)
    points, rows = torch.randn(4, 2, dtype=torch.float64), torch.arange(28).reshape(4, 7)
    for function in (loss, gradient):
        together = function(points, task.X[rows], task.y[rows])
        one_by_one = [function(p, task.X[r], task.y[r]) for p, r in zip(points, rows, strict=True)]
        torch.testing.assert_close(together, torch.stack(one_by_one))


def test_gradient_can_be_traced_with_data_and_mask_as_inputs():
    task, mask = least_squares(8), torch.ones(8, dtype=torch.float64)
    other, few = least_squares(8, seed=1), torch.tensor([1.0, 0, 1, 1, 0, 0, 0, 1]).double()
    program = make_fx(gradient)(POINT, task.X, task.y, mask)
    given_later = -POINT, other.X, other.y, few
    torch.testing.assert_close(program(*given_later), gradient(*given_later))


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"examples": 2}, "`examples` must be at least 3, got 2."),
        ({"condition": 0.5}, "`condition` must be at least 1, got 0.5."),
        ({"noise": -1}, "`noise` must be at least 0, got -1."),
    ],
)
def test_wrong_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        least_squares(**wrong)

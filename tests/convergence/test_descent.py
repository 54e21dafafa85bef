"""Descent by nudges against autograd and a closed form."""

import math

import pytest
import torch

from dlnotes.convergence.descent import minimize, nudged


def bent(x, y):
    return x**4 - 3 * x * y + 2 * y**2


@pytest.mark.parametrize("at", [(0.0, 0.0), (1.0, -2.0), (-0.3, 0.7)])
def test_the_gradient_by_nudges_is_that_of_autograd(at):
    point = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    bent(*point).backward()
    assert nudged(bent, at) == pytest.approx(point.grad.tolist(), abs=1e-7)


def test_a_parabola_is_left_by_the_factor_of_theory():
    trace = minimize(lambda x: 3 * x**2, [2.0], lr=0.1, steps=20)
    wanted = [2 * (1 - 0.1 * 6) ** t for t in range(21)]
    assert [x for (x,) in trace.points] == pytest.approx(wanted, abs=1e-8)
    assert trace.values == pytest.approx([3 * x**2 for x in wanted], abs=1e-8)


def test_a_step_that_is_too_long_is_an_answer_too():
    assert minimize(lambda x: x**2, [1.0], lr=1.2, steps=50).values[-1] > 1e10


def test_a_start_without_slope_stays():
    trace = minimize(lambda x, y: x**2 + math.cos(y), (0.0, 0.0), lr=0.5, steps=3)
    assert trace.points[-1] == pytest.approx((0.0, 0.0), abs=1e-9)


def test_a_step_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"`lr` must be greater than 0, got 0"):
        minimize(lambda x: x, [1.0], lr=0)

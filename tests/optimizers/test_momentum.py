"""Momentum and Nesterov: what they are for, and the paper's other form."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import momentum, nesterov
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import ravine

RULES = pytest.mark.parametrize("rule", [momentum, nesterov], ids=["momentum", "nesterov"])
DOUBLE = torch.float64


def ours(rule, start, grads, **settings):
    param, state = start.clone(), rule.init(start)
    for grad in grads:
        delta, state = rule.update(grad, state, param, **settings)
        param = param + delta
    return param


@RULES
def test_no_momentum_is_gradient_descent(rule):
    start, grads = torch.ones(2, dtype=DOUBLE), torch.randn(5, 2, dtype=DOUBLE)
    moved = ours(rule, start, grads, lr=0.3, momentum=0.0)
    assert torch.allclose(moved, start - 0.3 * grads.sum(0), rtol=0, atol=1e-15)


def test_a_steady_gradient_gains_and_an_alternating_one_loses():
    steady, turning = torch.ones(400, 1, dtype=DOUBLE), torch.ones(400, 1, dtype=DOUBLE)
    turning[1::2] = -1
    for grads, gain in ((steady, 1 / (1 - 0.9)), (turning, -1 / (1 + 0.9))):
        state = momentum.init(grads[0])
        for grad in grads:
            _, state = momentum.update(grad, state, grad, lr=1.0, momentum=0.9)
        assert state.velocity.item() == pytest.approx(gain, rel=1e-12)


@given(lr=st.floats(1e-4, 0.1), coefficient=st.floats(0, 0.99))
@settings(max_examples=30, deadline=None)
def test_the_look_ahead_form_equals_torchs_after_the_change_of_variable(lr, coefficient):
    """Sutskever et al. (2013), equations 3 and 4, the learning rate inside the velocity."""
    valley, start = ravine(condition=10), torch.tensor([1.0, 1.0], dtype=DOUBLE)
    path = trajectory(nesterov, valley, start, steps=50, lr=lr, momentum=coefficient)
    point, velocity = start, torch.zeros(2, dtype=DOUBLE)
    for landing in path:
        assert torch.allclose(point + coefficient * velocity, landing, rtol=1e-10, atol=1e-12)
        grad = valley.gradient(point + coefficient * velocity)
        velocity = coefficient * velocity - lr * grad
        point = point + velocity


def test_a_lower_learning_rate_acts_at_once():
    """The learning rate stands outside the velocity: the next step shrinks with it."""
    grad = torch.ones(1, dtype=DOUBLE)
    state = momentum.init(grad)._replace(velocity=torch.tensor([10.0], dtype=DOUBLE))
    delta, _ = momentum.update(grad, state, grad, lr=0.01, momentum=0.9)
    assert delta.item() == pytest.approx(-0.1, rel=1e-12)

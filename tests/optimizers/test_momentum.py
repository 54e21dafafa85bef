"""Momentum and Nesterov: torch is the oracle, the paper's other form the second one."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import momentum, nesterov
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import ravine

RULES = pytest.mark.parametrize("rule", [momentum, nesterov], ids=["momentum", "nesterov"])
DOUBLE = torch.float64
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5}


def ours(rule, start, grads, **settings):
    param, state = start.clone(), rule.init(start)
    for grad in grads:
        delta, state = rule.update(grad, state, param, **settings)
        param = param + delta
    return param


def torchs(rule, start, grads, *, lr, momentum):
    param = start.clone().requires_grad_(True)
    # torch refuses nesterov=True without momentum, where both rules are one
    ahead = rule is nesterov and momentum > 0
    optimizer = torch.optim.SGD([param], lr=lr, momentum=momentum, nesterov=ahead)
    for grad in grads:
        param.grad = grad.clone()
        optimizer.step()
    return param.detach()


def assert_same(mine, theirs):
    """Equal up to rounding, measured against the largest entry."""
    scale = theirs.abs().max().clamp(min=1)
    assert mine.dtype == theirs.dtype and mine.shape == theirs.shape
    assert ((mine - theirs).abs().max() / scale).item() <= TOLERANCE[mine.dtype]


@RULES
def test_200_steps_of_feedback_equal_torch(rule):
    """The gradient depends on the parameter, so that an error would grow."""
    valley, start = ravine(condition=30), torch.tensor([1.0, -0.7], dtype=DOUBLE)
    path = trajectory(rule, valley, start, steps=200, lr=0.02, momentum=0.85)
    param = start.clone().requires_grad_(True)
    optimizer = torch.optim.SGD([param], lr=0.02, momentum=0.85, nesterov=rule is nesterov)
    for point in path[1:]:
        optimizer.zero_grad()
        valley(param).backward()
        optimizer.step()
        assert (param.detach() - point).abs().max() <= 1e-12


@RULES
@settings(max_examples=60, deadline=None)
@given(
    lr=st.floats(1e-6, 10),
    coefficient=st.floats(0, 0.999),
    shape=st.lists(st.integers(1, 4), max_size=3),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    seed=st.integers(0, 2**31),
)
def test_any_setting_equals_torch(rule, lr, coefficient, shape, dtype, seed):
    rng = torch.Generator().manual_seed(seed)
    start = torch.randn(shape, generator=rng, dtype=dtype)
    grads = torch.randn([40, *shape], generator=rng, dtype=dtype)
    setting = {"lr": lr, "momentum": coefficient}
    mine, theirs = ours(rule, start, grads, **setting), torchs(rule, start, grads, **setting)
    assert_same(mine, theirs)


@RULES
@pytest.mark.parametrize("size", [0.0, 1e-300, 1e-30, 1e30, 1e300])
def test_zero_tiny_and_huge_gradients(rule, size):
    start = torch.zeros(3, dtype=DOUBLE)
    grads = size * torch.tensor([[1.0, -1.0, 0.5]] * 5, dtype=DOUBLE)
    mine = ours(rule, start, grads, lr=0.1, momentum=0.9)
    theirs = torchs(rule, start, grads, lr=0.1, momentum=0.9)
    assert mine.isfinite().all()
    assert torch.allclose(mine, theirs, rtol=1e-12, atol=0)
    assert (mine == 0).all() == (size == 0)


@RULES
def test_no_momentum_is_gradient_descent(rule):
    start, grads = torch.ones(2, dtype=DOUBLE), torch.randn(5, 2, dtype=DOUBLE)
    moved = ours(rule, start, grads, lr=0.3, momentum=0.0)
    assert torch.allclose(moved, start - 0.3 * grads.sum(0), rtol=0, atol=1e-15)


@RULES
def test_vmap_over_learning_rates_equals_one_at_a_time(rule):
    grad = torch.tensor([1.0, -3.0], dtype=DOUBLE)
    param = torch.tensor([0.5, 2.0], dtype=DOUBLE)
    state = rule.init(param)._replace(velocity=torch.tensor([0.2, -0.1], dtype=DOUBLE))
    lrs = torch.tensor([0.001, 0.1, 3.0], dtype=DOUBLE)

    def one(lr):
        return rule.update(grad, state, param, lr=lr, momentum=0.7)[0]

    assert torch.equal(torch.func.vmap(one)(lrs), torch.stack([one(lr) for lr in lrs]))


@RULES
def test_an_update_changes_nothing_it_was_given(rule):
    grad, param = torch.ones(2), torch.ones(2)
    state = rule.init(param)
    _, after = rule.update(grad, state, param, lr=0.1)
    assert torch.equal(grad, torch.ones(2)) and torch.equal(param, torch.ones(2))
    assert (state.velocity == 0).all() and (state.t, after.t) == (0, 1)


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

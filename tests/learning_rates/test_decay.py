"""Falling learning rates: torch's schedulers are the oracle, over 200 steps of any setting."""

import math
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from dlnotes.learning_rates import decay
from tests.learning_rates.torchs import STEPS, assert_same, rates

NOW = torch.arange(STEPS)
LR = st.floats(1e-5, 10)
SHARE = st.floats(0, 1)
LENGTH = st.integers(1, 2 * STEPS)

# schedule -> (hyperparameters drawn, ours in them, torch's in them)
PEERS = {
    "constant": (
        {},
        lambda lr: {"lr": lr},
        lambda lr: partial(theirs.ConstantLR, factor=1.0),
    ),
    "step_decay": (
        {"every": LENGTH, "gamma": st.floats(0.1, 1.1)},
        lambda lr, every, gamma: {"lr": lr, "every": every, "gamma": gamma},
        lambda lr, every, gamma: partial(theirs.StepLR, step_size=every, gamma=gamma),
    ),
    "multistep": (
        {"milestones": st.lists(LENGTH, max_size=5), "gamma": st.floats(0.1, 1.1)},
        lambda lr, milestones, gamma: {"lr": lr, "milestones": milestones, "gamma": gamma},
        lambda lr, milestones, gamma: partial(
            theirs.MultiStepLR, milestones=milestones, gamma=gamma
        ),
    ),
    "exponential": (
        {"gamma": st.floats(0.8, 1.1)},
        lambda lr, gamma: {"lr": lr, "gamma": gamma},
        lambda lr, gamma: partial(theirs.ExponentialLR, gamma=gamma),
    ),
    "polynomial": (
        {"steps": LENGTH, "power": st.floats(0.1, 5)},
        lambda lr, steps, power: {"lr": lr, "steps": steps, "power": power},
        lambda lr, steps, power: partial(theirs.PolynomialLR, total_iters=steps, power=power),
    ),
    "linear": (
        {"steps": LENGTH, "start": st.floats(0.01, 1), "end": SHARE},
        lambda lr, steps, start, end: {"lr": lr * start, "steps": steps, "final": lr * end},
        lambda lr, steps, start, end: partial(
            theirs.LinearLR, start_factor=start, end_factor=end, total_iters=steps
        ),
    ),
}


def check(schedule, drawn, ours, torchs, data):
    lr, hyper = data.draw(LR), data.draw(st.fixed_dictionaries(drawn))
    assert_same(schedule(NOW, **ours(lr, **hyper)), rates(torchs(lr, **hyper), lr), lr)


@pytest.mark.parametrize("name", PEERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_setting_equals_torch(name, data):
    check(getattr(decay, name), *PEERS[name], data)


@settings(max_examples=40, deadline=None)
@given(lr=LR, factor=st.floats(0.01, 1), until=LENGTH)
def test_a_factor_for_the_first_steps_equals_torchs_constant(lr, factor, until):
    stairs = decay.multistep(NOW, lr=lr * factor, milestones=[until], gamma=1 / factor)
    torchs = rates(partial(theirs.ConstantLR, factor=factor, total_iters=until), lr)
    assert_same(stairs, torchs, lr)


def closed_cosine(lr, steps, final, optimizer_steps):
    """CosineAnnealingLR's closed form; stepped, it carries rounding from step to step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule = theirs.CosineAnnealingLR(optimizer, steps, eta_min=final)
    seen = []
    for schedule.last_epoch in range(optimizer_steps):
        seen += schedule._get_closed_form_lr()
    return torch.tensor(seen, dtype=torch.float64)


@settings(max_examples=60, deadline=None)
@given(lr=LR, steps=st.integers(1, STEPS), share=SHARE)
def test_cosine_equals_torchs_closed_form_to_its_end(lr, steps, share):
    mine = decay.cosine(torch.arange(steps + 1), lr=lr, steps=steps, final=share * lr)
    assert_same(mine, closed_cosine(lr, steps, share * lr, steps + 1), lr)


@settings(max_examples=30, deadline=None)
@given(lr=LR, share=SHARE)
def test_cosine_equals_torchs_recursion(lr, share):
    mine = decay.cosine(NOW, lr=lr, steps=STEPS, final=share * lr)
    torchs = rates(partial(theirs.CosineAnnealingLR, T_max=STEPS, eta_min=share * lr), lr)
    assert_same(mine, torchs, lr)


@settings(max_examples=30, deadline=None)
@given(lr=LR, last=st.floats(0, 1), steps=st.integers(1, STEPS))
@pytest.mark.parametrize("shape, strategy", [(decay.cosine, "cos"), (decay.linear, "linear")])
def test_annealing_to_the_rate_of_averaging_equals_torchs(shape, strategy, lr, last, steps):
    from torch.optim.swa_utils import SWALR

    swalr = partial(SWALR, swa_lr=last, anneal_epochs=steps, anneal_strategy=strategy)
    torchs = rates(swalr, lr, steps + 1)
    # SWALR undoes its own last step, dividing by what is left of the way; the end it reaches
    # exactly. Its rounding grows as 1 / left, ours does not.
    left = shape(torch.arange(steps + 1), lr=1.0, steps=steps).clamp(min=1e-3)
    mine = shape(torch.arange(steps + 1), lr=lr, steps=steps, final=last)
    assert ((mine - torchs).abs() * left <= 1e-12 * max(lr, last)).all()


@settings(max_examples=40, deadline=None)
@given(lr=LR, decay_rate=st.floats(0, 10), power=st.floats(0, 2))
def test_fractional_decay_equals_its_formula(lr, decay_rate, power):
    mine = decay.inverse_time(NOW, lr=lr, decay=decay_rate, power=power)
    formula = [lr / (1.0 + decay_rate * step) ** power for step in range(STEPS)]
    assert_same(mine, torch.tensor(formula, dtype=torch.float64), 0.0)


def test_robbins_and_monro_lie_between_two_powers():
    """Sums of lr grow without bound up to power 1, sums of lr² stay bounded above power ½."""
    steps = torch.arange(10**6)

    def growth(power, square):
        rate = decay.inverse_time(steps, lr=1.0, decay=1.0, power=power) ** square
        return (rate.sum() - rate[: 10**5].sum()).item()

    assert growth(1.0, 1) > 2.3 and growth(2.0, 1) < 1e-5
    assert growth(0.75, 2) < 1e-2 and growth(0.5, 2) > 2.3


FALLING = {
    "step_decay": {"every": 7},
    "multistep": {"milestones": [5, 50]},
    "exponential": {"gamma": 0.9},
    "inverse_time": {"decay": 0.3},
    "polynomial": {"steps": 60, "power": 1.7, "final": 0.01},
    "linear": {"steps": 60, "final": 0.01},
    "cosine": {"steps": 60, "final": 0.01},
}


@pytest.mark.parametrize("name", FALLING)
def test_it_begins_at_lr_and_never_rises(name):
    curve = getattr(decay, name)(NOW, lr=0.3, **FALLING[name])
    assert curve[0].item() == pytest.approx(0.3, rel=1e-15)
    assert (curve.diff() <= 0).all() and (curve >= 0).all() and curve[-1] < 0.3


@pytest.mark.parametrize("name", ["polynomial", "linear", "cosine"])
def test_it_ends_at_the_last_step_and_stays(name):
    schedule = partial(getattr(decay, name), lr=0.3, final=0.02)
    assert schedule(59, steps=60) > 0.02
    assert [schedule(step, steps=60) for step in (60, 61, 10**9)] == [0.02] * 3
    assert (schedule(0, steps=1), schedule(1, steps=1)) == (pytest.approx(0.3, rel=1e-15), 0.02)


@pytest.mark.parametrize("name", ["polynomial", "linear", "cosine"])
def test_an_end_above_the_start_rises(name):
    curve = getattr(decay, name)(NOW, lr=0.1, steps=STEPS, final=1.0)
    assert (curve.diff() > 0).all()


def test_halved_every_five_epochs_of_twenty_steps():
    epochs = [decay.step_decay(20 * epoch, lr=1.0, every=5 * 20) for epoch in range(12)]
    assert epochs == [1.0] * 5 + [0.5] * 5 + [0.25] * 2


def test_the_stairs_lie_on_the_smooth_curve():
    corners = 13 * torch.arange(9)
    stairs = decay.step_decay(corners, lr=0.7, every=13, gamma=0.4)
    assert torch.allclose(stairs, decay.exponential(corners, lr=0.7, every=13, gamma=0.4))


def test_cosine_has_half_the_height_in_the_middle_and_is_symmetric():
    curve = decay.cosine(torch.arange(61), lr=0.9, steps=60, final=0.1)
    assert curve[30].item() == pytest.approx(0.5, rel=1e-15)
    assert torch.allclose(curve + curve.flip(0), torch.ones(61, dtype=torch.float64), atol=1e-15)


def off_by_one(schedule):
    return lambda step, **hyper: schedule(step + 1, **hyper)


def without_half(step, *, lr, steps, final):
    return final + (lr - final) * (1 + torch.cos(math.pi * step / steps))


@pytest.mark.parametrize("name", [name for name in PEERS if name != "constant"])
def test_a_clock_one_step_ahead_would_be_seen(name):
    hyper = {"every": 3, "gamma": 0.9, "milestones": [40], "steps": 90, "power": 2.0}
    hyper |= {"start": 1.0, "end": 0.1}
    drawn, ours, torchs = PEERS[name]
    chosen = {key: hyper[key] for key in drawn}
    curve = rates(torchs(0.1, **chosen), 0.1)
    assert_same(getattr(decay, name)(NOW, **ours(0.1, **chosen)), curve, 0.1)
    with pytest.raises(AssertionError):
        assert_same(off_by_one(getattr(decay, name))(NOW, **ours(0.1, **chosen)), curve, 0.1)


@pytest.mark.parametrize("wrong", [off_by_one(decay.cosine), without_half])
def test_a_wrong_cosine_would_be_seen(wrong):
    now, torchs = torch.arange(51), closed_cosine(0.1, 50, 0.01, 51)
    with pytest.raises(AssertionError):
        assert_same(wrong(now, lr=0.1, steps=50, final=0.01), torchs, 0.1)


def test_milestones_that_are_no_list_are_named():
    with pytest.raises(TypeError, match="`milestones` must be a list of steps, got 30; "):
        decay.multistep(3, lr=0.1, milestones=30)

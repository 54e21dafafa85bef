"""Cycles and restarts: torch's schedulers are the oracle, over 200 steps."""

from functools import partial
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from dlnotes.learning_rates import cycles
from tests.learning_rates.torchs import STEPS, assert_same, rates

NOW = torch.arange(STEPS)
LR = st.floats(1e-5, 10)
SHARE = st.floats(0, 1)
LENGTH = st.integers(1, STEPS)
EXAMPLES = settings(max_examples=40, deadline=None)


@EXAMPLES
@given(
    lr=LR,
    share=SHARE,
    up=LENGTH,
    down=st.none() | LENGTH,
    mode=st.sampled_from(cycles.MODES),
    gamma=st.floats(0.9, 1.01),
)
def test_cyclic_equals_torch(lr, share, up, down, mode, gamma):
    hyper = {"mode": mode, "gamma": gamma}
    mine = cycles.cyclic(NOW, lr=lr, lowest=share * lr, up_steps=up, down_steps=down, **hyper)
    lengths = {"step_size_up": up, "step_size_down": down, "cycle_momentum": False}
    torchs = partial(theirs.CyclicLR, base_lr=share * lr, max_lr=lr, **lengths, **hyper)
    assert_same(mine, rates(torchs, lr), lr)


ONE_CYCLE = given(
    lr=LR,
    steps=st.integers(STEPS, 500),
    pct_start=st.floats(0.01, 0.6),
    div_factor=st.floats(1, 100),
    final_div_factor=st.floats(1, 1e5),
    anneal_strategy=st.sampled_from(["cos", "linear"]),
    three_phase=st.booleans(),
)


@EXAMPLES
@ONE_CYCLE
def test_one_cycle_equals_torch(lr, steps, **hyper):
    mine = cycles.one_cycle(torch.arange(STEPS - 1), lr=lr, steps=steps, **hyper)
    one = partial(theirs.OneCycleLR, max_lr=lr, total_steps=steps, cycle_momentum=False, **hyper)
    assert_same(mine, rates(one, lr, STEPS - 1), lr)


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize("steps, pct_start", [(100, 0.3), (7, 0.3), (2, 0.9), (50, 0.0), (9, 1.0)])
def test_one_cycle_equals_torch_to_the_last_step(steps, pct_start, three_phase):
    hyper = {"pct_start": pct_start, "three_phase": three_phase}
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    one = theirs.OneCycleLR(optimizer, 0.7, total_steps=steps, cycle_momentum=False, **hyper)
    seen = []
    for one.last_epoch in range(steps):
        one._get_lr_called_within_step = True
        seen += one.get_lr()
    mine = cycles.one_cycle(torch.arange(steps), lr=0.7, steps=steps, **hyper)
    assert_same(mine, torch.tensor(seen, dtype=torch.float64), 0.7)


@EXAMPLES
@given(lr=LR, share=SHARE, steps=LENGTH, multiplier=st.integers(1, 4))
def test_warm_restarts_equal_torch(lr, share, steps, multiplier):
    mine = cycles.warm_restarts(NOW, lr=lr, steps=steps, multiplier=multiplier, final=share * lr)
    torchs = partial(
        theirs.CosineAnnealingWarmRestarts, T_0=steps, T_mult=multiplier, eta_min=share * lr
    )
    assert_same(mine, rates(torchs, lr), lr)


@pytest.mark.parametrize("multiplier", [1, 2, 3, 5, 6, 7, 10])
@pytest.mark.parametrize("steps", [2, 3, 10])
def test_every_restart_falls_on_its_step(steps, multiplier):
    """Where the logarithm of a power, rounded, may fall on the wrong side."""
    lengths = torch.tensor([steps * multiplier**cycle for cycle in range(13)])
    begins = lengths.cumsum(0)
    restarts = partial(cycles.warm_restarts, lr=1.0, steps=steps, multiplier=multiplier)
    assert (restarts(begins) == 1).all()
    # one step earlier the half cosine is almost through
    left = torch.sin(torch.pi / 2 / lengths.double()) ** 2
    assert torch.allclose(restarts(begins - 1), left, rtol=1e-3, atol=1e-15)
    just_before = torch.nextafter(begins.double(), torch.zeros(13, dtype=torch.float64))
    assert (restarts(just_before) < 1e-12).all()


@EXAMPLES
@given(lr=LR, steps=st.floats(0.5, 50), multiplier=st.floats(1.01, 4))
def test_restarts_between_steps_stay_in_range(lr, steps, multiplier):
    curve = cycles.warm_restarts(NOW, lr=lr, steps=steps, multiplier=multiplier)
    assert ((curve >= 0) & (curve <= lr)).all()
    begins, length = [0.0], steps
    while begins[-1] < STEPS:
        begins.append(begins[-1] + length)
        length *= multiplier
    # the middle of each cycle has half the height
    middles = torch.tensor([(a + b) / 2 for a, b in pairwise(begins)])
    middle = cycles.warm_restarts(middles.double(), lr=lr, steps=steps, multiplier=multiplier)
    assert torch.allclose(middle, torch.full_like(middle, lr / 2), rtol=1e-4)


def test_beyond_its_end_one_cycle_stays():
    one = partial(cycles.one_cycle, lr=1.0, steps=50)
    assert one(49) == one(50) == one(10**6) == pytest.approx(1 / 25 / 1e4, rel=1e-12)


@pytest.mark.parametrize("three_phase", [False, True])
def test_one_cycle_has_one_peak(three_phase):
    now = torch.arange(100)
    curve = cycles.one_cycle(now, lr=0.6, steps=100, three_phase=three_phase)
    assert curve.argmax() == 29 and curve[29] == 0.6
    assert (curve[:30].diff() > 0).all() and (curve[29:].diff() < 0).all()
    assert curve[0].item() == pytest.approx(0.6 / 25, rel=1e-14)
    assert (curve[58].item() == pytest.approx(0.6 / 25, rel=1e-14)) == three_phase


def test_one_step_of_everything():
    assert cycles.one_cycle(0, lr=1.0, steps=1) == pytest.approx(1 / 25 / 1e4, rel=1e-12)
    assert [cycles.warm_restarts(step, lr=1.0, steps=1) for step in (0, 1, 2)] == [1.0] * 3
    triangle = partial(cycles.cyclic, lr=1.0, lowest=0.1, up_steps=1)
    assert [triangle(step) for step in range(4)] == [0.1, 1.0, 0.1, 1.0]


@pytest.mark.parametrize("mode, second", [("triangular", 1.0), ("triangular2", 0.5)])
def test_the_second_peak(mode, second):
    cycle = partial(cycles.cyclic, lr=1.0, lowest=0.0, up_steps=3, down_steps=5, mode=mode)
    assert (cycle(3), cycle(8), cycle(11)) == (1.0, 0.0, second)


def longer(step, *, multiplier, **hyper):
    return cycles.warm_restarts(step, multiplier=multiplier + 1, **hyper)


def shifted(step, **hyper):
    return cycles.warm_restarts(step + 1, **hyper)


@pytest.mark.parametrize("wrong", [longer, shifted])
def test_a_restart_at_the_wrong_step_would_be_seen(wrong):
    torchs = rates(partial(theirs.CosineAnnealingWarmRestarts, T_0=10, T_mult=2), 0.1)
    assert_same(cycles.warm_restarts(NOW, lr=0.1, steps=10, multiplier=2), torchs, 0.1)
    with pytest.raises(AssertionError):
        assert_same(wrong(NOW, lr=0.1, steps=10, multiplier=2), torchs, 0.1)


@pytest.mark.parametrize("wrong", [{"lowest": 0.02}, {"up_steps": 8}, {"mode": "triangular2"}])
def test_a_wrong_cycle_would_be_seen(wrong):
    right = {"lr": 0.1, "lowest": 0.01, "up_steps": 7}
    torchs = partial(
        theirs.CyclicLR, base_lr=0.01, max_lr=0.1, step_size_up=7, cycle_momentum=False
    )
    assert_same(cycles.cyclic(NOW, **right), rates(torchs, 0.1), 0.1)
    with pytest.raises(AssertionError):
        assert_same(cycles.cyclic(NOW, **right | wrong), rates(torchs, 0.1), 0.1)

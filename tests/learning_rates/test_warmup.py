"""Warmup before another schedule: torch's schedulers are the oracle, over 200 steps."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from dlnotes.learning_rates.decay import constant, cosine, exponential, linear, polynomial
from dlnotes.learning_rates.warmup import warmup, warmup_stable_decay
from tests.learning_rates.torchs import STEPS, assert_same, rates

NOW = torch.arange(STEPS)
LR = st.floats(1e-5, 10)
SHARE = st.floats(0, 1)


AFTER = {
    "constant": (partial(constant), lambda: partial(theirs.ConstantLR, factor=1.0)),
    "cosine": (
        partial(cosine, steps=STEPS),
        lambda: partial(theirs.CosineAnnealingLR, T_max=STEPS),
    ),
    "exponential": (
        partial(exponential, gamma=0.97),
        lambda: partial(theirs.ExponentialLR, gamma=0.97),
    ),
    "polynomial": (
        partial(polynomial, steps=80),
        lambda: partial(theirs.PolynomialLR, total_iters=80),
    ),
}


def in_turn(*parts, milestones):
    def make(optimizer):
        return theirs.SequentialLR(optimizer, [part(optimizer) for part in parts], milestones)

    return make


@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@pytest.mark.parametrize("name", AFTER)
@settings(max_examples=15, deadline=None)
@given(lr=LR, start=st.floats(0.01, 1), warmup_steps=st.integers(1, STEPS))
def test_warmup_equals_torch(name, lr, start, warmup_steps):
    rest, torchs = AFTER[name]
    mine = warmup(NOW, schedule=partial(rest, lr=lr), warmup_steps=warmup_steps, start=start * lr)
    climb = partial(theirs.LinearLR, start_factor=start, total_iters=warmup_steps)
    assert_same(mine, rates(in_turn(climb, torchs(), milestones=[warmup_steps]), lr), lr)


@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@settings(max_examples=15, deadline=None)
@given(
    lr=LR,
    start=st.floats(0.01, 1),
    share=SHARE,
    lengths=st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60)),
    shape=st.sampled_from(["linear", "cos"]),
)
def test_warmup_stable_decay_equals_torch(lr, start, share, lengths, shape):
    climbing, level, falling = lengths
    mine = warmup_stable_decay(
        torch.arange(sum(lengths) + 1),
        lr=lr,
        steps=sum(lengths),
        warmup_steps=climbing,
        decay_steps=falling,
        start=start * lr,
        final=share * lr,
        shape=shape,
    )
    fall = {
        "linear": partial(theirs.LinearLR, start_factor=1.0, end_factor=share, total_iters=falling),
        "cos": partial(theirs.CosineAnnealingLR, T_max=falling, eta_min=share * lr),
    }[shape]
    torchs = in_turn(
        partial(theirs.LinearLR, start_factor=start, total_iters=climbing),
        partial(theirs.ConstantLR, factor=1.0),
        fall,
        milestones=[climbing, climbing + level],
    )
    assert_same(mine, rates(torchs, lr, sum(lengths) + 1), lr)


def test_the_square_root_falls_as_its_formula():
    wsd = partial(warmup_stable_decay, lr=0.5, steps=100, warmup_steps=0, shape="sqrt")
    assert wsd(75, decay_steps=100) == pytest.approx(0.5 * (1 - 0.75**0.5), rel=1e-14)
    assert wsd(60, decay_steps=40) == 0.5 and wsd(61, decay_steps=40) < wsd(60, decay_steps=40)


@pytest.mark.parametrize("rest", [constant, partial(cosine, steps=20)])
def test_without_warmup_steps_there_is_no_warmup(rest):
    rest = partial(rest, lr=0.3)
    bare = warmup(NOW, schedule=rest, warmup_steps=0)
    assert torch.equal(bare, rest(NOW))
    assert warmup(0, schedule=rest, warmup_steps=0) == rest(0)


def test_the_parts_of_warmup_stable_decay_may_be_empty():
    wsd = partial(warmup_stable_decay, lr=0.3, steps=10, start=0.1, final=0.02)
    steps = range(13)
    level = [wsd(step, warmup_steps=0, decay_steps=0) for step in steps]
    assert level == [0.3] * 10 + [0.02] * 3
    triangle = [wsd(step, warmup_steps=4, decay_steps=6) for step in (0, 4, 10)]
    assert triangle == [0.1, 0.3, 0.02]
    assert warmup_stable_decay(0, lr=0.3, steps=1, warmup_steps=0, decay_steps=1) == 0.3


def test_warmup_is_continuous_and_climbs():
    rest = partial(cosine, lr=0.3, steps=100)
    curve = warmup(NOW, schedule=rest, warmup_steps=50, start=0.01)
    assert curve[0].item() == 0.01 and curve[50].item() == pytest.approx(0.3, rel=1e-15)
    assert (curve[:51].diff() > 0).all() and (curve[50:].diff() <= 0).all()
    assert curve.diff().abs().max() < 0.3 / 50 + 1e-12


def test_a_warmup_of_the_wrong_length_would_be_seen():
    rest = partial(linear, lr=0.1, steps=50)
    curve = warmup(NOW, schedule=rest, warmup_steps=10)
    other = warmup(NOW, schedule=rest, warmup_steps=11)
    with pytest.raises(AssertionError):
        assert_same(other, curve, 0.1)


def test_a_warmup_up_to_a_number_is_named():
    with pytest.raises(TypeError, match="`schedule` must be a function, got"):
        warmup(3, schedule=0.1, warmup_steps=5)

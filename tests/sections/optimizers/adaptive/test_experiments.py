"""What the papers say of the rules that remember sizes, and what becomes of learning rates."""

import math
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import (
    adabound,
    adadelta,
    adagrad,
    adam,
    adamax,
    amsgrad,
    lion,
    momentum,
    nadam,
    rmsprop,
    sgd,
)
from dlnotes.optimizers.frame import Frame, added, averaged, discounted, latest
from dlnotes.sections.optimizers.adaptive.experiments import (
    agree,
    distances,
    effective_rates,
    walk,
)
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import ravine

DOUBLE = torch.float64


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


def steps(rule, grads, **hyper) -> torch.Tensor:
    state, deltas = rule.init(grads[0]), []
    for grad in grads:
        delta, state = rule.update(grad, state, torch.zeros_like(grad), **hyper)
        deltas.append(delta)
    return torch.stack(deltas)


@pytest.mark.parametrize("rule", [adagrad, rmsprop, adam, adamax, nadam, amsgrad])
@given(scale=st.floats(-6, 6).map(lambda exponent: 10**exponent))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_size_of_the_gradient_does_not_matter(rule, scale):
    """Kingma & Ba, section 2.1: without eps the step is invariant to the scale of the loss."""
    grads = normal(10, 4)
    walked, scaled = (steps(rule, factor * grads, lr=0.1, eps=0.0) for factor in (1.0, scale))
    assert torch.allclose(walked, scaled, rtol=1e-11)


@pytest.mark.parametrize("rule", [adam, adamax, amsgrad])
def test_a_steady_gradient_makes_steps_of_lr_from_the_first_on(rule):
    """What the bias correction is for."""
    grads = torch.full((50, 3), -7.0, dtype=DOUBLE)
    walked = steps(rule, grads, lr=0.02, eps=0.0)
    assert torch.allclose(walked, torch.full_like(grads, 0.02), rtol=1e-12)


@given(seed=st.integers(0, 10_000), beta1=st.floats(0, 0.95), beta2=st.floats(0.9, 0.999))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_step_of_adam_is_bounded(seed, beta1, beta2):
    """Kingma & Ba, section 2.1: |delta| ≤ lr · max(1, (1 - beta1) / √(1 - beta2)).

    The bound supposes 1 - beta1 ≥ √(1 - beta2) or steps that are not sparse; Cauchy and Schwarz
    give one that holds always.
    """
    grads = normal(40, 3, seed=seed) ** 5
    always = (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
    longest = steps(adam, grads, lr=1.0, beta1=beta1, beta2=beta2, eps=0.0).abs().amax()
    correction = max(math.sqrt(1 - beta2**t) / (1 - beta1**t) for t in range(1, len(grads) + 1))
    assert longest <= max(1, always * correction) * (1 + 1e-9)


def test_a_single_gradient_after_silence_makes_adams_longest_step():
    grads = torch.zeros(1000, 1, dtype=DOUBLE)
    grads[-1] = 3.0
    last = steps(adam, grads, lr=1.0, eps=0.0)[-1].item()
    t, (beta1, beta2) = 1000, (0.9, 0.999)
    corrections = math.sqrt(1 - beta2**t) / (1 - beta1**t)
    assert last == pytest.approx(-(1 - beta1) / math.sqrt(1 - beta2) * corrections, rel=1e-9)


def test_adagrad_slows_down_as_one_over_the_root_of_t():
    grads = torch.full((100, 1), 5.0, dtype=DOUBLE)
    expected = -0.1 / torch.arange(1, 101, dtype=DOUBLE).sqrt()
    assert torch.allclose(steps(adagrad, grads, lr=0.1, eps=0.0)[:, 0], expected, rtol=1e-12)


def test_rmsprop_starts_ten_times_too_far():
    """Nothing corrects its empty memory: the first step is lr / √(1 - decay)."""
    walked = steps(rmsprop, torch.ones(2000, 1, dtype=DOUBLE), lr=0.01, decay=0.99)
    assert walked[0].item() == pytest.approx(-0.1, rel=1e-6)
    assert walked[-1].item() == pytest.approx(-0.01, rel=1e-6)


def test_adadelta_needs_no_unit():
    """Its step has the unit of the parameter: with x in metres or millimetres the path is one."""
    unit, x = 1000.0, torch.ones(1, dtype=DOUBLE)
    z = unit * x
    # u is in x², v in 1/x²; eps stands for neither, so both memories start far above it
    here = adadelta.init(x)._replace(v=1e6 * x, d=1e6 * x)
    there = adadelta.init(z)._replace(v=1e6 * x / unit**2, d=1e6 * x * unit**2)
    for _ in range(20):
        step, here = adadelta.update(1e3 * x, here, x, eps=1e-15)
        other, there = adadelta.update(1e3 * z / unit**2, there, z, eps=1e-15)
        x, z = x + step, z + other
        assert step.abs() > 0.01 and torch.allclose(unit * x, z, rtol=1e-9)


@given(seed=st.integers(0, 10_000), lr=st.floats(1e-5, 1))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_every_step_of_lion_is_lr_long_in_every_entry(seed, lr):
    walked = steps(lion, normal(20, 5, seed=seed), lr=lr)
    assert torch.allclose(walked.abs(), torch.full_like(walked, lr), rtol=1e-15)


def test_lion_is_signed_momentum_with_two_decays():
    grads = normal(30, 4)
    running = torch.stack([momentum_mean(grads[: t + 1], 0.9) for t in range(30)])
    assert torch.equal(steps(lion, grads, lr=1.0, beta1=0.9, beta2=0.9), -running.sign())


def momentum_mean(grads, beta):
    weights = (1 - beta) * beta ** torch.arange(len(grads) - 1, -1, -1, dtype=DOUBLE)
    return weights @ grads


def test_the_bounds_of_adabound_close_on_sgd_with_momentum():
    """Far behind 1 / gamma steps every entry moves by final_lr · m."""
    grads = normal(40, 3) * torch.tensor([1e-3, 1.0, 1e3], dtype=DOUBLE)
    walked = steps(adabound, grads, lr=0.1, final_lr=0.05, gamma=1e9)
    heavy = steps(momentum, grads, lr=0.05 * (1 - 0.9), momentum=0.9)
    assert torch.allclose(walked, heavy, rtol=1e-6)


def test_adabound_begins_as_adam():
    walked = partial(steps, grads=normal(10, 3), eps=0.0)
    bounded, free = walked(adabound, lr=0.1, final_lr=0.1, gamma=1e-9), walked(adam, lr=0.1)
    assert torch.allclose(bounded, free, rtol=1e-9)


def test_nadam_looks_ahead_of_adam():
    """When the gradient turns, NAdam turns with it first."""
    grads = torch.ones(60, 1, dtype=DOUBLE)
    grads[40:] = -1.0
    first_back = [
        next(i for i, delta in enumerate(steps(rule, grads, lr=0.1)) if delta > 0)
        for rule in (nadam, adam)
    ]
    assert 40 <= first_back[0] < first_back[1]


def test_the_momentum_of_nadam_warms_up_from_half():
    """With momentum_decay 0 it stays at half of beta1."""
    state = nadam.init(torch.zeros(1))
    _, after = nadam.update(torch.ones(1), state, torch.zeros(1), beta1=0.8, momentum_decay=0.0)
    assert after.product.item() == pytest.approx(0.4, rel=1e-12)
    _, after = nadam.update(torch.ones(1), state, torch.zeros(1), beta1=0.8, momentum_decay=1e4)
    assert after.product.item() == pytest.approx(0.8, rel=1e-12)


def test_the_memory_of_amsgrad_never_shrinks():
    grads = normal(100, 4) * torch.linspace(3, 0.1, 100, dtype=DOUBLE).unsqueeze(1)
    state, largest = amsgrad.init(grads[0]), []
    for grad in grads:
        _, state = amsgrad.update(grad, state, grad)
        largest.append(state.v_max)
        assert (state.v_max >= state.v).all()
    assert (torch.stack(largest).diff(dim=0) >= 0).all() and (state.v_max > state.v).all()


# ---- effective learning rates --------------------------------------------------------------------
SIZED = [(adagrad, {"lr": 0.3}), (rmsprop, {"lr": 0.3, "decay": 0.8}), (adadelta, {"decay": 0.8})]
every_sized = pytest.mark.parametrize(("rule", "hyper"), SIZED, ids=["sum", "mean", "own"])


@every_sized
def test_the_effective_rate_times_the_gradient_is_the_step(rule, hyper):
    grads = normal(30, 4)
    moved = -effective_rates(rule, grads, **hyper) * grads
    assert torch.allclose(moved, steps(rule, grads, **hyper), rtol=1e-12)


@every_sized
def test_a_gradient_of_zero_is_not_remembered(rule, hyper):
    """The probe that shows the rate in between leaves every other rate alone."""
    grads = normal(30, 1)
    grads[3:9] = 0
    rates = effective_rates(rule, grads, **hyper)
    moved = torch.where(grads == 0, 0.0, -rates * grads)
    assert torch.allclose(moved, steps(rule, grads, **hyper), rtol=1e-12)
    assert rates.isfinite().all()


def test_between_its_turns_adagrad_waits_and_rmsprop_forgets():
    grads = torch.zeros(10, 1, dtype=DOUBLE)
    grads[0] = 2.0
    kept = effective_rates(adagrad, grads, lr=1.0)
    assert torch.allclose(kept, torch.full_like(kept, 0.5))
    grown = effective_rates(rmsprop, grads, lr=1.0, decay=0.25, eps=0.0)
    assert torch.allclose(grown[1:] / grown[:-1], torch.full((9, 1), 2.0, dtype=DOUBLE))


def test_there_is_no_rate_before_the_first_gradient():
    grads = torch.tensor([[0.0], [0.0], [3.0], [0.0]], dtype=DOUBLE)
    rates = effective_rates(adagrad, grads, lr=0.1)
    assert rates.isnan()[:, 0].tolist() == [True, True, False, False]


@given(gap=st.integers(1, 30), turns=st.integers(1, 10))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_rare_coordinate_keeps_the_root_of_its_gap(gap, turns):
    grads = torch.ones(gap * turns, 2, dtype=DOUBLE)
    grads[:, 1] = (torch.arange(1, gap * turns + 1) % gap == 0).double()
    common, rare = effective_rates(adagrad, grads, lr=0.1, eps=0.0)[-1]
    assert (rare / common).item() == pytest.approx(math.sqrt(gap), rel=1e-12)


@given(exponent=st.integers(-10, -4))
@settings(max_examples=7, deadline=None, derandomize=True)
def test_epsilon_is_the_learning_rate_of_adadelta(exponent):
    """With a constant gradient the way covered goes as the root of eps."""
    ones = torch.ones(300, 1, dtype=DOUBLE)
    ways = [effective_rates(adadelta, ones, eps=10.0**e).sum() for e in (exponent, exponent - 2)]
    assert (ways[0] / ways[1]).item() == pytest.approx(10, rel=1e-2)


@pytest.mark.parametrize("lr", [0.1, 0.01])
def test_rmsprop_jumps_across_the_bottom_by_its_learning_rate(lr):
    path = trajectory(rmsprop, ravine(1), (5.0, 0.0), steps=3000, lr=lr, decay=0.9)[:, 0]
    assert torch.allclose(path[-50:].abs(), torch.full((50,), lr / 2, dtype=DOUBLE), rtol=1e-3)
    assert (path[-50:-1] * path[-49:] < 0).all()


@given(condition=st.floats(1, 1e6))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_along_the_axes_adagrad_does_not_see_the_condition_number(condition):
    plain, narrow = (
        trajectory(adagrad, ravine(c), (1.0, 0.3), steps=30, lr=0.5) for c in (1.0, condition)
    )
    assert torch.allclose(plain, narrow, rtol=1e-6, atol=1e-9)


def test_a_walk_does_not_know_where_the_origin_is():
    here, there = walk(adadelta, steps=50), walk(adadelta, steps=50, bottom=1000.0)
    assert torch.allclose(here, there, atol=1e-10) and here[0] == 5 and here[-1] < 4.99


def test_adam_arrives_and_is_thrown_out_once_its_account_has_faded():
    """Heavy-ball steps diverge beyond lr / √v = 2 (1 + beta1) / (1 - beta1) = 38."""
    path = walk(adam, steps=12_000, lr=0.1).abs()
    assert path[2000] < 1e-40 and path[8000] < 1e-100 and path[8000:].max() > 0.05


def test_a_rule_that_disagrees_is_seen():
    agree(lambda grad, state, param, *, lr: (-lr * grad, state), sgd, lr=0.1)
    with pytest.raises(AssertionError):
        agree(lambda grad, state, param, *, lr: (-lr * grad**2, state), sgd, lr=0.1)


def test_noise_of_size_1_holds_gradient_descent_at_its_floor():
    """x' = (1 - lr) x - lr · noise: what is left of the start, and a geometric series of noise."""
    found, lr = distances(sgd, [0], steps=200, walks=20_000, lr=0.1)[:, 0], 0.1
    after = torch.arange(1, 201, dtype=DOUBLE)
    left = (1 - lr) ** (2 * after)
    wanted = left + lr**2 * (1 - left) / (1 - (1 - lr) ** 2)
    torch.testing.assert_close(found, wanted, rtol=0.05, atol=0)
    alone, beside = (distances(adagrad, seeds, steps=3, lr=1.0) for seeds in ([4], [1, 4]))
    assert torch.equal(alone[:, 0], beside[:, 1])


# ---- one frame for many rules --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "frame"),
    [
        (sgd, Frame(latest)),
        (momentum, Frame(discounted(0.9))),
        (adagrad, Frame(latest, added)),
        (rmsprop, Frame(latest, averaged(0.99), eps=1e-8)),
    ],
    ids=["sgd", "momentum", "adagrad", "rmsprop"],
)
def test_a_frame_is_the_rule(rule, frame):
    paths = [trajectory(r, ravine(30), (1.0, 0.3), steps=200, lr=0.01) for r in (rule, frame)]
    assert torch.allclose(*paths, rtol=1e-12, atol=1e-15)

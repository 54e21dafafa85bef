"""What the papers say of the rules that remember sizes, with or without a direction."""

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
)

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
    here = adadelta.init(x)._replace(v=1e6 * x, u=1e6 * x)
    there = adadelta.init(z)._replace(v=1e6 * x / unit**2, u=1e6 * x * unit**2)
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

"""What papers say of decay and averaging, on noisy quadratics where theory gives the numbers."""

from functools import partial

import pytest
import torch

from dlnotes.learning_rates.averages import ema, init, swa
from dlnotes.learning_rates.decay import constant, cosine, inverse_time, linear
from dlnotes.learning_rates.schedule_free import SGD, averaged
from dlnotes.learning_rates.warmup import warmup_stable_decay

DOUBLE = torch.float64
SEEDS = 8


def gaussian(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


# Noise floors: the gradient is curvature · w + noise of variance 1, so every entry is an
# autoregression of its own and 10,000 runs measure its variance to 1.4 %.

CURVATURE = torch.tensor([0.1, 0.5, 1.0], dtype=DOUBLE)
RUNS, LR = 10_000, 0.2


def floor(lr):
    """Variance of gradient descent that has come to rest: lr / (curvature (2 - lr curvature))."""
    return lr / (CURVATURE * (2 - lr * CURVATURE))


def at_rest(lr):
    return floor(lr).sqrt() * gaussian(RUNS, 3, seed=1)


def descend(w, schedule, steps, take=lambda w: None):
    rng = torch.Generator().manual_seed(2)
    for step in range(steps):
        noise = torch.randn(w.shape, generator=rng, dtype=DOUBLE)
        w = w - schedule(step) * (CURVATURE * w + noise)
        take(w)
    return w


def averaged_variance(average, steps, **setting):
    """Variance of the average over many runs of gradient descent at rest."""
    state = init({"w": torch.zeros(RUNS, 3, dtype=DOUBLE)})

    def take(w):
        nonlocal state
        state = average({"w": w}, state, **setting)

    descend(at_rest(LR), partial(constant, lr=LR), steps, take)
    return state.average["w"].var(0)


def test_a_constant_rate_keeps_a_floor():
    for lr in (0.05, LR, 0.8):
        end = descend(at_rest(lr), partial(constant, lr=lr), 100)
        assert torch.allclose(end.var(0), floor(lr), rtol=0.04)


@pytest.mark.parametrize("steps", [20, 300])
def test_the_mean_lowers_the_floor_as_theory_says(steps):
    """The variance of the mean of an autoregression; for many steps 1 / (curvature² steps)."""
    rho = 1 - LR * CURVATURE
    pairs = steps * (1 + rho) / (1 - rho) - 2 * rho * (1 - rho**steps) / (1 - rho) ** 2
    theory = floor(LR) * pairs / steps**2
    assert torch.allclose(averaged_variance(swa, steps), theory, rtol=0.04)
    assert (theory < floor(LR)).all()


def test_the_mean_is_as_good_as_any_method_can_be():
    """Polyak & Juditsky (1992): whatever the rate, variance · steps → 1 / curvature²."""
    scaled = averaged_variance(swa, 1000) * 1000 * CURVATURE**2
    assert torch.allclose(scaled, torch.ones(3, dtype=DOUBLE), rtol=0.08)


@pytest.mark.parametrize("decay", [0.8, 0.98])
def test_the_exponential_mean_lowers_the_floor_as_theory_says(decay):
    rho = 1 - LR * CURVATURE
    theory = floor(LR) * (1 - decay) / (1 + decay) * (1 + rho * decay) / (1 - rho * decay)
    assert torch.allclose(averaged_variance(ema, 400, decay=decay), theory, rtol=0.04)
    assert (theory < floor(LR)).all()


@pytest.mark.parametrize("schedule", [cosine, linear])
def test_decay_ends_far_below_the_floor(schedule):
    steps, variance = 400, floor(LR)
    schedule = partial(schedule, lr=LR, steps=steps)
    for step in range(steps):
        variance = (1 - schedule(step) * CURVATURE) ** 2 * variance + schedule(step) ** 2
    end = descend(at_rest(LR), schedule, steps).var(0)
    assert torch.allclose(end, variance, rtol=0.04)
    assert (end < floor(LR) / 2).all() and (end[1:] < floor(LR)[1:] / 5).all()


def test_robbins_and_monros_rate_reaches_the_best_variance():
    """lr = 1 / (curvature t) makes the last point the mean of the noise: variance 1 / (h² t)."""
    schedule = partial(inverse_time, lr=1.0, decay=1.0)  # curvature 1, the last entry
    end = descend(at_rest(LR), schedule, 200)[:, 2].var()
    assert end.item() * 200 == pytest.approx(1.0, rel=0.04)


# Stopping at any time: 50 entries of curvature 0.01 … 1, far from the minimum at first.

VALLEY = torch.logspace(-2, 0, 50, dtype=DOUBLE)
STEPS = 3000
NOISE = torch.stack([gaussian(STEPS, 50, seed=seed) for seed in range(SEEDS)], 1)
START = torch.full((SEEDS, 50), 10.0, dtype=DOUBLE)


def loss(w):
    return 0.5 * (VALLEY * w**2).sum(-1)


def losses(schedule, steps=STEPS):
    """Loss after each step of gradient descent, one column for each seed."""
    w, seen = START, []
    for step in range(steps):
        w = w - schedule(step) * (VALLEY * w + NOISE[step])
        seen.append(loss(w))
    return torch.stack(seen)


@pytest.fixture(scope="module")
def plateau():
    """The last point of a constant rate."""
    return losses(partial(constant, lr=1.0))


def schedule_free():
    y, state, seen = START, SGD.init(START), []
    for noise in NOISE:
        delta, state = SGD.update(VALLEY * y + noise, state, y, lr=1.0)
        y = y + delta
        seen.append(loss(averaged(state)))
    return torch.stack(seen)


def test_schedule_free_may_stop_at_any_time(plateau):
    """Defazio et al. (2024): one run, no horizon; below the last point of the same rate always."""
    free = schedule_free()
    assert (free[100:] < plateau[100:]).all()
    assert (free[-1] < plateau[-1] / 5).all()
    thirds = free[[100, 300, 1000, 2999]].mean(1)
    assert (thirds.diff() < 0).all()


@pytest.mark.parametrize("steps", [300, 1000, 3000])
def test_one_plateau_may_be_left_at_any_time(steps, plateau):
    """Hu et al. (2024): a fall of a fifth of the steps takes most of the noise with it."""
    wsd = partial(warmup_stable_decay, lr=1.0, steps=steps, warmup_steps=0, decay_steps=steps // 5)
    curve = losses(wsd, steps)
    level = steps - steps // 5
    assert torch.equal(curve[:level], plateau[:level])
    assert (curve[-1] < plateau[level:steps].mean(0) / 2).all()


def test_without_noise_averaging_is_slower():
    """What averaging costs: far from the minimum it still remembers the start."""
    y, state, w = START[0], SGD.init(START[0]), START[0]
    for _ in range(100):
        delta, state = SGD.update(VALLEY * y, state, y, lr=1.0)
        y, w = y + delta, w - VALLEY * w
    assert loss(averaged(state)) > loss(w)

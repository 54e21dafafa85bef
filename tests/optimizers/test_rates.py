"""Rates: against the eigenvalues of the step itself, the measured decay, and a grid."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import momentum, nesterov, rates, sgd
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import quadratic

DOUBLE = torch.float64
CURVATURES = (1.0, 100.0)
METHODS = pytest.mark.parametrize(
    ("rule", "rate", "best"),
    [
        (momentum, rates.momentum_rate, rates.best_momentum),
        (nesterov, rates.nesterov_rate, rates.best_nesterov),
    ],
    ids=["momentum", "nesterov"],
)


def tensor(value):
    return torch.tensor(value, dtype=DOUBLE)


def worst(rate, lr, coefficient, curvatures=CURVATURES):
    """The rate of the slowest direction; settings broadcast."""
    return torch.stack([rate(lr, coefficient, tensor(c)) for c in curvatures]).amax(0)


def spectral_radius(rule, lr, coefficient, curvature):
    """From the rule itself: one step is linear in (position, velocity)."""

    def step(place):
        state = rule.init(place[0])._replace(velocity=place[1])
        delta, state = rule.update(
            curvature * place[0], state, place[0], lr=lr, momentum=coefficient
        )
        return torch.stack([place[0] + delta, state.velocity])

    matrix = torch.func.jacrev(step)(torch.zeros(2, dtype=DOUBLE))
    return torch.linalg.eigvals(matrix).abs().max().item()


@METHODS
@settings(max_examples=80, deadline=None)
@given(lr=st.floats(1e-3, 3), coefficient=st.floats(0, 0.99), curvature=st.floats(0.01, 10))
def test_the_rate_is_the_spectral_radius_of_the_rules_own_step(
    rule, rate, best, lr, coefficient, curvature
):
    predicted = rate(tensor(lr), tensor(coefficient), tensor(curvature)).item()
    # near a double root an eigenvalue moves by the square root of the rounding
    exact = spectral_radius(rule, lr, coefficient, curvature)
    assert predicted == pytest.approx(exact, abs=1e-6)


def measured(rule, steps, **setting):
    """Factor a step over the second half of a run, for each direction taken alone."""
    factors = []
    for curvature in CURVATURES:
        path = trajectory(rule, quadratic([curvature]), (1.0,), steps=steps, **setting)[:, 0]
        size = path.abs().unfold(0, 40, 1).amax(-1)  # over a swing
        first, last = len(size) // 2, len(size) - 1
        factors.append((size[last] / size[first]).item() ** (1 / (last - first)))
    return max(factors)


@METHODS
@pytest.mark.parametrize(
    ("lr", "coefficient"), [(0.01, 0.9), (0.005, 0.5), (0.012, 0.8), (0.01, 0.95)]
)
def test_the_measured_rate_is_within_one_percent(rule, rate, best, lr, coefficient):
    predicted = worst(rate, tensor(lr), tensor(coefficient)).item()
    seen = measured(rule, 600, lr=lr, momentum=coefficient)
    assert seen == pytest.approx(predicted, rel=0.01)
    assert 1 - seen == pytest.approx(1 - predicted, rel=0.1)


def test_gradient_descent_decays_at_its_rate_exactly():
    lr, _, rate = rates.best_gradient_descent(*CURVATURES)
    path = trajectory(sgd, quadratic(CURVATURES), (1.0, 1.0), steps=300, lr=lr)
    lengths = path.norm(dim=-1)
    assert torch.allclose(lengths[1:] / lengths[:-1], tensor(rate), rtol=1e-9)
    for curvature in CURVATURES:
        assert rates.gradient_descent_rate(tensor(lr), tensor(curvature)).item() == (
            pytest.approx(rate)
        )


@METHODS
def test_the_measured_rate_at_the_best_setting_creeps_down_to_the_predicted_one(rule, rate, best):
    """Roots meet there, so a run decays as t · rate^t: a little slower at any finite step."""
    lr, coefficient, predicted = best(*CURVATURES)
    early = measured(rule, 100, lr=lr, momentum=coefficient)
    late = measured(rule, 600, lr=lr, momentum=coefficient)
    assert predicted < late < early
    assert late == pytest.approx(predicted, rel=0.01)


@METHODS
@pytest.mark.parametrize("condition", [2.0, 10.0, 100.0, 1000.0])
def test_the_best_setting_is_the_best_of_a_grid(rule, rate, best, condition):
    top = best(1.0, condition)
    curvatures = torch.logspace(0, math.log10(condition), 41, dtype=DOUBLE).tolist()
    at_top = worst(rate, tensor(top.lr), tensor(top.momentum), curvatures).item()
    assert at_top == pytest.approx(top.rate, abs=1e-6)
    lrs = torch.linspace(0.01, 4.2, 300, dtype=DOUBLE)[:, None] / condition
    grid = worst(rate, lrs, torch.linspace(0, 0.995, 300, dtype=DOUBLE), curvatures)
    assert grid.min().item() >= top.rate - 1e-9
    assert grid.min().item() <= top.rate + 0.05 * (1 - top.rate) + 0.01


@pytest.mark.parametrize("condition", [2.0, 100.0])
def test_the_best_learning_rate_of_gradient_descent_is_the_best_of_a_grid(condition):
    top = rates.best_gradient_descent(1.0, condition)
    lrs = torch.linspace(0.001, 2.2, 2000, dtype=DOUBLE) / condition * 2
    grid = torch.stack([rates.gradient_descent_rate(lrs, tensor(c)) for c in (1.0, condition)])
    assert top.rate - 1e-9 <= grid.amax(0).min().item() <= top.rate + 1e-2


@pytest.mark.parametrize("condition", [4.0, 100.0, 1e4])
def test_momentum_puts_the_root_in_place_of_the_condition_number(condition):
    plain = rates.best_gradient_descent(1.0, math.sqrt(condition))
    assert rates.best_momentum(1.0, condition).rate == pytest.approx(plain.rate, rel=1e-12)


@pytest.mark.parametrize("condition", [4.0, 100.0])
def test_the_best_heavy_ball_stands_at_the_edge(condition):
    """1 / condition more of the learning rate is the limit 2 (1 + momentum) / largest."""
    lr, coefficient, _ = rates.best_momentum(1.0, condition)
    assert lr * (1 + 1 / condition) == pytest.approx(2 * (1 + coefficient) / condition)
    for factor, converges in ((1 - 1e-3, True), (1 + 1e-3, False)):
        edge = tensor(factor * lr * (1 + 1 / condition))
        rate = rates.momentum_rate(edge, tensor(coefficient), tensor(condition))
        assert (rate.item() < 1) is converges


@pytest.mark.parametrize(
    "best", [rates.best_gradient_descent, rates.best_momentum, rates.best_nesterov]
)
def test_the_best_setting_scales_with_the_curvature(best):
    small, large = best(1.0, 50.0), best(10.0, 500.0)
    assert large.lr == pytest.approx(small.lr / 10)
    assert large[1:] == pytest.approx(small[1:])


def test_an_impossible_spectrum_is_refused():
    with pytest.raises(ValueError, match=r"largest.*at least.*largest=1.*smallest=2"):
        rates.best_momentum(2, 1)
    with pytest.raises(ValueError, match=r"smallest.*0"):
        rates.best_nesterov(0, 1)


@pytest.mark.parametrize("coefficient", [0.04, 0.5, 0.9])
def test_between_the_ends_of_the_swing_the_rate_is_the_root_of_the_momentum(coefficient):
    begins, ends = rates.swing(tensor(coefficient), tensor(7.0))
    inside = torch.linspace(1.001 * begins, 0.999 * ends, 50, dtype=DOUBLE)
    outside = torch.stack([0.98 * begins, 1.02 * ends])
    found = rates.momentum_rate(inside, tensor(coefficient), tensor(7.0))
    assert torch.allclose(found, tensor(coefficient).sqrt().expand(50))
    slower = rates.momentum_rate(outside, tensor(coefficient), tensor(7.0))
    assert (slower > 1.002 * coefficient**0.5).all()


def test_the_swings_of_both_ends_meet_at_the_best_setting():
    lr, coefficient, _ = rates.best_momentum(1, 100)
    begins, _ = rates.swing(tensor(coefficient), tensor(1.0))
    _, ends = rates.swing(tensor(coefficient), tensor(100.0))
    assert begins.item() == pytest.approx(lr) and ends.item() == pytest.approx(lr)

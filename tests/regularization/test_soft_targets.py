"""Soft targets against torch, their floor against descent, and the moments of mixup."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, kstest

from dlnotes.core.seeds import seeded
from dlnotes.regularization.soft_targets import (
    best_gap,
    loss_floor,
    mixed,
    shares,
    smoothed,
    soft_cross_entropy,
)

DOUBLE = torch.float64


def examples(count=7, classes=4, seed=0):
    source = seeded(seed)
    scores = 3 * torch.randn(count, classes, generator=source, dtype=DOUBLE)
    return scores, torch.randint(classes, (count,), generator=source)


@given(st.integers(2, 12), st.floats(0, 1), st.integers(0, 50))
def test_as_torch(classes, smoothing, seed):
    scores, y = examples(5, classes, seed)
    found = soft_cross_entropy(scores, smoothed(y, classes, smoothing, dtype=DOUBLE))
    expected = F.cross_entropy(scores, y, label_smoothing=smoothing)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_any_shares_as_torch():
    scores, _ = examples()
    target = torch.randn(7, 4, generator=seeded(1), dtype=DOUBLE).softmax(-1)
    torch.testing.assert_close(soft_cross_entropy(scores, target), F.cross_entropy(scores, target))


def test_the_slope_is_what_is_said_less_what_is_asked():
    scores, y = examples()
    target = smoothed(y, 4, 0.3, dtype=DOUBLE)
    slope = torch.func.grad(soft_cross_entropy)(scores, target)
    torch.testing.assert_close(slope, (scores.softmax(-1) - target) / len(y))


@pytest.mark.parametrize(("classes", "smoothing"), [(10, 0.1), (2, 0.4), (3, 0.9), (1000, 0.1)])
def test_descent_ends_on_the_floor_at_the_best_gap(classes, smoothing):
    target = smoothed(torch.tensor([1]), classes, smoothing, dtype=DOUBLE)
    scores = target.log() + 5  # any number may be added to all scores
    torch.testing.assert_close(soft_cross_entropy(scores, target), loss_floor(target))
    assert (scores[0, 1] - scores[0, 0]).item() == pytest.approx(best_gap(classes, smoothing))
    for seed in range(5):
        off = scores + torch.randn(scores.shape, generator=seeded(seed), dtype=DOUBLE)
        assert soft_cross_entropy(off, target) > loss_floor(target)


def test_a_hard_label_has_no_floor_but_zero_and_no_best_gap():
    assert loss_floor(smoothed(torch.tensor([0]), 5)).item() == 0
    assert best_gap(5, 0.0) == math.inf and best_gap(5, 1.0) == 0


@pytest.mark.parametrize("spread", [0.2, 1.0, 4.0])
def test_shares_are_drawn_from_beta(spread):
    drawn = shares(4000, spread, seeded(3))
    assert kstest(drawn.numpy(), beta(spread, spread).cdf).pvalue > 0.01
    assert torch.equal(drawn, shares(4000, spread, seeded(3)))


def test_an_example_that_keeps_all_of_itself_is_itself():
    X, target = torch.randn(6, 3, generator=seeded(0)), torch.eye(6)
    order = torch.arange(5, -1, -1)
    found = mixed(X, target, order, torch.ones(6))
    assert torch.equal(found[0], X) and torch.equal(found[1], target)
    other = mixed(X, target, order, torch.zeros(6))
    assert torch.equal(other[0], X[order]) and torch.equal(other[1], target[order])


def test_many_mixings_at_once():
    X, target = torch.randn(6, 3, generator=seeded(0)), torch.eye(6)
    order = torch.stack([torch.randperm(6, generator=seeded(s)) for s in range(4)])
    share = shares((4, 6), 1.0, seeded(9))
    together = mixed(X, target, order, share)
    for run in range(4):
        alone = mixed(X, target, order[run], share[run])
        torch.testing.assert_close(together[0][run], alone[0])
        torch.testing.assert_close(together[1][run], alone[1])


@pytest.mark.parametrize("spread", [0.5, 1.0, 3.0])
def test_mixing_shrinks_every_covariance_alike(spread):
    """By (a + 1) / (2a + 1), over all pairs; so least squares stays the same."""
    X = torch.randn(20, 3, generator=seeded(4), dtype=DOUBLE) + 2
    y = X @ torch.tensor([[1.0], [-2.0], [0.5]], dtype=DOUBLE) + 1
    X, y = X.repeat(20, 1), y.repeat(20, 1)
    order = (torch.arange(20).repeat_interleave(20) + 20 * torch.arange(400)) % 400
    total = torch.zeros(3, 4, dtype=DOUBLE)
    draws = 300
    for seed in range(draws):
        mix, label = mixed(X, y, order, shares(400, spread, seeded(seed)))
        both = torch.cat([mix, label], 1) - torch.cat([X, y], 1).mean(0)
        total += (both[:, :3].T @ both) / 400 / draws
    both = torch.cat([X, y], 1) - torch.cat([X, y], 1).mean(0)
    expected = (spread + 1) / (2 * spread + 1) * both[:, :3].T @ both / 400
    torch.testing.assert_close(total, expected, rtol=0.05, atol=0.01)


def test_shares_must_fit():
    with pytest.raises(ValueError, match="`target` must hold a share for every score"):
        soft_cross_entropy(torch.zeros(3, 4), torch.zeros(3))
    with pytest.raises(ValueError, match=r"`smoothing` must be between 0 and 1, got 1\.5"):
        smoothed(torch.tensor([0]), 3, 1.5)
    with pytest.raises(ValueError, match="`classes` must be at least 2, got 1"):
        smoothed(torch.tensor([0]), 1, 0.1)
    with pytest.raises(ValueError, match="`spread` must be greater than 0, got 0"):
        shares(3, 0.0, seeded(0))

"""Fits that are a matrix times the targets, against scikit-learn and against runs."""

import pytest
import torch
from sklearn.linear_model import Ridge

from dlnotes.core.seeds import seeded
from dlnotes.regularization.smoothers import (
    degrees_of_freedom,
    expected_gap,
    parts,
    ridge_matrix,
)


def features(count=12, width=4, seed=0):
    drawn = torch.randn(count, width, generator=seeded(seed), dtype=torch.float64)
    return torch.cat([torch.ones(count, 1, dtype=torch.float64), drawn], dim=1)


@pytest.mark.parametrize("strength", [1e-3, 0.1, 5.0])
def test_it_is_ridge_regression(strength):
    X, there = features(), features(7, seed=1)
    y = torch.randn(12, generator=seeded(2), dtype=torch.float64)
    theirs = Ridge(alpha=12 * strength).fit(X[:, 1:].numpy(), y.numpy())
    found = ridge_matrix(X, strength, at=there) @ y
    torch.testing.assert_close(found, torch.tensor(theirs.predict(there[:, 1:].numpy())))


def test_without_a_penalty_it_is_a_projection():
    S = ridge_matrix(features())
    torch.testing.assert_close(S @ S, S)
    assert degrees_of_freedom(S).item() == pytest.approx(5)


def test_the_trace_falls_with_the_penalty_down_to_what_is_free():
    traces = [degrees_of_freedom(ridge_matrix(features(), s)).item() for s in (0, 0.1, 10, 1e6)]
    assert traces == sorted(traces, reverse=True) and traces[-1] == pytest.approx(1, abs=1e-4)


def test_its_trace_is_the_sum_over_singular_values():
    X, strength = features(), 0.3
    squares = torch.linalg.svdvals(X).square()
    every = degrees_of_freedom(ridge_matrix(X, strength, free=0))
    torch.testing.assert_close(every, (squares / (squares + 12 * strength)).sum())


def test_the_gap_and_the_parts_are_what_runs_show():
    X, noise = features(), 0.7
    truth, draws = X @ torch.linspace(-1, 1, 5, dtype=torch.float64), 20000
    S = ridge_matrix(X, 0.4)
    first, again = noise * torch.randn(2, draws, 12, generator=seeded(3), dtype=torch.float64)
    fit = (truth + first) @ S.T
    gap = (truth + again - fit).square() - (truth + first - fit).square()
    assert gap.mean().item() == pytest.approx(expected_gap(S, noise).item(), rel=0.03)
    whole = (truth + again - fit).square().mean().item()
    assert whole == pytest.approx(sum(parts(S, truth, truth, noise)).item(), rel=0.01)


@pytest.mark.parametrize("wrong", [{"strength": -1.0}, {"free": 9}, {"strength": float("nan")}])
def test_it_refuses_what_makes_no_sense(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ridge_matrix(features(), **wrong)

"""What steps and penalties keep, against runs of the methods themselves."""

import math

import pytest
import torch

from dlnotes.regularization.linear import ridge
from dlnotes.regularization.shrinkage import excess, kept_after, kept_under, strength_alike

DOUBLE = torch.float64


@pytest.fixture
def problem():
    draw = torch.Generator().manual_seed(0)
    X = torch.randn(40, 6, generator=draw, dtype=DOUBLE) * torch.logspace(0, -1, 6, dtype=DOUBLE)
    y = torch.randn(40, generator=draw, dtype=DOUBLE)
    curvature, turn = torch.linalg.eigh(X.T @ X / 40)
    return X, y, curvature, turn


def test_gradient_descent_keeps_these_shares(problem):
    X, y, curvature, turn = problem
    w = torch.zeros(6, dtype=DOUBLE)
    for _ in range(70):
        w = w - 0.3 * X.T @ (X @ w - y) / 40
    free = turn.T @ ridge(X, y, 0.0)
    torch.testing.assert_close(turn.T @ w, kept_after(curvature, 0.3, 70) * free)


def test_ridge_keeps_these_shares(problem):
    X, y, curvature, turn = problem
    held, free = (turn.T @ ridge(X, y, strength) for strength in (0.2, 0.0))
    torch.testing.assert_close(held, kept_under(curvature, 0.2) * free)


def test_the_penalty_alike_keeps_as_much():
    curvature = torch.logspace(-4, 0, 9, dtype=DOUBLE)
    alike = strength_alike(curvature, 0.1, 50)
    torch.testing.assert_close(kept_under(curvature, alike), kept_after(curvature, 0.1, 50))
    assert alike[0].item() == pytest.approx(1 / (0.1 * 50), rel=1e-2) and alike[-1] < 0.01


def test_steps_never_keep_less_and_most_more_at_two_and_a_half():
    x = torch.linspace(0.01, 20, 2000, dtype=DOUBLE)
    more = kept_after(x, 1e-6, 1e6) - kept_under(x, 1.0)
    assert (more > 0).all() and more.max().item() == pytest.approx(0.2036, abs=1e-4)
    assert x[more.argmax()].item() == pytest.approx(2.51, abs=0.02)


def test_excess_is_what_runs_have(problem):
    X, _, curvature, turn = problem
    draw = torch.Generator().manual_seed(1)
    truth = torch.ones(6, dtype=DOUBLE)
    noise = 0.5 * torch.randn(4000, 40, generator=draw, dtype=DOUBLE)
    right = X @ (turn @ truth)
    found = ridge(X.expand(4000, -1, -1), right + noise, 0.1)
    seen = (found @ X.T - right).square().mean()
    expected = excess(kept_under(curvature, 0.1), curvature, truth, 0.5, 40)
    assert seen.item() == pytest.approx(expected.item(), rel=0.03)
    everything = excess(torch.ones(6, dtype=DOUBLE), curvature, truth, 0.5, 40)
    assert math.isclose(everything.item(), 6 * 0.25 / 40)

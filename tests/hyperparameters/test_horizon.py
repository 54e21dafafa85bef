"""Rates that look a few steps ahead, on the noisy quadratic."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.horizon import after, expected_loss, greedy_rate, planned

D = torch.float64
CURVATURE, SQUARES = torch.tensor([1.0, 0.01], dtype=D), torch.tensor([1.0, 100.0], dtype=D)
LRS = torch.logspace(-4, 0, 400, dtype=D)


def plan(ahead, curvature=CURVATURE, squares=SQUARES, steps=300):
    return planned(squares, curvature, steps=steps, ahead=ahead, lrs=LRS)


def test_the_expectation_is_the_mean_of_many_runs():
    source, lr, runs = seeded(0), 0.3, 40_000
    x = SQUARES.sqrt().expand(runs, 2)
    for _ in range(3):
        centers = torch.randn(runs, 2, generator=source, dtype=D) / CURVATURE.sqrt()
        x = x - lr * CURVATURE * (x - centers)
    squares = SQUARES
    for _ in range(3):
        squares = after(squares, CURVATURE, lr)
    torch.testing.assert_close(x.square().mean(0), squares, rtol=0.02, atol=0)


def test_no_rate_is_better_for_one_step_than_the_greedy():
    best = greedy_rate(SQUARES, CURVATURE)
    losses = expected_loss(after(SQUARES, CURVATURE, LRS[:, None]), CURVATURE)
    assert expected_loss(after(SQUARES, CURVATURE, best), CURVATURE) <= losses.min()
    assert best.item() == pytest.approx(plan(1).lrs[0].item(), rel=0.03)


def test_the_short_sighted_ends_higher_where_curvatures_differ():
    near, far = plan(1), plan(300)
    assert near.losses[1] < far.losses[1]
    assert near.losses[-1] > 1.5 * far.losses[-1]


def test_with_one_curvature_the_greedy_is_not_beaten():
    one = torch.ones(2, dtype=D)
    assert plan(1, one, one).losses[-1] < plan(300, one, one).losses[-1]


def test_a_plan_has_a_rate_a_step():
    found = plan(7, steps=20)
    assert found.lrs.shape == (20,) and found.losses.shape == (21,)
    assert len(found.lrs.unique()) <= 3


def test_no_choice_looks_beyond_the_end():
    with pytest.raises(ValueError, match="ahead"):
        plan(21, steps=20)

"""Ridge, lasso and elastic net against scikit-learn, and against their own conditions."""

import pytest
import torch
from sklearn import linear_model

from dlnotes.regularization.linear import elastic_net, lasso, ridge, support_recovery

DOUBLE = torch.float64


def problem(seed=0, examples=60, features=8):
    draw = torch.Generator().manual_seed(seed)
    X = torch.randn(examples, features, generator=draw, dtype=DOUBLE)
    X[:, 1] = 0.5 * X[:, 0] + X[:, 1]
    truth = torch.tensor([2.0, 0, -1.5, 0, 0, 1, 0, 0], dtype=DOUBLE)
    return X, X @ truth + 0.5 * torch.randn(examples, generator=draw, dtype=DOUBLE), truth


def test_ridge_is_sklearns():
    X, y, _ = problem()
    theirs = linear_model.Ridge(alpha=0.3 * len(y), fit_intercept=False).fit(X, y).coef_
    torch.testing.assert_close(ridge(X, y, 0.3), torch.tensor(theirs))


@pytest.mark.parametrize(("strength", "mix"), [(0.1, 1.0), (0.4, 1.0), (0.2, 0.5)])
def test_elastic_net_is_sklearns(strength, mix):
    X, y, _ = problem()
    model = linear_model.ElasticNet(
        alpha=strength, l1_ratio=mix, fit_intercept=False, tol=1e-12, max_iter=10_000
    )
    found, theirs = elastic_net(X, y, strength, mix), torch.tensor(model.fit(X, y).coef_)
    torch.testing.assert_close(found, theirs, rtol=0, atol=1e-6)
    assert torch.equal(found == 0, theirs == 0)


def test_the_slope_cancels_the_penalty_or_is_too_small_for_it():
    X, y, _ = problem()
    w = lasso(X, y, 0.3)
    slope = X.T @ (X @ w - y) / len(y)
    kept = w != 0
    torch.testing.assert_close(slope[kept], -0.3 * w[kept].sign(), rtol=0, atol=1e-7)
    assert (slope[~kept].abs() <= 0.3).all() and 0 < kept.sum() < len(w)


def test_without_l1_it_is_ridge_and_without_a_penalty_least_squares():
    X, y, _ = problem()
    torch.testing.assert_close(elastic_net(X, y, 0.3, 0.0), ridge(X, y, 0.3), atol=1e-6, rtol=0)
    free = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    torch.testing.assert_close(ridge(X, y, 0.0), free)


def test_many_runs_at_once_are_each_alone():
    problems = [problem(seed)[:2] for seed in range(3)]
    X, y = (torch.stack(part) for part in zip(*problems, strict=True))
    strengths = torch.tensor([0.1, 0.2, 0.5], dtype=DOUBLE)
    for fit in (ridge, lasso):
        together = fit(X, y, strengths)
        for run, (one, target) in enumerate(problems):
            alone = fit(one, target, strengths[run].item())
            torch.testing.assert_close(together[run], alone, rtol=0, atol=1e-6)


def test_ridge_shrinks_every_singular_direction():
    X, y, _ = problem()
    _, singular, turn = torch.linalg.svd(X, full_matrices=False)
    curvature = singular.square() / len(y)
    free, held = (turn @ ridge(X, y, strength) for strength in (0.0, 0.7))
    torch.testing.assert_close(held, curvature / (curvature + 0.7) * free)


def test_what_was_recovered():
    X, y, truth = problem(examples=400)
    found = support_recovery(lasso(X, y, 0.2), truth)
    assert (found.kept.item(), found.false.item()) == (3, 0)


def test_shapes_and_steps_are_checked():
    X, y, _ = problem()
    with pytest.raises(ValueError, match=r"^`y` must have the shape \(60,\), got \(59,\)\."):
        ridge(X, y[1:], 0.1)
    with pytest.raises(ValueError, match=r"^`steps` must be at least 1"):
        lasso(X, y, 0.1, steps=0)

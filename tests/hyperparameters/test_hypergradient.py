"""The hypergradient of ridge: against differences, against autograd, and down to the best α."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.hypergradient import (
    Split,
    descend,
    ridge_hypergradient,
    squared_loss,
    unrolled,
)
from dlnotes.regularization.linear import ridge

D = torch.float64


def drawn(seed=0, width=4):
    source = seeded(seed)
    X, X_val = (torch.randn(n, width, generator=source, dtype=D) for n in (12, 40))
    truth = torch.randn(width, generator=source, dtype=D)
    y, y_val = (A @ truth + torch.randn(len(A), generator=source, dtype=D) for A in (X, X_val))
    return Split(X, y, X_val, y_val)


@pytest.mark.parametrize("alpha", [0.01, 0.3, 5.0])
def test_the_slope_is_that_of_the_loss(alpha):
    data, h = drawn(), 1e-5 * alpha

    def loss(a):
        return squared_loss(ridge(data.X, data.y, a), data.X_val, data.y_val).item()

    found, slope = ridge_hypergradient(data, alpha)
    assert found == pytest.approx(loss(alpha))
    assert slope == pytest.approx((loss(alpha + h) - loss(alpha - h)) / (2 * h), rel=1e-6)


def test_many_steps_lead_to_the_slope_at_the_optimum():
    data = drawn()
    loss, slope = ridge_hypergradient(data, 0.3)
    far = unrolled(data, 0.3, 0.2, 2000)
    assert far[0] == pytest.approx(loss) and far[1] == pytest.approx(slope)
    assert far[2] == pytest.approx(0, abs=1e-9)  # where it has arrived the rate does not matter


def test_the_slopes_through_the_steps_are_those_of_the_loss():
    data, h = drawn(1), 1e-6
    _, along_alpha, along_lr = unrolled(data, 0.3, 0.1, 7)
    by_alpha = unrolled(data, 0.3 + h, 0.1, 7)[0] - unrolled(data, 0.3 - h, 0.1, 7)[0]
    by_lr = unrolled(data, 0.3, 0.1 + h, 7)[0] - unrolled(data, 0.3, 0.1 - h, 7)[0]
    assert along_alpha == pytest.approx(by_alpha / (2 * h), rel=1e-5)
    assert along_lr == pytest.approx(by_lr / (2 * h), rel=1e-5)


def test_one_step_from_zero_does_not_see_the_penalty():
    assert unrolled(drawn(), 0.3, 0.1, 1)[1] == 0


@pytest.mark.parametrize("alpha", [0.01, 0.3, 5.0])
def test_the_training_data_never_ask_for_more_penalty(alpha):
    data = drawn(2)
    assert ridge_hypergradient(Split(data.X, data.y, data.X, data.y), alpha)[1] > 0
    assert unrolled(data, alpha, 0.05, 500, judged=False)[1] > 0


def test_one_weight_by_hand():
    # spread 1, pull 1; validation spread 1, pull 0.8: the best α is 1 · 1 / 0.8 - 1
    one = torch.tensor([1.0], dtype=D)
    data = Split(one[None], one, one[None], 0.8 * one)
    way = descend(lambda a: ridge_hypergradient(data, a)[1], 2.0, steps=300, rate=20.0)
    assert way[-1] == pytest.approx(0.25)
    assert way[0] == 2 and len(way) == 301


def test_no_step_is_longer_than_a_factor_of_two():
    way = descend(lambda a: 1e9, 1.0, steps=3)
    assert way == pytest.approx([1, 0.5, 0.25, 0.125])


def test_a_penalty_of_zero_has_no_logarithm():
    with pytest.raises(ValueError, match="strength"):
        ridge_hypergradient(drawn(), 0.0)
    with pytest.raises(ValueError, match="start"):
        descend(lambda a: a, 0.0)

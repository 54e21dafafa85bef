"""Limits of learning rates: where a quadratic, run by the rule itself, turns from in to out."""

import math

import pytest
import torch

from dlnotes.learning_rates.stability import effective_rate, sharpness_of, stability_limit
from dlnotes.optimizers import momentum, sgd


def end(rule, lr, curvature=3.0, steps=4000, **hyper):
    """How far a rule is from the bottom of a parabola after many steps."""
    x = torch.tensor([1.0], dtype=torch.float64)
    state = rule.init(x)
    for _ in range(steps):
        delta, state = rule.update(curvature * x, state, x, lr=lr, **hyper)
        x = x + delta
    return x.abs().item()


class TestLimit:
    @pytest.mark.parametrize("kept", [0.0, 0.5, 0.9])
    def test_the_heavy_ball_turns_at_the_limit(self, kept):
        limit = stability_limit(3.0, kept)
        assert end(momentum, 0.99 * limit, momentum=kept) < 1e-3
        assert end(momentum, 1.01 * limit, momentum=kept) > 1e3

    def test_plain_descent_is_the_one_without_memory(self):
        assert stability_limit(3.0) == pytest.approx(2 / 3)
        assert end(sgd, 0.99 * stability_limit(3.0)) < 1e-3

    @pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
    def test_an_average_allows_more_by_what_it_holds_back(self, beta1):
        limit, x, m = stability_limit(3.0, beta1, averaged=True), [1.0, 1.0], [0.0, 0.0]
        for run, lr in enumerate((0.99 * limit, 1.01 * limit)):
            for _ in range(4000):
                m[run] = beta1 * m[run] + (1 - beta1) * 3.0 * x[run]
                x[run] -= lr * m[run]
        assert abs(x[0]) < 1e-3 and abs(x[1]) > 1e3

    def test_ground_that_does_not_bend_up_has_no_limit(self):
        assert stability_limit(0.0) == stability_limit(-1.0, 0.9) == math.inf


class TestEffectiveRate:
    def test_it_is_how_far_one_gradient_leads(self):
        x = torch.zeros(1, dtype=torch.float64)
        state, grad = momentum.init(x), torch.ones(1, dtype=torch.float64)
        for step in range(600):
            delta, state = momentum.update(
                grad if step == 0 else 0 * grad, state, x, lr=0.2, momentum=0.95
            )
            x = x + delta
        assert -x.item() == pytest.approx(effective_rate(0.2, 0.95))


class TestSharpness:
    def test_it_is_the_largest_eigenvalue(self):
        assert sharpness_of(torch.diag(torch.tensor([1.0, -7.0, 4.0]))) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stability_limit(1.0, 1.0), "`momentum` must be at least 0 and below 1, got 1.0"),
        (lambda: stability_limit(math.nan), "`curvature` must be a number, got nan"),
        (lambda: effective_rate(-0.1, 0.5), "`lr` must be greater than 0, got -0.1"),
        (lambda: effective_rate(0.1, -0.5), "`momentum` must be at least 0 and below 1, got -0.5"),
        (lambda: sharpness_of(torch.zeros(2, 3)), "`hessian` must be square, (D, D), got (2, 3)"),
        (lambda: sharpness_of(torch.tensor([[1.0, 2.0], [0.0, 1.0]])), "must be symmetric"),
        (lambda: sharpness_of(torch.full((2, 2), math.nan)), "must be finite"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(call, words):
    with pytest.raises(ValueError) as refusal:
        call()
    assert words in str(refusal.value) and "\n" not in str(refusal.value)

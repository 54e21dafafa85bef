"""The polynomials of the demo: its program against the library, and what it says."""

import pytest
import torch

from dlnotes.regularization.smoothers import parts
from dlnotes.sections.regularization.the_gap import polynomial
from dlnotes.sections.regularization.the_gap.demo import STRENGTHS, TheGapDemo
from dlnotes.sections.regularization.the_gap.polynomial import DRAWS, PLACES, TERMS, THERE

START = TheGapDemo.start


def number(value):
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize("alpha", STRENGTHS)
def test_one_pass_gives_every_degree(alpha):
    z, y = polynomial.columns(number(alpha)), polynomial.heights(DRAWS[3], number(0.3))
    found = polynomial.fits(z, y, number(alpha))
    sway = polynomial.variance(z, number(alpha), number(0.3))
    for degree in range(TERMS):
        here, there = polynomial.matrices(degree, alpha)
        torch.testing.assert_close(found[degree, : len(PLACES)], here @ y, rtol=1e-7, atol=1e-8)
        torch.testing.assert_close(polynomial.curve(found)[degree], there @ y, rtol=1e-7, atol=1e-7)
        truth, true_there = polynomial.truth(PLACES), polynomial.truth(THERE)
        expected = parts(there, truth, true_there, 0.3).variance
        torch.testing.assert_close(sway[degree], expected, rtol=1e-6, atol=1e-9)


def test_the_training_error_only_falls():
    errors = [TheGapDemo.readouts(**(START | {"now": now}))["train"] for now in range(TERMS)]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-9


def test_the_answer_is_five_and_no_draw_is_without_a_turn():
    assert TheGapDemo.answer() == "five"
    for draw in range(len(DRAWS)):
        found = TheGapDemo.readouts(**(START | {"draw": draw, "now": TERMS - 1}))
        assert 3 <= found["best"] <= 8 and found["test"] > 4


def test_a_small_penalty_tames_the_last_degree():
    wild, tame, dear = (
        TheGapDemo.readouts(**(START | {"now": TERMS - 1, "alpha": alpha}))["test"]
        for alpha in (0, 1e-6, 1)
    )
    assert wild > 40 > dear > 2 * tame


@pytest.mark.slow
class TestInBrowser:
    def test_before_the_end_the_true_curve_is_kept_back(self, demo):
        assert demo.root.locator(".demo-line.theory").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.theory").count() > 0

    def test_other_noise_moves_the_points(self, demo):
        demo.answer()
        before = demo.readouts()["test"]
        demo.press("again")
        assert demo.readouts()["test"] != before

"""The waves of the demo: its program against the library, and what it says."""

import pytest
import torch

from dlnotes.sections.regularization.double_descent import curve
from dlnotes.sections.regularization.double_descent.curve import (
    DRAWS,
    GRID,
    MOST,
    POINTS,
    WIDTHS,
)
from dlnotes.sections.regularization.double_descent.demo import DoubleDescentDemo

START = DoubleDescentDemo.start


def number(value):
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize("alpha", [0.0, 1e-4, 1.0])
def test_one_pass_gives_every_width(alpha):
    frequencies, phases, noise = curve.drawn(DRAWS[0])
    y = curve.heights(noise, number(0.3))
    weights = torch.zeros(POINTS if alpha else MOST, POINTS, dtype=torch.float64)
    fit = torch.zeros(POINTS + GRID, POINTS, dtype=torch.float64)
    widen = curve.widen_paid if alpha else curve.widen
    size = curve.size_paid if alpha else curve.size
    for before in range(MOST):
        last = number(alpha or float(before))
        weights, fit = widen(weights, fit, frequencies[before], phases[before], last)
        if before + 1 in WIDTHS:
            own, here, there = curve.fitted(DRAWS[0], before + 1, alpha, 0.3)
            near = {"rtol": 1e-6, "atol": 1e-6}
            torch.testing.assert_close(curve.curve(fit, y), there, **near)
            torch.testing.assert_close(fit[:POINTS] @ y, here, **near)
            torch.testing.assert_close(size(weights, y), own.norm(), **near)


def test_first_the_training_error_falls_and_then_the_length():
    found = [DoubleDescentDemo.readouts(**(START | {"now": now})) for now in range(len(WIDTHS))]
    edge = WIDTHS.index(POINTS)
    errors = [each["train"] for each in found[: edge + 1]]
    sizes = [each["size"] for each in found[edge:]]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-9
    assert (
        sizes == sorted(sizes, reverse=True) and max(each["train"] for each in found[edge:]) < 1e-9
    )


def test_the_answer_is_fifteen_and_the_peak_needs_noise_and_no_penalty():
    assert DoubleDescentDemo.answer() == "fifteen"
    edge = {"now": WIDTHS.index(POINTS)}
    loud, still, paid = (
        DoubleDescentDemo.readouts(**(START | edge | more))["test"]
        for more in ({}, {"noise": 0}, {"alpha": 1e-3})
    )
    assert loud > 30 and still < 1e-4 and paid < 0.3


def test_the_opening_is_one_of_many():
    """Over a hundred draws the middle one has its peak there too, a lower one."""
    rows = curve.many(0.3)
    middle = rows.median(0).values
    assert middle[:-1].argmax() == 0 and middle[10:-1].argmax() == 4
    assert (rows[:, -2] > rows[:, -1]).sum() > 85


@pytest.mark.slow
class TestInBrowser:
    def test_before_the_end_the_true_curve_is_kept_back(self, demo):
        assert demo.root.locator(".demo-line.theory").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.theory").count() > 0

    def test_another_draw_moves_the_points(self, demo):
        demo.answer()
        before = demo.readouts()["test"]
        demo.press("again")
        assert demo.readouts()["test"] != before

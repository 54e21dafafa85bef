"""The runs of the page: windows, the smallest net, and rates below the largest that trains."""

import math
from itertools import pairwise

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.fractal_boundary import View
from dlnotes.sections.learning_rates.fractal_boundary import experiments, limits, pairs, windows

DOUBLE = torch.float64


def half(view, points):
    """A straight boundary at an input rate of 1."""
    return (view.learning_rates(points)[0] < 1).view(points, points)


def test_windows_lie_on_the_boundary_and_a_line_stays_a_line():
    view = View(0.3, 0.0, 4.0)
    for window in windows.around(view, half(view, 65), 5, seeded(0)):
        assert window.width == 4 / windows.FACTOR
        assert abs(window.lr_in) < window.width / 2
    found = windows.rough([half, half], view, places=2, levels=2)
    assert found.plane.shape == (2,) and found.windows.shape == (2, 2, 2)
    assert (found.windows - 1).abs().max() < 0.03


def test_lines_corners_and_crossings_are_seldom_rough():
    """What the threshold is chosen by: 32 windows of corners would hold less than one."""
    line, *two = windows.straight(400, seed=1)
    assert len(line) == 400 and line.max() < 1.06
    assert max((each > windows.ROUGH).double().mean() for each in two) < 1 / 32
    assert max((each > 1.1).double().mean() for each in two) > 1 / 16


def test_where_there_is_no_boundary_the_dimension_is_none():
    def everywhere(view, points):
        return torch.ones(points, points, dtype=torch.bool)

    found = [*windows.dive(everywhere, View(), 3, seeded(0))]
    assert len(found) == 3 and all(math.isnan(each) for each in found)


def test_a_share_leaves_out_what_is_not_known():
    dimensions = torch.tensor([[1.5, 1.0], [1.0, torch.nan], [1.3, 1.4]], dtype=DOUBLE)
    assert windows.share(dimensions).tolist() == pytest.approx([2 / 3, 1 / 2])


def test_the_smallest_net_walks_as_autograd_says():
    lr_a, lr_b = torch.tensor([0.1, 5.0], dtype=DOUBLE), torch.tensor([0.2, 5.0], dtype=DOUBLE)
    kept = pairs.converged(lr_a, lr_b, (2.0, 1.0), decay=0.3)
    a, b = (torch.tensor(value, dtype=DOUBLE, requires_grad=True) for value in (2.0, 1.0))
    for _ in range(pairs.STEPS):
        loss = (a * b - 1) ** 2 / 2 + 0.3 * (a**2 + b**2) / 2
        one, other = torch.autograd.grad(loss, (a, b))
        with torch.no_grad():
            a -= 0.1 * one
            b -= 0.2 * other
    assert (a * b).item() < 1 and kept.tolist() == [True, False]


def test_equal_weights_follow_the_cubic_rule():
    """As the page has it, by hand: from 2 the limit is 2/3."""
    rates = torch.tensor([0.5, 0.6, 0.7], dtype=DOUBLE)
    kept = pairs.cubic(torch.full_like(rates, 2.0), rates, 8)
    assert kept[-1].tolist() == [True, True, False]
    assert pairs.converged(rates, rates, (2.0, 2.0)).tolist() == [True, True, False]


def test_what_has_flown_off_never_returns():
    starts = torch.linspace(-1.3, 1.3, 401, dtype=DOUBLE)
    kept = pairs.cubic(starts, 3.0, 4)
    for before, after in pairwise(kept):
        assert (after <= before).all() and after.sum() < before.sum()


def test_shares_of_failing_rates_by_hand():
    rates = torch.tensor([0.3, 0.6, 0.85, 0.97, 0.98, 1.0, 1.1], dtype=DOUBLE)
    works = torch.tensor([True, False, True, False, True, True, False])
    found = limits.failing(rates, works).tolist()
    assert found[0] == pytest.approx(1 / 3) and found[2] == 0 and found[4] == 1
    assert found[5] == 0  # 0.3 trains


def test_a_look_ends_at_the_largest_rate_that_works():
    rates, works = limits.look(lambda rates: rates < 0.37)
    assert rates[works].max() == 1 and not works[rates > 1].any()


def test_the_net_on_digits_trains_at_a_small_rate_and_not_at_a_large_one():
    works = limits.on_digits(0, limits.EQUAL)
    assert works(torch.tensor([0.1, 5.0], dtype=DOUBLE)).tolist() == [True, False]


def test_the_record_says_what_the_page_says():
    assert experiments.rough_windows("last") == [0, 0, 0]
    assert min(experiments.rough_windows("tanh")) > 16
    assert experiments.shares("tanh").shape == experiments.typical("tanh").shape == (8, 3)
    assert experiments.failing(limits.EQUAL).max() == 0
    assert experiments.small_failing().shape == (8, len(limits.BANDS) - 1)
    rates, works = experiments.rows(limits.APART)
    assert rates.shape == works.shape and (rates[works].max() - 1).abs() < 1e-9

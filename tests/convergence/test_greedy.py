"""Coordinate descent against SciPy, and where it is known to stand still."""

import math

import pytest
from scipy import optimize

from dlnotes.convergence.greedy import coordinate_descent


def test_the_greedy_way_finds_the_bottom_of_a_smooth_bowl():
    def bowl(x, y):
        return x * x + x * y + 2 * y * y - 3 * x + math.exp(y)

    trace = coordinate_descent(bowl, (4.0, -3.0), sweeps=30)
    wanted = optimize.minimize(lambda at: bowl(*at), (0.0, 0.0), tol=1e-12)
    assert trace.points[-1] == pytest.approx(tuple(wanted.x), abs=1e-5)
    assert all(b <= a + 1e-12 for a, b in zip(trace.values, trace.values[1:], strict=False))


def test_every_move_changes_one_number_to_its_lowest():
    trace = coordinate_descent(lambda x, y: (x - y) ** 2 + (x - 3) ** 2, (0.0, 0.0), sweeps=2)
    wanted = [(0, 0), (1.5, 0), (1.5, 1.5), (2.25, 1.5), (2.25, 2.25)]
    assert trace.points == [pytest.approx(each, abs=1e-6) for each in wanted]


def test_a_kink_that_ties_two_numbers_holds_it_on_a_slope():
    def kinked(x, y):
        return abs(x - y) + (x * x + y * y) / 10

    trace = coordinate_descent(kinked, (1.0, 1.0))
    assert trace.points[-1] == pytest.approx((1.0, 1.0), abs=1e-6)
    assert kinked(0.5, 0.5) < trace.values[-1] - 0.1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sweeps": 0}, "`sweeps` must be at least 1, got 0"),
        ({"reach": 0}, "`reach` must be greater than 0, got 0"),
    ],
)
def test_a_search_that_looks_nowhere_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        coordinate_descent(lambda x: x * x, (1.0,), **options)

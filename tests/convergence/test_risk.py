"""The mean of losses against torch."""

import pytest
import torch

from dlnotes.convergence.risk import empirical_risk


def miss(b, w, point):
    return (b + w * point[0] - point[1]) ** 2


def test_it_is_the_mean_squared_error_of_torch():
    x, y = torch.randn(2, 20, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    f = empirical_risk(miss, list(zip(x.tolist(), y.tolist(), strict=True)))
    wanted = torch.nn.functional.mse_loss(0.3 - 1.2 * x, y)
    assert f(0.3, -1.2) == pytest.approx(wanted.item())


def test_two_halves_make_the_whole():
    points = [(0.0, 1.0), (1.0, 1.0), (2.0, 3.0), (3.0, 2.0)]
    first, second = empirical_risk(miss, points[:2]), empirical_risk(miss, points[2:])
    whole = empirical_risk(miss, points)
    assert whole(1.0, 0.5) == pytest.approx((first(1.0, 0.5) + second(1.0, 0.5)) / 2)
    assert first(1.0, 0.5) != pytest.approx(second(1.0, 0.5))


def test_later_changes_of_the_list_change_nothing():
    points = [(0.0, 1.0)]
    f = empirical_risk(miss, points)
    points.append((9.0, 9.0))
    assert f(0.0, 0.0) == 1.0


def test_no_examples_have_no_mean():
    with pytest.raises(ValueError, match="`data` must hold at least one entry"):
        empirical_risk(miss, [])

"""Landscapes lie where they say, slope as they say, and turn without changing."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlnotes.training.landscapes import Landscape, beale, quadratic, ravine, rosenbrock

LANDSCAPES = {
    "ravine": ravine(30),
    "quadratic": quadratic([1.0, 4.0]),
    "beale": beale(),
    "rosenbrock": rosenbrock(),
    "turned": rosenbrock().rotated(30),
}
CURVATURES = {"ravine": (1, 30), "quadratic": (1, 4)}
COORDINATE = st.floats(-3, 3)


def point(*coordinates: float) -> torch.Tensor:
    return torch.tensor(coordinates, dtype=torch.float64)


@pytest.fixture(params=LANDSCAPES)
def landscape(request) -> Landscape:
    return LANDSCAPES[request.param]


def test_minimum_is_flat_and_the_lowest_point_around(landscape):
    bottom = point(*landscape.minimum)
    assert landscape.gradient(bottom).abs().max() < 1e-12
    around = bottom + 0.1 * torch.randn(500, 2, generator=torch.Generator().manual_seed(0))
    assert (landscape(around) >= landscape(bottom)).all()
    assert landscape(bottom).item() == pytest.approx(0, abs=1e-12)


def test_gradient_is_the_slope(landscape):
    here, h = point(0.7, -0.4), 1e-6
    slopes = [
        (landscape(here + h * axis) - landscape(here - h * axis)) / (2 * h)
        for axis in torch.eye(2, dtype=torch.float64)
    ]
    torch.testing.assert_close(landscape.gradient(here), torch.stack(slopes), rtol=1e-6, atol=1e-6)


def test_many_points_at_once_equal_one_by_one(landscape):
    points = torch.randn(3, 5, 2, generator=torch.Generator().manual_seed(1)).double()
    assert landscape(points).shape == (3, 5)
    torch.testing.assert_close(landscape(points)[2, 4], landscape(points[2, 4]))
    torch.testing.assert_close(landscape.gradient(points)[1, 3], landscape.gradient(points[1, 3]))


@pytest.mark.parametrize("name", CURVATURES)
def test_curvatures_are_those_asked_for(name):
    hessian = torch.func.jacrev(torch.func.grad(LANDSCAPES[name]))(point(0.3, -0.2))
    torch.testing.assert_close(hessian, torch.diag(point(*CURVATURES[name])))


def test_known_heights():
    assert beale()(point(0, 0)).item() == pytest.approx(14.203125)
    assert rosenbrock()(point(-1.2, 1)).item() == pytest.approx(24.2)


@given(x=COORDINATE, y=COORDINATE, degrees=st.floats(-360, 360))
def test_turning_moves_the_terrain_and_leaves_it_as_it_is(x, y, degrees):
    straight, turned = ravine(20), ravine(20).rotated(degrees)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    here = point(x, y)
    torch.testing.assert_close(turned(turn @ here), straight(here), rtol=1e-9, atol=1e-9)
    carried = turn @ straight.gradient(here)
    torch.testing.assert_close(turned.gradient(turn @ here), carried, rtol=1e-9, atol=1e-9)


def test_a_quarter_turn_carries_the_minimum_along():
    assert rosenbrock().rotated(90).minimum == pytest.approx((-1.0, 1.0))
    assert beale().rotated(180).minimum == pytest.approx((-3.0, -0.5))


def test_turning_widens_the_view_to_a_square():
    assert ravine().rotated(45).view == (1.2, 1.2)


def test_asking_for_a_gradient_leaves_the_point_alone():
    here = point(1, 1)
    ravine().gradient(here)
    assert not here.requires_grad and here.grad is None


def test_condition_below_one_is_named():
    with pytest.raises(ValueError, match=r"`condition` must be at least 1, got 0\.5\."):
        ravine(condition=0.5)

"""Landscapes lie where they say, slope as they say, and turn without changing."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.fx.experimental.proxy_tensor import make_fx

from dlnotes.live import emit
from dlnotes.training.surfaces import landscapes
from dlnotes.training.surfaces.landscapes import (
    Landscape,
    beale,
    bowl,
    double_well,
    himmelblau,
    quadratic,
    rastrigin,
    ravine,
    rosenbrock,
    saddle,
)

LANDSCAPES = {
    "bowl": bowl(),
    "ravine": ravine(30),
    "quadratic": quadratic([1.0, 4.0]),
    "saddle": saddle(),
    "double_well": double_well(),
    "tilted": double_well(tilt=0.4),
    "beale": beale(),
    "rosenbrock": rosenbrock(),
    "himmelblau": himmelblau(),
    "rastrigin": rastrigin(),
}
LANDSCAPES |= {f"turned {name}": land.rotated(30) for name, land in LANDSCAPES.items()}
LOWEST = {"saddle": -0.5, "turned saddle": -0.5}
TILTED = ("tilted", "turned tilted")
CURVATURES = {"bowl": (1, 1), "ravine": (1, 30), "quadratic": (1, 4)}
HESSIANS = {  # by hand
    "saddle": lambda x, y: [[2, 0], [0, 6 * y**2 - 2]],
    "double_well": lambda x, y: [[12 * x**2 - 4, 0], [0, 2]],
    "tilted": lambda x, y: [[12 * x**2 - 4, 0], [0, 2]],
    "rosenbrock": lambda x, y: [[2 - 400 * y + 1200 * x**2, -400 * x], [-400 * x, 200]],
    "himmelblau": lambda x, y: [
        [12 * x**2 + 4 * y - 42, 4 * (x + y)],
        [4 * (x + y), 12 * y**2 + 4 * x - 26],
    ],
    "rastrigin": lambda x, y: [
        [2 + 40 * math.pi**2 * math.cos(2 * math.pi * x), 0],
        [0, 2 + 40 * math.pi**2 * math.cos(2 * math.pi * y)],
    ],
}
GRADIENTS = {  # by hand
    "saddle": lambda x, y: [2 * x, 2 * y**3 - 2 * y],
    "double_well": lambda x, y: [4 * x**3 - 4 * x, 2 * y],
    "tilted": lambda x, y: [4 * x**3 - 4 * x + 0.4, 2 * y],
    "rosenbrock": lambda x, y: [2 * x - 2 - 400 * x * (y - x**2), 200 * (y - x**2)],
    "himmelblau": lambda x, y: [
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ],
    "rastrigin": lambda x, y: [
        2 * x + 20 * math.pi * math.sin(2 * math.pi * x),
        2 * y + 20 * math.pi * math.sin(2 * math.pi * y),
    ],
}
VALUES = ["saddle", "double_well", "beale", "rosenbrock", "himmelblau", "rastrigin"]
COORDINATE = st.floats(-3, 3)


def point(*coordinates: float) -> torch.Tensor:
    return torch.tensor(coordinates, dtype=torch.float64)


def point_of(coordinates: tuple[float, ...]) -> torch.Tensor:
    return point(*coordinates)


@pytest.fixture(params=LANDSCAPES)
def landscape(request) -> Landscape:
    return LANDSCAPES[request.param]


def test_every_minimum_is_flat_and_the_lowest_point_around(landscape):
    for bottom in map(point_of, landscape.minima):
        assert landscape.gradient(bottom).abs().max() < 1e-12
        around = bottom + 0.1 * torch.randn(500, 2, generator=torch.Generator().manual_seed(0))
        assert (landscape(around) >= landscape(bottom)).all()
        assert torch.linalg.eigvalsh(landscape.hessian(bottom)).min() > 0


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_first_minimum_is_a_lowest_point(name):
    landscape = LANDSCAPES[name]
    heights = landscape(torch.stack([point_of(bottom) for bottom in landscape.minima]))
    grid = torch.cartesian_prod(*[torch.linspace(-6, 6, 301, dtype=torch.float64)] * 2)
    assert heights.min() == heights[0] <= landscape(grid).min() + 1e-12
    if name not in TILTED:
        assert heights.tolist() == pytest.approx([LOWEST.get(name, 0)] * len(heights), abs=1e-12)


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


@pytest.mark.parametrize("name", HESSIANS)
@settings(max_examples=25, deadline=None)
@given(x=COORDINATE, y=COORDINATE)
def test_gradient_and_hessian_equal_those_worked_out_by_hand(name, x, y):
    landscape, here = LANDSCAPES[name], point(x, y)
    by_hand = point(*GRADIENTS[name](x, y))
    torch.testing.assert_close(landscape.gradient(here), by_hand, rtol=1e-12, atol=1e-11)
    by_hand = torch.tensor(HESSIANS[name](x, y), dtype=torch.float64)
    torch.testing.assert_close(landscape.hessian(here), by_hand, rtol=1e-12, atol=1e-11)


def test_hessians_of_many_points_equal_one_by_one():
    points = torch.randn(3, 5, 2, generator=torch.Generator().manual_seed(1)).double()
    together = himmelblau().hessian(points)
    assert together.shape == (3, 5, 2, 2)
    torch.testing.assert_close(together[2, 4], himmelblau().hessian(points[2, 4]))
    of_three = quadratic([1.0, 2.0, 3.0]).hessian(point(1, 1, 1))
    torch.testing.assert_close(of_three, torch.diag(point(1, 2, 3)))


def test_a_turned_hessian_has_the_same_curvatures():
    straight = himmelblau().hessian(point(3, 2))
    cos, sin = math.cos(math.radians(30)), math.sin(math.radians(30))
    turned = himmelblau().rotated(30).hessian(point(3 * cos - 2 * sin, 3 * sin + 2 * cos))
    assert not torch.allclose(straight, turned)
    torch.testing.assert_close(torch.linalg.eigvalsh(turned), torch.linalg.eigvalsh(straight))


def test_known_heights():
    assert beale()(point(0, 0)).item() == pytest.approx(14.203125)
    assert rosenbrock()(point(-1.2, 1)).item() == pytest.approx(24.2)
    assert himmelblau()(point(-0.270845, -0.923039)).item() == pytest.approx(181.617, abs=1e-3)
    assert rastrigin()(point(1, 1)).item() == pytest.approx(2)
    assert rastrigin()(point(0.5, 0.5)).item() == pytest.approx(40.5)
    assert double_well()(point(0, 0)).item() == saddle()(point(0, 0)).item() + 1 == 1


def test_at_the_saddle_the_ground_is_level_and_bends_both_ways():
    assert torch.equal(saddle().gradient(point(0, 0)), point(0, 0))
    assert torch.equal(saddle().hessian(point(0, 0)), torch.diag(point(2, -2)))


@given(tilt=st.floats(-1.5, 1.5))
@settings(deadline=None)
def test_a_tilt_makes_one_well_the_deeper(tilt):
    land = double_well(tilt)
    deep, shallow = land(torch.tensor(land.minima, dtype=torch.float64)).tolist()
    assert deep <= shallow and (tilt == 0 or (land.minimum[0] < 0) == (tilt > 0))
    slopes = land.gradient(torch.tensor(land.minima, dtype=torch.float64))
    assert slopes.abs().max() < 2e-14


@pytest.mark.parametrize("name", VALUES)
def test_values_can_be_traced_and_emitted(name):
    def height(x, y):
        return getattr(landscapes, f"{name}_value")(x, y)

    program = make_fx(torch.func.grad(height))(*point(0.5, 1))
    there = point(-0.7, 0.3)
    torch.testing.assert_close(program(*there), LANDSCAPES[name].gradient(there)[0])
    assert "export" in emit(height=height)


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


def test_a_quarter_turn_carries_all_minima_along():
    turned = saddle().rotated(90).minima
    assert turned[0] == pytest.approx((-1, 0)) and turned[1] == pytest.approx((1, 0))
    assert len(himmelblau().rotated(10).minima) == 4


def test_turning_widens_the_view_to_a_square():
    assert ravine().rotated(45).view == (1.2, 1.2)


def test_asking_for_a_gradient_leaves_the_point_alone():
    here = point(1, 1)
    ravine().gradient(here)
    assert not here.requires_grad and here.grad is None


def test_condition_below_one_is_named():
    with pytest.raises(ValueError, match=r"`condition` must be at least 1, got 0\.5\."):
        ravine(condition=0.5)


@pytest.mark.parametrize("tilt", [1.6, -2, math.nan])
def test_a_tilt_that_leaves_one_well_is_named(tilt):
    with pytest.raises(ValueError, match=rf"`tilt` must be between -1\.5 and 1\.5, got {tilt}\."):
        double_well(tilt)


@pytest.mark.parametrize("curvatures", [[], [math.nan, 1.0]])
def test_curvatures_that_make_no_landscape_are_named(curvatures):
    with pytest.raises(ValueError, match="`curvatures` must "):
        quadratic(curvatures)


def test_an_angle_is_a_number():
    with pytest.raises(ValueError, match="`degrees` must be finite, got nan"):
        bowl().rotated(math.nan)


def test_only_two_coordinates_are_turned():
    with pytest.raises(ValueError, match="`rotated` turns two coordinates, this landscape has 3"):
        quadratic([1.0, 2.0, 3.0]).rotated(10)

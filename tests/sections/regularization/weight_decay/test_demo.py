"""The three lines of the demo: their programs against the points, and what they say."""

import pytest
import torch

from dlnotes.sections.regularization.weight_decay import pull
from dlnotes.sections.regularization.weight_decay.demo import WeightDecayDemo

START = WeightDecayDemo.start


def readouts(**changed):
    return WeightDecayDemo.readouts(**(START | {"now": pull.STEPS} | changed))


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def test_intercept_and_slope_have_nothing_to_do_with_each_other():
    y = pull.heights(number(70.0))
    fit = torch.linalg.lstsq(torch.stack([pull.PLACES, torch.ones(20).double()], 1), y[:, None])
    torch.testing.assert_close(fit.solution[:, 0], number([pull.TILT, 70.0]))


@pytest.mark.parametrize("route", pull.ROUTES)
@pytest.mark.parametrize("spared", [False, True])
def test_one_parameter_at_a_time_is_the_line(route, spared):
    path = pull.walked(route, 80.0, 0.05, 0.7, steps=40, spared=spared)
    step, init = pull.stepping(route), pull.ROUTES[route].init
    bottoms, bends = (pull.TILT, 80.0), (pull.BEND, 1.0)
    for column, (bottom, bend) in enumerate(zip(bottoms, bends, strict=True)):
        decay = 0.0 if spared and column else 0.05
        param, state = number(0.0), init(number(0.0))
        for expected in path[1:, column]:
            param, state = step(param, state, bottom, bend, 0.7, decay).values()
            torch.testing.assert_close(param, expected)


def test_where_the_lines_rest():
    assert WeightDecayDemo.answer() == "ten"
    found = readouts()
    spring = pull.shrunk(number(100.0), number(1.0), number(0.1)).item()
    assert found["gd"] == pytest.approx(spring) == pytest.approx(1000 / 11)
    assert found["penalty"] == pytest.approx(spring, abs=0.01)
    fence = pull.fenced(number(100.0), number(0.1)).item()
    assert found["adamw"] == pytest.approx(fence, abs=0.05) and fence == 10
    assert pull.fenced(number(-100.0), number(0.1)) == -10
    assert pull.fenced(number(8.0), number(0.1)) == 8


def test_spared_intercepts_all_arrive():
    found = readouts(spared=True)
    for route in pull.ROUTES:
        assert found[route] == pytest.approx(100, abs=0.05)
        assert found[f"{route}_slope"] < 24


def test_inside_the_fence_the_way_is_slow():
    path = pull.walked("adamw", weight_decay=0.008, steps=1000)[:, 1]
    assert 70 < path[300] < 75 < path[1000] < 83


@pytest.mark.slow
class TestInBrowser:
    def test_until_it_is_answered_no_place_of_rest_is_shown(self, demo):
        assert demo.root.locator(".demo-line.theory").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.theory").count() > 0

    def test_a_spared_intercept_gets_to_the_top(self, demo):
        demo.answer()
        demo.press("spare")
        assert demo.readouts()["adamw"] > 99

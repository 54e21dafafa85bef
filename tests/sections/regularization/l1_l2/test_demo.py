"""The demo of two routes and two shapes: its programs, its answer, what it says."""

import pytest
import torch

from dlnotes.regularization.linear import elastic_net
from dlnotes.sections.regularization.l1_l2 import programs
from dlnotes.sections.regularization.l1_l2.demo import L1L2Demo
from dlnotes.sections.regularization.l1_l2.problems import fifty

START = L1L2Demo.start


def readouts(**changed):
    return L1L2Demo.readouts(**(START | changed))


class TestMathematics:
    def test_proximal_steps_lead_to_the_librarys_minimum(self):
        X, y, _ = (part[0] for part in fifty((0,)))
        walked = programs.run(programs.stop, 0.1, 0.2, 0.5, 1500)
        torch.testing.assert_close(walked, elastic_net(X, y, 0.2, 0.5), rtol=0, atol=1e-6)

    def test_where_they_touch_the_slopes_cancel(self):
        x, y, tilt, strength, mix = 0.9, 0.75, 0.4, 0.2, 0.5
        at = torch.tensor(programs.touched(x, y, tilt, strength, mix), requires_grad=True)
        a, b = at.double()
        bottom = [torch.tensor(each, dtype=torch.float64) for each in (x, y, tilt)]
        total = programs.hill(a, b, *bottom) + strength * programs.price(a, b, torch.tensor(mix))
        total.backward()
        assert at.grad.abs().max() < 1e-6

    def test_a_circle_has_no_corners_and_a_diamond_has(self):
        assert programs.corners(0.2, 0.0) == 0 < programs.corners(0.2, 0.5)
        assert programs.corners(0.2, 0.5) < programs.corners(0.2, 1.0)


class TestReadouts:
    def test_neither_route_starts_at_zero_and_one_ends_there(self):
        first, last = readouts(), readouts(now=programs.STEPS)
        assert (first["hops"], first["stops"]) == (0, 0)
        assert (last["hops"], last["stops"]) == (0, 45)
        assert L1L2Demo.answer() == "none_all"

    def test_l2_alone_brings_nothing_to_zero(self):
        last = readouts(mix=0.0, now=programs.STEPS)
        assert (last["hops"], last["stops"]) == (0, 0)


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("没有一个恰好是 0", "none of them exactly at 0")
        spoken.press("circle")
        says("次梯度 0 个，近端 0 个", "0 by subgradient, 0 by proximal")
        spoken.press("weak")
        says("都不是 0", "neither weight 0")

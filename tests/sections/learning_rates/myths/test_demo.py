"""The demo of the two wells: the steps, who ends where, what it says."""

import pytest
import torch

from dlnotes.sections.learning_rates.myths import demo, wells
from dlnotes.sections.learning_rates.myths.demo import MythsDemo

ONE = torch.tensor(1.0, dtype=torch.float64)


def share(**changed):
    setting = MythsDemo.start | {"now": demo.STEPS} | changed
    return MythsDemo.readouts(**setting)["deepest"]


class TestMathematics:
    def test_the_slope_is_that_of_the_terrain(self):
        x = wells.starts(40).requires_grad_()
        wells.terrain(x, -1.0, 6.0, 0.7).sum().backward()
        torch.testing.assert_close(wells.slope(x.detach(), -1.0, 6.0, 0.7), x.grad)

    def test_a_step_inside_a_well_leaves_one_minus_rate_times_curvature(self):
        x = torch.tensor([wells.NARROW_AT + 0.1, wells.WIDE_AT + 0.1], dtype=torch.float64)
        made = wells.step(x, 0.4 * ONE, -ONE, 8 * ONE, ONE)
        off = made["x"] - torch.tensor([wells.NARROW_AT, wells.WIDE_AT])
        assert off.tolist() == pytest.approx([0.1 * -2.2, 0.1 * 0.6])
        assert made["wide"].item() == 0.5

    def test_starts_are_even_and_none_is_a_bottom(self):
        x = wells.starts(demo.STARTS)
        assert x.diff().max() == pytest.approx(x.diff().min())
        assert x[0].item() == pytest.approx(-x[-1].item()) and wells.slope(x, 1.0).abs().min() > 0

    @pytest.mark.parametrize(("floor", "expected"), [(1.0, 0.7), (-1.0, 0.3), (0.0, 1.0)])
    def test_the_deepest_is_the_lower_floor(self, floor, expected):
        assert wells.in_deepest(0.7 * ONE, floor * ONE).item() == pytest.approx(expected)


class TestRuns:
    def test_between_the_limits_all_end_in_the_wide_well(self):
        assert share() == 0 and share(floor=1.0) == 1

    def test_a_small_rate_goes_where_it_starts(self):
        assert share(lr=0.05) == pytest.approx(share(lr=0.02), abs=0.002)
        assert share(lr=0.05) == pytest.approx(0.351, abs=0.002)

    def test_where_both_are_equally_wide_width_decides_nothing(self):
        same = {"narrow": 1.3, "wide": 1.3}
        assert share(**same) == pytest.approx(share(**same, lr=0.05), abs=0.02)

    def test_the_answer_is_none(self):
        assert MythsDemo.answer() == "none"


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_which_is_deeper(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("窄谷更深", "the narrow one is deeper")
        spoken.press("shallow")
        says("100% 在最深处", "100% in the deepest")
        spoken.press("deep")
        says("0% 在最深处", "0% in the deepest")

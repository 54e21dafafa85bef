"""The demo of the straight way: its blocks, their parts, what it says."""

import math

import pytest
import torch

from dlnotes.gradients.residuals import ResidualBlock, gradient_split
from dlnotes.sections.gradients.residuals import demo as module
from dlnotes.sections.gradients.residuals.demo import ResidualsDemo

START = ResidualsDemo.start


def readouts(**changed):
    setting = START | changed
    return ResidualsDemo.readouts(**({"now": setting["depth"]} | setting | changed))


class TestMathematics:
    def test_the_parts_are_the_librarys(self):
        x, message, draws = module._draws()
        weights = [math.sqrt(2 * 12 / module.UNITS) * (each - 0.5) for each in draws[:10]]
        blocks = [ResidualBlock(lambda h, w=w: h.relu() @ w.T, 0.5) for w in weights]
        split = gradient_split(blocks, module.sized(x), module.sized(message))
        seen = readouts(scale=0.5, depth=10, now=10)
        assert seen["straight"] == pytest.approx(split.straight[0].item())
        assert seen["branches"] == pytest.approx(split.branches[0].item())
        assert seen["total"] == pytest.approx(split.total[0].item())

    def test_weights_have_the_size_that_is_said(self):
        draws = torch.cat([each.flatten() for each in module._draws()[2]])
        assert math.sqrt(24 / 32) * (draws - 0.5).std().item() == pytest.approx(0.25, rel=0.01)

    @pytest.mark.parametrize("back", [module.relu_back, module.sigmoid_back])
    def test_the_way_back_is_the_transpose_of_the_way_forward(self, back):
        block = {"relu_back": module.relu_block, "sigmoid_back": module.sigmoid_block}
        x, message, (draws, *_) = module._draws()
        h, push = module.sized(x), torch.ones_like(message)
        forward = torch.func.jvp(lambda h: block[back.__name__](h, draws, 1.0, 0.7), (h,), (push,))[
            1
        ]
        backward = back(h, draws, message, 1.0, 0.7)
        assert (forward * message).sum().item() == pytest.approx((push * backward).sum().item())


class TestReadouts:
    def test_the_straight_part_is_what_was_sent_wherever_it_is(self):
        for now in (0, 13, 50):
            assert readouts(now=now)["straight"] == pytest.approx(1)

    def test_the_famous_cure_explodes(self):
        assert ResidualsDemo.answer() == "millions"
        assert 2**0.5 / 1.05 < readouts(now=50)["total"] ** (1 / 50) < 2**0.5 * 1.05

    def test_small_branches_keep_it_near_one(self):
        assert 1 < readouts(scale=0.141, now=50)["total"] < 2.2

    def test_sigmoids_need_the_straight_way(self):
        sigmoids = {"act": "sigmoid", "depth": 20, "now": 20}
        assert readouts(**sigmoids, skip=False)["total"] < 1e-12
        assert readouts(**sigmoids)["total"] > 1

    def test_one_mirror_leaves_nothing(self):
        seen = readouts(mirror=True, scale=0.141, now=50)
        assert seen["total"] == 0 and seen["branches"] == pytest.approx(seen["straight"])

    def test_where_the_message_starts_there_is_nothing_but_it(self):
        seen = readouts(skip=False, now=0)
        assert (seen["straight"], seen["branches"]) == (pytest.approx(1), 0)


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没出发", "has not set out")
        spoken.press("sigmoids")
        says("没有直路", "No straight way")
        spoken.press("mirrored")
        says("合起来是 0", "together 0")
        spoken.rewind(3)
        says("ReLU 全关着", "every ReLU behind it is shut")
        spoken.press("bypass")
        says("合起来 1.54", "together 1.54")

    def test_a_message_of_0_has_its_rings_on_the_floor(self, demo):
        rings = "all => all.map((ring) => ring.cy.baseVal.value)"
        demo.press("mirrored")
        heights = demo.root.locator("[data-picture] circle.hollow").evaluate_all(rings)
        assert len(heights) == 51
        assert len({*heights[:26]}) == 1 and min(heights[:26]) > max(heights[26:]) + 50
        words = demo.root.locator("[data-picture] text").all_text_contents()
        assert "0" in words

    def test_the_picture_leaves_the_phone_room_for_what_runs(self, bench):
        demo = bench.fresh(width=390)
        assert demo.root.locator("[data-picture]").bounding_box()["height"] <= 330

"""The demo of the arrow: what a step changes all around, and where the steepest one points."""

import math

import pytest
import torch

from dlnotes.gradients.directions import angle, directional_derivative, steepest_descent
from dlnotes.sections.gradients.arrow import demo as module
from dlnotes.sections.gradients.arrow.demo import ArrowDemo

START = ArrowDemo.start


def readouts(**changed):
    return ArrowDemo.readouts(**(START | changed))


def number(value):
    return torch.tensor(value, dtype=torch.float64)


class TestMathematics:
    @pytest.mark.parametrize("terrain", module.SURFACES)
    def test_slopes_are_directional_derivatives(self, terrain):
        place, kappa = number([0.7, 0.2]), number(30.0)
        ways = module.arrows(place, module.TURNS, number(module.BALLS["euclidean"]))
        grad = module.ASKED[f"gradient_{terrain}"](place, kappa)
        for turn in (0, 47, 200):
            found = readouts(terrain=terrain, x=0.7, y=0.2, kappa=30.0, now=turn)
            assert found["slope"] == pytest.approx(directional_derivative(grad, ways[turn]))
            assert found["length"] == pytest.approx(grad.norm().item())

    @pytest.mark.parametrize("norm", module.BALLS)
    def test_every_arrow_has_length_one_and_turns_from_the_way_to_the_bottom(self, norm):
        ways = module.arrows(number([1.0, 0.1]), module.TURNS, number(module.BALLS[norm]))
        order = {"euclidean": 2, "max": math.inf, "sum": 1}[norm]
        torch.testing.assert_close(ways.norm(order, dim=1), torch.ones(361, dtype=torch.float64))
        assert angle(ways[0], number([-1.0, -0.1])) == pytest.approx(0, abs=1e-9)
        assert angle(ways[0], ways[73]) == pytest.approx(73)
        assert ways[90][1] < 0  # counterclockwise, as one sees it

    @pytest.mark.parametrize("norm", module.BALLS)
    def test_the_lowest_of_a_short_step_is_the_steepest_of_the_norm(self, norm):
        step = steepest_descent(number([1.0, 10.0]), norm)
        wanted = angle(step, number([-1.0, -0.1]))
        assert readouts(norm=norm)["off"] == pytest.approx(wanted, abs=1)


class TestReadouts:
    def test_the_page_says_how_far_off(self):
        found = readouts()
        assert found["off"] == 79 and ArrowDemo.answer() == "eighty"
        assert found["slope"] == pytest.approx(-2 / 1.01**0.5)
        assert found["length"] == pytest.approx(101**0.5)

    def test_a_longer_step_turns_to_the_bottom(self):
        stops = ArrowDemo.sliders["size"].stops
        assert [readouts(size=size)["off"] for size in stops] == [79, 78, 73, 52, 23, 6, 0]

    def test_in_a_round_bowl_the_steepest_way_leads_to_the_bottom(self):
        assert readouts(kappa=1.0, y=0.25)["off"] == 0
        assert readouts(x=0.25, y=0.25)["off"] == 44

    def test_on_a_crease_nearly_all_directions_lead_up(self):
        place, kappa = number([1.0, 0.0]), number(100.0)
        rises = module.ASKED["changes_crease"](
            place, module.TURNS, number(module.BALLS["euclidean"]), number(0.001), kappa
        )
        assert (rises[:360] < 0).sum() == 11
        assert module.ASKED["gradient_crease"](place, kappa).tolist() == [1, 0]


@pytest.mark.slow
class TestInBrowser:
    def test_the_arrow_follows_the_hand(self, demo):
        demo.drag("arrow", 60, 90)
        turned = demo.controls()["now"]
        assert 20 < turned < 150
        for key in ("ArrowLeft", "ArrowUp"):  # both along the rim, back to the left
            demo.handle("arrow").press(key)
        assert turned - 12 < demo.controls()["now"] < turned
        for key, now in (("End", 360), ("Home", 0)):
            demo.handle("arrow").press(key)
            assert demo.controls()["now"] == now

    def test_a_turn_ends_on_the_lowest_direction(self, demo):
        demo.answer()
        assert demo.controls()["now"] == 79
        assert "79° off" in demo.status() and demo.verdict()
        demo.press("step")
        assert demo.controls()["now"] == 0
        demo.handle("time").press("End")
        assert demo.controls()["now"] == 360
        assert "This way, 0° off" in demo.status()
        demo.handle("time").press("ArrowLeft")
        assert demo.controls()["now"] == 359

    @pytest.mark.parametrize("preset", ["worst", "middling", "round"])
    def test_the_dial_stays_on_the_map(self, bench, preset):
        demo = bench.fresh(width=1000)
        demo.press(preset)
        rim = demo.root.locator("[data-picture] path.demo-line.faint.plain").first
        heights = [
            float(each.split()[1].rstrip("Z")) for each in rim.get_attribute("d")[1:].split("L")
        ]
        assert len(heights) == 361 and min(heights) > 0

    def test_what_is_rounding_reads_0(self, demo):
        demo.press("round")
        assert "×10" not in demo.status() + demo.root.locator(".demo-readouts").inner_text()

    def test_the_place_cannot_be_the_bottom(self, demo):
        demo.drag("start", -4000, 0)
        before = demo.controls()
        assert before["x"] < 0
        demo.press("round")
        box = demo.root.locator("[data-picture] circle.demo-dot").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        start = demo.handle("start").locator(".grip").bounding_box()
        demo.drag(
            "start", x - start["x"] - start["width"] / 2, y - start["y"] - start["height"] / 2
        )
        after = demo.controls()
        assert max(abs(after["x"]), abs(after["y"])) >= module.NEAR

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("每单位路程降 1.99", "falls by 1.99 per unit")
        spoken.press("long")
        says("最陡的下坡偏离 52°", "steepest way down is 52° off")
        spoken.press("fold")
        says("每单位路程升", "rises by")

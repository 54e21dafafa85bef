"""The demo of the ball on a saddle: its numbers, its noise, its turning terrain."""

import math

import pytest
import torch

from dlnotes.convergence.critical import steps_to_leave
from dlnotes.sections.convergence.landscape import demo as module
from dlnotes.sections.convergence.landscape.demo import LandscapeDemo

START = LandscapeDemo.start


def readouts(**changed):
    return LandscapeDemo.readouts(**(START | changed))


class TestMathematics:
    @pytest.mark.parametrize("name", module.SURFACES)
    @pytest.mark.parametrize("place", [(0.3, -0.7), (1.1, 0.0)])
    def test_slope_and_curvatures_are_those_of_the_surface(self, name, place):
        at = torch.tensor(place, dtype=torch.float64, requires_grad=True)
        surface = module.SURFACES[name]
        surface(*at).backward()
        hessian = torch.func.hessian(lambda p: surface(p[0], p[1]))(at.detach())
        assert module.ASKED[f"length_{name}"](at.detach()).item() == pytest.approx(
            at.grad.norm().item()
        )
        found = module.ASKED[f"bends_{name}"](at.detach())
        torch.testing.assert_close(found, torch.linalg.eigvalsh(hessian))

    def test_the_noise_has_the_size_that_is_said(self):
        draws = (torch.arange(2000, dtype=torch.float64) + 0.5) / 2000
        pairs = torch.stack([draws, draws], 1)
        kicks = torch.stack([module.kick(each, torch.ones(2).double()) for each in pairs])
        assert kicks.std(0).tolist() == pytest.approx([module.NOISE] * 2, rel=0.01)
        assert kicks.mean(0).tolist() == pytest.approx([0, 0], abs=1e-12)

    def test_the_pits_have_pits_hills_and_saddles(self):
        bends = module.ASKED["bends_pits"]
        signs = [torch.sign(bends(torch.tensor(p).double())).tolist() for p in
                 ([0.0, 0.0], [0.57, 0.57], [0.0, 0.57])]  # fmt: skip
        assert signs == [[1, 1], [-1, -1], [-1, 1]]


class TestReadouts:
    @pytest.mark.parametrize("aside", [1e-16, 1e-8, 1e-4, 0.1])
    def test_the_steps_are_those_of_the_formula(self, aside):
        assert readouts(aside=aside)["left"] == steps_to_leave(aside, 0.1, -1.0)

    def test_the_page_says_how_many(self):
        assert readouts()["left"] == 194 and LandscapeDemo.answer() == "hundreds"
        assert readouts(aside=1e-16)["left"] == 387

    def test_exactly_in_the_middle_only_noise_that_pushes_down_frees_it(self):
        for seed in range(1, 4):
            assert readouts(aside=0.0, noise="none", seed=seed)["left"] == math.inf
            assert readouts(aside=0.0, noise="stable", seed=seed)["left"] == math.inf
            assert 50 < readouts(aside=0.0, noise="all", seed=seed)["left"] < 120

    def test_no_start_on_the_line_leaves(self):
        assert all(readouts(x=x, aside=0.0)["left"] == math.inf for x in (-1.0, 0.3, 1.2))

    def test_the_bowl_has_one_bottom_and_the_pits_have_several(self):
        def end(terrain, x):
            return module.walk(terrain, "none", (x, 0.1), 0.1, 1)[-1].tolist()

        assert end("bowl", 1.0) == pytest.approx([0, 0], abs=1e-4)
        assert end("pits", 0.3) == pytest.approx([0, 0], abs=1e-4)
        assert end("pits", 0.7)[0] > 0.9


@pytest.mark.slow
class TestInBrowser:
    def test_keys_and_mouse_turn_the_terrain(self, demo):
        demo.handle("view").press("ArrowRight")
        assert demo.controls()["turn"] == START["turn"] + 5
        demo.handle("view").press("ArrowUp")
        assert demo.controls()["tilt"] == START["tilt"] + 3
        box = demo.root.locator(".demo-band").nth(150).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        before, picture = demo.controls(), demo.picture()
        demo.page.mouse.move(x, y)
        demo.page.mouse.down()
        demo.page.mouse.move(x + 40, y + 15, steps=4)
        demo.page.mouse.up()
        after = demo.controls()
        assert after["turn"] == pytest.approx(before["turn"] + 20)
        assert after["tilt"] == pytest.approx(before["tilt"] + 5, abs=0.3)
        assert demo.picture() != picture
        demo.page.mouse.move(x, y)
        assert demo.controls() == after

    def test_by_keys_the_start_goes_from_stop_to_stop(self, demo):
        demo.handle("start").focus()
        seen = []
        for key in ("ArrowUp", "ArrowDown", "ArrowDown", "ArrowRight"):
            demo.page.keyboard.press(key)
            seen.append((demo.controls()["aside"], demo.controls()["x"] > 0))
        assert seen == [(1e-4, False), (1e-8, False), (1e-12, False), (1e-12, True)]

    def test_other_noise_is_offered_where_there_is_noise(self, demo):
        assert demo.control("seed").is_disabled()
        demo.press("noise", "all")
        assert demo.control("seed").is_enabled()

    def test_on_a_phone_the_gradient_stands_below_the_terrain(self, bench):
        demo = bench.fresh(width=390)
        tabs = demo.root.locator("[data-panel]").evaluate_all(
            "all => all.map(e => e.dataset.panel)"
        )
        assert tabs == ["relief", "plan"]
        shown = float(demo.root.locator("[data-picture]").get_attribute("viewBox").split()[-1])
        place = demo.handle("time").get_attribute("transform")
        assert float(place.split()[-1].rstrip(")")) < shown

    def test_the_straight_line_says_that_each_step_multiplies(self, demo):
        words = demo.phrase("each", growth=1.1)
        assert words not in demo.said()
        demo.answer()
        assert words in demo.said()
        demo.press("shaken")
        assert "straight" not in demo.said()

    @pytest.mark.parametrize("tilt", [8, 32, 82])
    def test_no_corner_of_the_terrain_is_cut(self, bench, tilt):
        demo = bench.fresh(terrain="bowl", turn=-135, tilt=tilt)
        box = "shape => [shape.getBBox().y, shape.getBBox().y + shape.getBBox().height]"
        edges = f"all => all.slice(0, 400).map({box}).flat()"
        heights = demo.root.locator("path.demo-band[d$=Z]").evaluate_all(edges)
        assert min(heights) >= 0 and max(heights) <= 226

    def test_the_nearest_squares_are_painted_last(self, demo):
        """What is far lies higher in the picture."""
        corner = "all => [all[0], all.at(-1)].map(each => each.getBBox().y)"
        squares = demo.root.locator("path.demo-band[d$=Z]")
        first, last = squares.evaluate_all(f"all => ({corner})(all.slice(0, 400))")
        assert first < last

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没放手", "Not let go yet")
        spoken.press("exact")
        says("停在正中", "rests in the middle")
        spoken.press("sideways")
        says("下不去", "cannot go down")
        spoken.press("shaken")
        says("离开了马鞍", "has left the saddle")
        spoken.press("in_pit")
        says("两个方向都往上弯", "bent upwards both ways")

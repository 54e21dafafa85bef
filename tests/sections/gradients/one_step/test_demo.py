"""The demo of one step: promised and real falls, and the walks that it shows."""

import pytest
import torch

from dlnotes.convergence.steps import take_step
from dlnotes.sections.gradients.one_step import demo as module
from dlnotes.sections.gradients.one_step.demo import HOME, PARTS, STEPS, OneStepDemo, walk

START = OneStepDemo.start


def readouts(**changed):
    return OneStepDemo.readouts(**(START | changed))


def surface(name):
    def value(*place):
        return module.SURFACES[name](*torch.tensor(place, dtype=torch.float64)).item()

    return value


class TestMathematics:
    @pytest.mark.parametrize("terrain", module.SURFACES)
    @pytest.mark.parametrize("place", [(0.3, -0.7), (1.1, 0.4)])
    def test_falls_are_those_of_the_library(self, terrain, place):
        found = readouts(terrain=terrain, x=place[0], y=place[1], rate=0.05, now=PARTS)
        step = take_step(surface(terrain), place, 0.05)
        assert found["promised"] == pytest.approx(step.promised, rel=1e-6)
        assert found["real"] == pytest.approx(step.fell, rel=1e-6)
        assert found["kept"] == pytest.approx(step.fell / step.promised, rel=1e-6)

    def test_the_curvature_along_the_arrow_is_that_of_the_hessian(self):
        at = torch.tensor([1.7, 0.6], dtype=torch.float64)
        g = torch.func.grad(lambda p: module.wells(*p))(at)
        H = torch.func.hessian(lambda p: module.wells(*p))(at)
        assert 1 / readouts(terrain="wells", x=1.7, y=0.6)["best"] == pytest.approx(
            (g @ H @ g / (g @ g)).item()
        )

    def test_where_the_ground_bends_down_no_rate_gains_most(self):
        assert readouts(terrain="wells", x=0.0, y=0.0)["best"] == float("inf")

    @pytest.mark.parametrize(("now", "wanted"), [(0, (0, 0)), (1, (0, 1)), (20, (0, 20)),
                                                 (21, (1, 1)), (40, (1, 20))])  # fmt: skip
    def test_the_end_of_a_step_still_belongs_to_it(self, now, wanted):
        assert module.split(now) == wanted

    def test_a_cut_shows_the_arrow_as_far_as_the_step_goes(self):
        for terrain in module.SURFACES:
            place = torch.tensor(HOME[terrain], dtype=torch.float64)
            rate = torch.tensor(0.4, dtype=torch.float64)
            top, low, high = module.ASKED[f"span_{terrain}"](place, rate).tolist()
            assert top >= 0.4
            assert low < module.SURFACES[terrain](*place).item() < high


class TestReadouts:
    def test_the_page_works_the_step_out_by_hand(self):
        found = readouts(rate=0.1, now=PARTS)
        assert found["promised"] == pytest.approx(11.6)
        assert found["real"] == pytest.approx(3.84)
        assert found["loss"] == pytest.approx(0.96)
        assert found["best"] == pytest.approx(116 / 1552)

    def test_the_question_says_how_far_it_fell_and_the_rest_is_for_nothing(self):
        half, whole = readouts(), readouts(now=PARTS)
        assert half["real"] == pytest.approx(4.8 - 0.465, abs=1e-3)
        assert half["kept"] == pytest.approx(0.5)
        assert abs(whole["real"]) < 1e-12
        assert OneStepDemo.answer() == "nothing"


class TestWalks:
    def test_start_and_rate_decide_the_well(self):
        ends = {rate: walk("wells", HOME["wells"], rate)[-1][0].item() for rate in (0.03, 0.15)}
        assert ends[0.03] == pytest.approx(0.96, abs=0.01)
        assert ends[0.15] == pytest.approx(-1.04, abs=0.01)

    def test_the_zigzag_comes_down_and_too_large_a_rate_flies_off(self):
        heights = [module.line(*place).item() for place in walk("line", (-1.0, 1.5), 0.147)]
        assert len(heights) == STEPS + 1 and heights[-1] < heights[0] / 3
        assert len(walk("line", (0.0, 0.0), 0.4)) < STEPS


@pytest.mark.slow
class TestInBrowser:
    @pytest.mark.parametrize(("name", "way"), [("rate", (-40, 0)), ("start", (40, -30))])
    def test_before_the_guess_another_step_is_not_walked(self, demo, name, way):
        demo.drag(name, *way)
        assert demo.phase() == "asked" and demo.controls()["now"] == 0
        assert "Not started" in demo.status()
        demo.answer()
        demo.drag(name, *way)
        assert demo.controls()["now"] == PARTS

    def test_a_run_without_a_guess_rests_where_it_is_told(self, demo):
        demo.press("run")
        demo.page.wait_for_function("() => document.querySelector('[data-phase=played]')")
        demo.page.wait_for_timeout(200)
        assert demo.control("run").inner_text() == demo.words["run"]
        assert PARTS <= demo.controls()["now"] < PARTS + 3

    def test_on_a_phone_a_preset_opens_what_it_changes(self, bench):
        demo = bench.fresh(width=390)
        demo.answer()
        height = demo.root.bounding_box()["height"]
        for preset, panel in (("zigzag", "map"), ("hand", "cut"), ("jump", "map")):
            demo.press(preset)
            tab = demo.root.locator(f"[data-panel={panel}]")
            assert tab.get_attribute("aria-pressed") == "true"
            assert demo.root.bounding_box()["height"] == height

    def test_twice_as_far_as_the_lowest_place_is_marked_once_it_is_told(self, demo):
        marks = {demo.words["lowest"], demo.words["twice"]}
        words = demo.root.locator("[data-picture] text")
        assert marks.isdisjoint(words.all_text_contents())
        demo.answer()
        assert marks <= {*words.all_text_contents()}

    def test_a_loss_beyond_the_picture_is_told_at_its_edge(self, demo):
        demo.answer()
        demo.key("rate", "End")
        loss = demo.readouts()["loss"]
        assert f"loss {loss:.3g}" in demo.root.locator("[data-picture]").text_content()

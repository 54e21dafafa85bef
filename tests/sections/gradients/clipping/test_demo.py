"""The demo of the ball above a cliff: its walks, its answer, what it says."""

import math

import pytest
import torch

from dlnotes.sections.gradients.clipping import cliff
from dlnotes.sections.gradients.clipping import demo as module
from dlnotes.sections.gradients.clipping.demo import ClippingDemo

START = ClippingDemo.start


def readouts(**changed):
    return ClippingDemo.readouts(**(START | changed))


class TestWalks:
    def test_without_clipping_one_step_is_dozens_of_maps_wide(self):
        found = readouts(now=module.STEPS)
        assert found["thrown"] == 43 and found["gradient"] < 1e-6
        assert 40 < found["longest"] / (module.RIGHT - module.LEFT) < 50
        assert ClippingDemo.answer() == "dozens"

    def test_before_that_all_steps_are_below_a_tenth_of_the_map(self):
        path = module.walk(**{name: START[name] for name in ("kind", "bound", "lr", "w", "b")})
        steps = [module.length(*pair).item() for pair in zip(path[1:43], path, strict=False)]
        assert max(steps) < 0.1 * (module.RIGHT - module.LEFT)

    def test_no_step_is_longer_than_the_bound_allows(self):
        for kind, longest in (("norm", 0.1), ("value", 0.1 * math.sqrt(2)), ("unit", 0.1)):
            assert readouts(kind=kind)["longest"] == pytest.approx(longest, rel=1e-6)

    @pytest.mark.parametrize(
        ("changed", "low", "high"),
        [
            ({"kind": "norm"}, 0, 1e-6),
            ({"kind": "value", "bound": 0.3}, 0.003, 0.05),
            ({"kind": "norm", "bound": 30.0}, 0.2, 0.3),
            ({"kind": "norm", "bound": 0.03}, 1.5, 2.2),
            ({"lr": 0.02}, 0.2, 0.3),
        ],
    )
    def test_presets_end_where_the_page_says(self, changed, low, high):
        assert low < readouts(now=module.STEPS, **changed)["loss"] < high

    def test_a_start_a_little_higher_steps_across_the_cliff(self):
        found = readouts(now=module.STEPS, b=0.34)
        assert found["thrown"] == math.inf and found["loss"] < 1e-6

    def test_places_are_kept_to_nine_decimals(self):
        grad = torch.tensor([1 / 3, 2 / 3], dtype=torch.float64)
        at = cliff.moved(torch.zeros(2).double(), grad, torch.tensor(1.0).double())
        assert at.tolist() == [-0.333333333, -0.666666667]


@pytest.mark.slow
class TestInBrowser:
    def test_a_bound_that_is_dragged_clips_by_norm(self, demo):
        demo.answer()
        demo.drag("limit", 0, 20)
        assert demo.controls()["kind"] == "norm"
        demo.press("kind", "value")
        demo.drag("limit", 0, 10)
        assert demo.controls()["kind"] == "value"

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没放手", "Not let go yet")
        spoken.answer()
        spoken.press("by_value")
        says("每个数裁到 ±0.3", "each entry clipped to ±0.3")
        spoken.press("by_unit")
        says("拉成", "stretched to")
        spoken.press("loose")
        says("图宽", "widths long")

    def test_how_far_it_is_thrown_comes_with_the_verdict(self, bench):
        afar = "[data-panel=afar]"
        demo = bench.fresh(width=390)
        assert demo.root.locator(afar).count() == 0
        assert bench.demo.words["en"]["square"] not in demo.said()
        demo.answer()
        assert demo.root.locator(".demo-verdict [data-opens=afar]").count() == 1
        demo.press("loose")
        assert demo.root.locator(afar).get_attribute("aria-pressed") == "true"
        demo.press("start_over")
        assert demo.root.locator(afar).count() == 0

    def test_a_step_that_lands_in_the_valley_is_not_lost(self, bench):
        demo = bench.fresh(lr=1.0, now=200)
        assert demo.readouts()["thrown"] == 4 and demo.readouts()["loss"] < 1e-9
        assert "widths" not in demo.status()

    def test_the_bound_is_there_and_unused_until_something_clips(self, demo):
        assert "bound 1 (unused)" in demo.said()
        demo.press("kind", "norm")
        assert "unused" not in demo.said()

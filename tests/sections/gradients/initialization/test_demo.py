"""The demo of one layer and twenty: its mathematics, and what it says."""

import math
from itertools import pairwise

import pytest
import torch

from dlnotes.sections.gradients.initialization import demo as module
from dlnotes.sections.gradients.initialization.demo import InitializationDemo
from dlnotes.training.nets.activations import ACTIVATIONS

START = InitializationDemo.start


def readouts(**changed):
    return InitializationDemo.readouts(**(START | changed))


class TestMathematics:
    def test_evened_draws_have_mean_0_and_variance_1(self):
        draws = torch.rand(100_000, generator=torch.Generator().manual_seed(0)).double()
        values = module.even(draws)
        assert values.mean().item() == pytest.approx(0, abs=0.01)
        assert values.var().item() == pytest.approx(1, rel=0.01)

    def test_the_weights_are_torchs_at_the_start(self):
        draws = module._draws()[2][0]
        weights = module.summed(torch.eye(module.UNITS).double(), draws, torch.tensor(1 / 3)).T
        assert weights.abs().max().item() <= 1 / math.sqrt(module.UNITS)
        assert weights.var().item() == pytest.approx(1 / (3 * module.UNITS), rel=0.05)

    @pytest.mark.parametrize("name", module.NAMES)
    def test_a_layer_back_is_the_gradient_of_the_layer(self, name):
        x, message, weights = module._draws()
        spread, phi = torch.tensor(2.0), ACTIVATIONS[name]
        h = module.even(x).requires_grad_()
        made = module.forward(h, weights[0], spread, phi=phi)
        exact = torch.autograd.grad(made["h"], h, message)[0]
        sent = module.back(message, made["z"], weights[0], spread, phi=phi)["sent"]
        torch.testing.assert_close(sent, exact)

    def test_bars_share_out_all_that_is_inside(self):
        values = torch.tensor([[0.0, 0.0, *[1.0, -1.0] * 24, 4.0]], dtype=torch.float64)
        shares = module.bars(values)
        assert shares.sum().item() == pytest.approx(50 / 51)
        assert shares[module.BARS // 2].item() == pytest.approx(2 / 51)
        assert module.zeros(values).item() == pytest.approx(2 / 51)

    def test_bars_know_the_form_and_not_the_size(self):
        values = module.even(module._draws()[0])
        torch.testing.assert_close(module.bars(values), module.bars(1e-9 * values))


class TestReadouts:
    def test_twenty_relu_layers_leave_about_what_the_formula_says(self):
        assert readouts(now=40)["message"] == pytest.approx(6**-10, rel=0.6)
        assert InitializationDemo.answer() == "hardly"

    def test_weights_of_he_keep_the_size(self):
        found = readouts(spread=2.0, now=40)
        assert 0.2 < found["signal"] < 2 and 0.2 < found["message"] < 2

    def test_nothing_is_sent_back_before_the_end(self):
        assert readouts(now=20)["message"] == math.inf
        assert readouts(now=0)["factor"] == math.inf
        assert readouts(now=21)["factor"] == readouts(now=21)["message"]


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没进第一层", "before the first layer")
        spoken.press("step")
        says("第 1 层：大小乘了", "Layer 1: the size times")
        spoken.press("he")
        says("传过第 1 层", "Back through layer 1")

    @pytest.mark.parametrize("end", ["Home", "End"])
    def test_no_size_leaves_the_axis(self, demo, end):
        demo.answer()
        demo.key("spread", end)
        whole = demo.root.locator("[data-picture] path.demo-line.plain.faint").first
        d = whole.get_attribute("d")
        heights = [float(place.split()[1]) for place in d[1:].split("L")]
        steps = [after - before for before, after in pairwise(heights)]
        assert len(steps) == module.LAYERS and min(map(abs, steps)) > 1

    def test_the_half_that_is_cut_is_one_press_away(self, bench):
        demo = bench.fresh(width=390)
        demo.answer()
        demo.root.locator("[data-opens=layer]").click()
        assert demo.controls()["now"] == 1
        assert "% are exactly 0" in demo.said()
        demo.end()
        demo.press("first")
        tab = demo.root.locator("[data-panel=layer]")
        assert demo.controls()["now"] == 1 and tab.get_attribute("aria-pressed") == "true"

    def test_a_drag_past_the_last_layer_goes_on_into_the_way_back(self, demo):
        demo.answer()
        for way in (1, -1):  # and out again into the way forward
            demo.drag("time", 900, 0)
            demo.drag("time", -120, 0)
            assert way * (demo.controls()["now"] - module.LAYERS) < 0

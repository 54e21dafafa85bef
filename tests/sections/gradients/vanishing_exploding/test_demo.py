"""The gain console: its layers are the library's, and it says what is seen."""

import math

import pytest
import torch

from dlnotes.gradients.flow import signal_flow, stack
from dlnotes.sections.gradients.vanishing_exploding import demo as module
from dlnotes.sections.gradients.vanishing_exploding.demo import VanishingExplodingDemo

START = VanishingExplodingDemo.start


def readouts(**changed):
    return VanishingExplodingDemo.readouts(**(START | changed))


class TestMathematics:
    @pytest.mark.parametrize("kind", module.KINDS)
    @pytest.mark.parametrize(("norm", "residual"), [(False, False), (True, False), (True, True)])
    def test_the_layers_are_those_of_the_library(self, kind, norm, residual):
        x, message, *draws = module._draws()
        h, gain = module.centered(x), torch.tensor(1.5, dtype=torch.float64)
        switches = torch.tensor(float(norm)), torch.tensor(float(residual))
        layer = stack(1, module.WIDTH, kind, 1.5, "batch" if norm else None, residual)[0]
        with torch.no_grad():
            layer.linear.weight.copy_(module.weight(draws[0], gain))
        flow = signal_flow([layer], h, message)
        out = module.layer(h, draws[0], gain, *switches, kind=kind)
        sent = module.back(h, draws[0], gain, *switches, message, kind=kind)
        assert module.size(out).item() == pytest.approx(flow.forward[1].item(), rel=1e-12)
        assert module.size(sent).item() == pytest.approx(flow.backward[0].item(), rel=1e-12)

    def test_weights_have_the_deviation_that_is_said(self):
        draws = torch.stack(module._draws()[2:])
        deviation = module.weight(draws, torch.tensor(2.0)).std().item()
        assert deviation == pytest.approx(2 / math.sqrt(module.WIDTH), rel=0.01)

    def test_what_is_steady_and_what_is_nearest(self):
        def number(value):
            return torch.tensor(value, dtype=torch.float64)

        assert [module.course(number(f)).item() for f in (0.9, 1.0, 1.1)] == [0, 1, 2]
        left = (2e-13, 1e-6, 2e-3, 0.1)
        assert [module.nearest(number(each)).item() for each in left] == [0, 1, 2, 3]


class TestReadouts:
    def test_a_trillionth_is_left_of_the_message(self):
        assert VanishingExplodingDemo.answer() == "trillionth"
        assert 1e-13 < readouts(now=20)["left"] < 1e-12

    def test_the_factor_leads_from_the_output_to_where_the_message_is(self):
        seen = readouts(now=7)
        assert seen["factor"] ** 7 == pytest.approx(seen["left"], rel=1e-9)
        assert readouts()["left"] == 1 and readouts()["factor"] == math.inf

    def test_presets_grow_last_and_stay(self):
        assert readouts(gain=16.0, now=20)["left"] > 3
        assert 0.1 < readouts(kind="tanh", now=20)["left"] < 0.4
        he = readouts(kind="relu", gain=1.41, depth=50, now=50)
        assert module.STEADY[0] < he["factor"] < module.STEADY[1]


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没有往回传", "Nothing has been sent back")
        spoken.press("wide")
        says("平均每层乘 1.11", "a factor of 1.11")
        spoken.press("he")
        says("差不多不变", "nearly unchanged")
        spoken.press("tanh_one")
        says("还剩", "is left")

    @pytest.mark.parametrize("setting", [{}, {"gain": 16.0}, {"kind": "identity", "gain": 10.0}])
    def test_the_line_at_1_has_its_number(self, bench, setting):
        demo = bench.fresh(**setting)
        demo.end()
        demo.answer()
        axes = demo.root.locator("[data-picture] .demo-axes").nth(1)
        assert "1" in axes.locator("text").all_text_contents()

    def test_a_deeper_net_is_shown_full_after_a_full_run(self, demo):
        demo.answer()
        demo.key("depth", "End")
        assert demo.controls()["now"] == demo.controls()["depth"] == module.DEEPEST
        demo.rewind(3)
        now = demo.controls()["now"]
        demo.key("depth", "ArrowLeft")
        assert (demo.controls()["now"], demo.controls()["depth"]) == (now, module.DEEPEST - 1)

"""The demo of the edge of stability: its net, its sharpness, what it says."""

import math

import pytest
import torch
from torch.func import hessian

from dlnotes.sections.convergence.noise_floor import demo as module
from dlnotes.sections.convergence.noise_floor.demo import NoiseFloorDemo

START = NoiseFloorDemo.start


def readouts(**changed):
    return NoiseFloorDemo.readouts(**(START | changed))


def exact(w):
    return torch.linalg.eigvalsh(hessian(module.loss)(w))[-1].item()


class TestMathematics:
    def test_the_step_is_gradient_descent(self):
        w, v = module._start()
        w = w.clone().requires_grad_()
        module.loss(w).backward()
        made = module.step(w.detach(), v, torch.full_like(v, 0.5), torch.tensor(0.3), 0.0)
        torch.testing.assert_close(made["w"], w.detach() - 0.3 * w.grad)

    def test_the_first_direction_is_the_most_curved(self):
        w, v = module._start()
        made = module.step(w, v, torch.full_like(v, 0.5), torch.tensor(0.3), 0.0)
        assert made["sharp"].item() == pytest.approx(exact(w), rel=1e-6)
        assert made["v"].norm().item() == pytest.approx(1)

    def test_one_product_a_step_keeps_up_with_the_sharpness(self):
        w, v = module._start()
        for _ in range(60):
            made = module.step(w, v, torch.full_like(v, 0.5), torch.tensor(0.3), 0.0)
            before, (w, v) = w, (made["w"], made["v"])
        assert made["sharp"].item() == pytest.approx(exact(before), rel=0.01)

    def test_noise_has_the_deviation_that_is_said(self):
        w, v = module._start()
        draws = torch.rand(2000, module.COUNT, generator=torch.Generator().manual_seed(0)).double()
        still = module.step(w, v, torch.full_like(v, 0.5), torch.tensor(1.0), 0.1)["w"]
        kicks = torch.stack(
            [module.step(w, v, d, torch.tensor(1.0), 0.1)["w"] for d in draws[:200]]
        )
        assert (kicks - still).std().item() == pytest.approx(0.1, rel=0.03)


class TestReadouts:
    def test_the_line_is_crossed_where_the_page_says(self):
        assert readouts(now=120)["crossed"] == 57
        assert readouts(lr=0.15, now=120)["crossed"] == math.inf

    def test_the_net_stays_at_the_edge(self):
        assert NoiseFloorDemo.answer() == "edge"

    def test_at_a_rate_of_0_7_it_flies_off(self):
        looks = [look.loss for look, _ in zip(module._run(0.7, 0.0), range(40), strict=False)]
        assert not max(looks) < module.LOST * looks[0]


# heights in pixels: of the points, hollow dots, and of the net beside them
DRAWN = """root => {
  const dots = [...root.querySelectorAll("[data-picture] circle.hollow")];
  const beside = dots[0].parentElement.parentElement.querySelectorAll("path.demo-line.plain");
  const net = [...beside].map((path) => path.getAttribute("d").match(/[^ML]+/g));
  return [
    dots.map((dot) => Number(dot.getAttribute("cy"))),
    net.find((points) => points.length === 61).map((point) => Number(point.split(" ")[1])),
  ];
}"""


@pytest.mark.slow
class TestInBrowser:
    @pytest.mark.parametrize("now", [5, 45])
    def test_the_net_is_that_of_the_step_shown(self, bench, now):
        dots, net = bench.fresh(now=now).root.evaluate(DRAWN)
        w, v = module._start()
        for _ in range(now):
            made = module.step(w, v, torch.full_like(v, 0.5), torch.tensor(START["lr"]), 0.0)
            w, v = made["w"], made["v"]
        pixel = (module.Y[4] - module.Y[0]).item() / (dots[4] - dots[0])
        heights = [module.Y[0].item() + (height - dots[0]) * pixel for height in net]
        assert heights == pytest.approx(module.drawn(w).tolist(), abs=0.02)

    def test_it_opens_on_the_climb_and_tells_of_the_leap(self, demo):
        climbing = [readouts(now=step)["sharp"] for step in range(20, START["now"] + 1)]
        assert climbing == sorted(climbing) and START["now"] < readouts(now=60)["crossed"]
        demo.answer()
        losses = [look.loss for look, _ in zip(module._run(0.3, 0.0), range(301), strict=False)]
        assert f"step {losses.index(max(losses))} and comes back" in demo.verdict()
        drawn = demo.root.locator("[data-picture] text.theory").all_text_contents()
        leap, crossed = (demo.phrase("at", step=step) for step in (losses.index(max(losses)), 57))
        assert leap in drawn and crossed in drawn

    def test_from_close_up_an_arrow_says_that_the_sharpness_is_beyond(self, demo):
        demo.press("opening")
        assert "↓" not in demo.said()
        demo.press("half")
        assert "↓ sharpness 10.9" in demo.said()

    def test_the_end_of_the_sharpness_is_not_behind_its_handle(self, demo):
        demo.press("opening")
        limit, time = (
            demo.handle(name).locator(".grip").bounding_box() for name in ("limit", "time")
        )
        assert demo.words["recent"] in demo.root.locator("[data-picture]").inner_html()
        assert limit["x"] > time["x"]  # the foot of the flag stands at the last step

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("在虚线 6.67 下面", "below the line at 6.67")
        spoken.rewind()
        says("还没走", "No step yet")
        spoken.press("opening")
        says("贴着虚线 6.67", "close to the line at 6.67")
        spoken.press("half")
        says("在虚线 13.3 下面", "below the line at 13.3")
        spoken.press("noisy")
        says("是噪声让它抖", "shaken by the noise")
        spoken.press("triple")
        says("飞出去了", "flown off")
        drawn = spoken.root.locator("[data-picture] text").all_text_contents()
        assert spoken.phrase("at", step="4") in drawn  # where the loss leaves the picture

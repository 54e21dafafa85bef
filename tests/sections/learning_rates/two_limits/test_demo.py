"""The demo of a rate past its limit: its net, the run, the cut, what it says."""

import math
from itertools import pairwise

import pytest
import torch

from dlnotes.sections.learning_rates.two_limits import net
from dlnotes.sections.learning_rates.two_limits.demo import TwoLimitsDemo
from dlnotes.training.surfaces.spectrum import sharpness


class TestMathematics:
    def test_the_step_is_gradient_descent(self):
        _, w, v, _ = net.trained()
        w = w.clone().requires_grad_()
        net.loss(w).backward()
        made = net.step(w.detach(), v, torch.tensor(0.2))
        assert made["loss"].item() == pytest.approx(net.loss(w).item())
        torch.testing.assert_close(made["w"], w.detach() - 0.2 * w.grad)

    def test_the_first_direction_is_the_most_curved(self):
        _, start, v, sharp = net.trained()
        exact = sharpness(lambda at: net.loss(at["w"]), {"w": start}).item()
        turned = net.step(start, v, torch.tensor(0.2))
        assert sharp == pytest.approx(exact, rel=1e-4)
        assert turned["size"].item() == pytest.approx(sharp, rel=1e-6)
        torch.testing.assert_close(turned["v"].abs(), v.abs(), rtol=1e-4, atol=1e-6)

    def test_the_cut_goes_through_the_ball(self):
        _, start, v, _ = net.trained()
        w = start + 0.55 * v + 0.1
        place = net.along(w, start, v).item()
        heights = net.cut(w, start, v)
        near = (net.GRID - place).abs().argmin()
        assert heights[near].item() == pytest.approx(
            net.loss(w + (net.GRID[near] - place) * v).item()
        )

    def test_each_hop_in_the_valley_is_twice_as_far(self):
        places = [look.away for look in net.run(1.5, 44)][36:43]
        factors = [after / before for before, after in pairwise(places)]
        assert factors == pytest.approx([1 - 1.5 * 2] * 6, rel=0.03)

    def test_a_run_seen_in_part_goes_on_where_it_was(self):
        assert net.run(0.7, 3) == net.run(0.7, 9)[:4] == net.run(0.7, 3)

    def test_a_rate_and_its_multiple_belong_together(self):
        lr = net.rate(torch.tensor(1.5), torch.tensor(10.0))
        assert lr.item() == pytest.approx(0.3)
        assert net.multiple(net.limit(lr), torch.tensor(10.0)).item() == pytest.approx(1.5)


class TestRuns:
    def test_below_the_limit_it_stays_and_falls(self):
        found = net.run(0.9)
        first = found[net.BEFORE].loss
        assert max(look.loss for look in found[net.BEFORE :]) == first > found[-1].loss

    def test_past_it_the_loss_leaps_and_the_sharpness_lands_on_the_line(self):
        found = net.run(1.5)
        first, sharp = found[net.BEFORE].loss, net.trained()[3]
        assert 1200 < max(look.loss for look in found) / first < 1500
        assert found[-1].loss < 0.8 * first
        assert found[-1].sharp * 1.5 / sharp == pytest.approx(1, abs=0.02)

    def test_at_three_times_it_flies_off(self):
        found = net.run(3.0, 34)
        assert found[-1].loss > net.LOST * found[net.BEFORE].loss

    def test_the_answer_is_that_it_moves(self):
        assert TwoLimitsDemo.answer() == "moves"

    def test_the_rate_changes_after_twenty_steps(self):
        before, after = (TwoLimitsDemo.readouts(times=1.5, now=now) for now in (19, 20))
        assert before["allowed"] == pytest.approx(2 / net.CALM)
        assert after["lr"] == pytest.approx(3 / net.trained()[3])
        assert math.isfinite(after["loss"])


# the ball, and how far below it, in pixels, the solid line of its panel runs
BELOW = """root => {
  const ball = root.querySelector('[data-picture] circle[r="6"]');
  const [x, y] = ["cx", "cy"].map((name) => Number(ball.getAttribute(name)));
  const path = ball.parentElement.querySelector("path.plain").getAttribute("d");
  const points = path.match(/[^ML]+/g).map((point) => point.split(" ").map(Number));
  const next = points.findIndex(([at]) => at >= x);
  const [[left, from], [right, to]] = [points[next - 1], points[next]];
  return from + ((to - from) * (x - left)) / (right - left) - y;
}"""


@pytest.mark.slow
class TestInBrowser:
    @pytest.mark.parametrize("now", [10, 40])
    def test_the_ball_lies_on_the_cut_of_its_step(self, bench, now):
        demo = bench.fresh(times=1.5, now=now)
        assert abs(demo.root.evaluate(BELOW)) < 2

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("下一步起", "From the next step on")
        spoken.press("below")
        says("没有离开", "it has not left")
        spoken.press("leap")
        says("离开了原来的谷", "it has left its valley")
        spoken.press("triple")
        says("飞出去了", "flown off")

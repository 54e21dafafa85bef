"""The demo of the three referees: its numbers, its calls, and what it says of them."""

import math

import pytest
import torch

from dlnotes.sections.convergence.meaning import demo as module
from dlnotes.sections.convergence.meaning.demo import MeaningDemo
from dlnotes.sections.convergence.meaning.experiments import X, Y

START, LAST = MeaningDemo.start, {"now": 120}


def readouts(**changed):
    return MeaningDemo.readouts(**(START | LAST | changed))


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


class TestMathematics:
    def test_the_gradient_is_that_of_the_loss(self):
        line = tensor(0.3, -0.4).requires_grad_()
        module.loss(line, tensor(*X), tensor(*Y)).backward()
        torch.testing.assert_close(module.gradient(line, tensor(*X), tensor(*Y)), line.grad)

    def test_the_first_step_is_the_one_by_hand(self):
        after = module.step(tensor(0, 0), tensor(*X), tensor(*Y), tensor(0.1)[0])
        assert after.tolist() == pytest.approx([0.4, 1.0])
        assert module.loss(after, tensor(*X), tensor(*Y)).item() == pytest.approx(0.96)

    def test_the_lowest_loss_is_0_3(self):
        best = tensor(1.0, 0.5)
        assert module.loss(best, tensor(*X), tensor(*Y)).item() == pytest.approx(0.3)
        assert module.norm(best, tensor(*X), tensor(*Y)).item() == pytest.approx(0, abs=1e-12)

    def test_the_limit_is_two_over_the_largest_curvature(self):
        ones = torch.stack([torch.ones(5, dtype=torch.float64), tensor(*X)], 1)
        largest = torch.linalg.eigvalsh(2 * ones.T @ ones / 5)[-1].item()
        assert module.limit(tensor(*X)).item() == pytest.approx(2 / largest)

    def test_other_points_lie_about_the_line_with_the_noise_that_is_said(self):
        draws = (torch.arange(1000, dtype=torch.float64) + 0.5) / 1000
        made = module.targets(draws, torch.zeros_like(draws))
        assert made.mean().item() == pytest.approx(0.6)
        assert made.std().item() == pytest.approx(module.NOISE, rel=0.01)


class TestReadouts:
    def test_the_page_says_when_each_referee_calls(self):
        shown = readouts()
        assert [shown[name] for name in MeaningDemo.guesses] == [39, 63, 19]
        tight = readouts(tol=1e-4)
        assert (tight["settled"], tight["small"]) == (77, math.inf)

    @pytest.mark.parametrize("tol", [1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1])
    def test_no_tolerance_changes_the_order(self, tol):
        shown = readouts(tol=tol)
        assert shown["stale"] < shown["settled"] <= shown["small"]

    def test_other_points_can_change_the_order(self):
        shown = readouts(sample=9)
        assert shown["small"] < min(shown["settled"], shown["stale"])

    def test_at_the_limit_the_loss_settles_and_the_gradient_does_not(self):
        shown = readouts(lr=0.1492)
        assert shown["settled"] == 19 and shown["small"] == math.inf and shown["norm"] > 10

    def test_tiny_steps_are_called_by_nobody(self):
        shown = readouts(lr=0.005)
        assert all(shown[name] == math.inf for name in MeaningDemo.guesses)


@pytest.mark.slow
class TestInBrowser:
    def test_other_points_have_other_calls(self, demo):
        demo.press("three")
        before = demo.readouts()["settled"]
        demo.press("sample")
        assert demo.readouts()["settled"] != before and demo.controls()["sample"] == 1

    def test_on_a_phone_the_referees_stand_between_the_line_and_its_loss(self, bench):
        demo = bench.fresh(width=390)
        read = "all => all.map(each => [each.textContent, each.getBoundingClientRect().y])"
        heights = dict(demo.root.locator("[data-picture] text").evaluate_all(read))
        line, curve = heights[demo.words["points"]], heights[demo.words["curve_axis"]]
        lanes = [at for words, at in heights.items() if demo.words["not_yet"] in words]
        assert len(lanes) == 3 and line < min(lanes) <= max(lanes) < curve

    def test_on_a_phone_each_tab_is_as_high_as_the_others(self, bench):
        demo = bench.fresh(width=390)
        heights = set()
        for tab in demo.root.locator("[data-panel]").all():
            tab.click()
            heights.add(demo.root.locator("[data-picture]").bounding_box()["height"])
        assert len(heights) == 1 and max(heights) <= 330

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没走", "No step yet")
        spoken.press("three")
        says("三位都喊停了", "All three")
        spoken.press("bounce")
        says("不再变了", "has stopped changing")
        spoken.press("tiny")
        says("已经喊停：0 位", "called by 0 of 3")
        spoken.key("lr", "End")
        says("越走越高", "and rising")
        drawn = spoken.root.locator("[data-picture] text").all_text_contents()
        assert spoken.phrase("at", step="2") in drawn  # where the loss leaves the picture
        assert drawn.count(spoken.words["unseen"]) == 1  # in the key alone

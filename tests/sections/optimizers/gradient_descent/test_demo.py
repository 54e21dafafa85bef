"""The demo of gradient descent: its numbers, its lens, and what it says of them."""

import math
import re

import pytest
import torch

from dlnotes.sections.optimizers.gradient_descent import demo as module
from dlnotes.sections.optimizers.gradient_descent.demo import GradientDescentDemo
from dlnotes.sections.optimizers.gradient_descent.experiments import stability_limit
from dlnotes.training.data import tasks
from tests.demos.driver import assert_true

START = GradientDescentDemo.start
readouts = GradientDescentDemo.readouts
PRESETS = {
    "full_batch": {"batch": 48, "read": 144},
    "one_example": {"batch": 1, "read": 144},
    "batch_of_8": {"batch": 8, "read": 144},
    "too_large": {"batch": 48, "lr": 0.212, "read": 960},
    "narrow": {"batch": 48, "condition": 100.0, "lr": 0.0185, "read": 960},
}


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.fixture(params=[1.0, 10.0, 63.1])
def task(request):
    return tasks.least_squares(module.EXAMPLES, request.param, module.NOISE, module.SEED)


class TestMathematics:
    """The functions that are emitted, against the library."""

    def test_data_is_least_squares(self, task):
        made = module.data(task.hessian[1, 1])
        torch.testing.assert_close(made.X, task.X, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(made.y, task.y, rtol=1e-12, atol=1e-12)

    def test_above_is_the_loss_less_its_minimum(self, task):
        for point in torch.randn(20, 2, dtype=torch.float64, generator=torch.manual_seed(0)):
            exact = tasks.loss(point, *task[:2]) - tasks.loss(task.minimum, *task[:2])
            above = module.above(*point, task.hessian[1, 1])
            torch.testing.assert_close(above, exact, rtol=1e-12, atol=1e-12)

    def test_single_steps_average_to_the_full_step(self, task):
        point, lr = tensor(-0.5, 2.0), tensor(0.03).squeeze()
        every = torch.ones(module.EXAMPLES, dtype=torch.float64)
        full = module.step(point, task.X, task.y, every, lr)
        torch.testing.assert_close(module.alone(point, task.X, task.y, lr).mean(0), full)
        torch.testing.assert_close(full, point - lr * tasks.gradient(point, task.X, task.y))

    def test_lost_is_ten_times_the_first_loss(self, task):
        least = tasks.loss(task.minimum, task.X, task.y)
        first = tensor(2.0).squeeze()
        limit = 10 * (first + least) - least
        assert module.lost(limit * 0.999, first) == 0
        assert module.lost(limit * 1.001, first) == 1
        assert module.lost(tensor(math.nan).squeeze(), first) == 1

    def test_limit_is_that_of_the_library(self):
        assert module.limit(tensor(7.0)).item() == pytest.approx(stability_limit(7), rel=1e-15)


class TestReadouts:
    """The claims that the presets stage."""

    def at(self, preset, **more):
        return readouts(**(START | PRESETS[preset] | more))

    def test_three_epochs_favor_one_example(self):
        one, eight, full = map(self.at, ("one_example", "batch_of_8", "full_batch"))
        assert one["above"] < eight["above"] < full["above"]
        assert (one["steps"], eight["steps"], full["steps"]) == (144, 18, 3)

    def test_twenty_epochs_favor_the_mini_batch(self):
        one, eight, full = (
            self.at(name, read=960) for name in ("one_example", "batch_of_8", "full_batch")
        )
        assert eight["floor"] < one["floor"] / 10 and eight["above"] < one["above"] < full["above"]
        assert full["floor"] == math.inf

    def test_just_beyond_the_limit_diverges(self):
        assert self.at("too_large")["diverged"] == 13
        assert self.at("too_large", lr=0.99 * 0.2)["diverged"] == math.inf

    def test_a_narrow_valley_is_slow(self):
        assert self.at("narrow")["above"] > 1
        round_valley = self.at("narrow", condition=1.0, lr=0.0185 * 100)
        assert round_valley["above"] < 0.1

    def test_small_batches_can_diverge_below_the_limit(self):
        shown = self.at("one_example", lr=0.15)
        assert shown["limit"] == pytest.approx(0.2) and shown["diverged"] < 20

    def test_full_batch_is_far_ahead_after_as_many_steps(self):
        run = START | {"read": 144}
        by_examples, by_steps = readouts(**run), readouts(**run | {"axis": "updates"})
        assert by_steps["full"] < by_examples["full"] / 2


@pytest.mark.slow
class TestInBrowser:
    """What only this demo shows, by mouse and keyboard."""

    def test_every_batch_size_down_to_one(self, demo):
        for _ in range(5):
            demo.key("batch", "ArrowLeft")
            assert_true(demo)
        assert demo.controls()["batch"] == 1

    def test_under_the_lens_the_arrows_are_averages_of_dots(self, demo):
        dots = demo.root.locator("[data-example]").evaluate_all(
            "all => all.map(d => [d.dataset.example, +d.getAttribute('cx'), +d.getAttribute('cy')])"
        )
        lit = [dot for dot in dots if dot[0] == "read"]
        assert (len(dots), len(lit)) == (module.EXAMPLES, 8)
        full = demo.root.locator("[data-tip=full]")
        arrow = demo.root.locator("[data-tip=batch]").get_attribute("d")
        for axis, name in ((1, "cx"), (2, "cy")):
            mean = sum(dot[axis] for dot in dots) / len(dots)
            assert float(full.get_attribute(name)) == pytest.approx(mean, abs=0.02)
            tip = float(re.split("[ML ]", arrow)[2 + axis])
            assert tip == pytest.approx(sum(dot[axis] for dot in lit) / 8, abs=0.06)

    def test_the_mark_follows_the_limit(self, demo):
        mark = demo.root.locator(".demo-mark")
        assert float(mark.get_attribute("data-value")) == pytest.approx(0.2)
        before = mark.bounding_box()["x"]
        demo.press("narrow")
        assert mark.bounding_box()["x"] < before - 20

    def test_the_verdict_is_the_level_of_a_run_and_not_its_last_point(self, demo):
        demo.end()
        end = readouts(**START | {"read": 960})
        assert f"{end['floor']:.3g}" in demo.verdict() and end["above"] < end["floor"] / 5

    def test_a_step_reads_a_batch(self, demo):
        demo.press("step")
        assert demo.controls()["read"] == 8
        demo.handle("time").focus()
        demo.page.keyboard.press("ArrowRight")
        assert demo.controls()["read"] == 16

    def test_a_diverging_run_draws_what_still_fits(self, demo):
        demo.press("axis", "updates")
        demo.key("batch", "Home")
        demo.key("lr", "End")
        assert demo.readouts()["diverged"] < 100 and demo.errors == []

    def test_presets_change_what_they_name(self, demo):
        said = {demo.status()}
        for name in ("full_batch", "one_example", "too_large", "narrow", "batch_of_8"):
            demo.press(name)
            assert demo.controls() == START | PRESETS[name]
            said.add(demo.status())
        assert len(said) == 6

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没走", "No step yet")
        spoken.press("batch_of_8")
        assert "144" in spoken.status()
        says("全批量走了 3 步，还高 1.84", "full batch has made 3 steps and stands at 1.84")
        spoken.handle("time").focus()
        for _ in range(102):
            spoken.page.keyboard.press("ArrowRight")
        says("在噪声底 0.00178 上下跳", "rattles about the noise floor at 0.00178")
        spoken.press("axis", "updates")
        says("全批量同样 120 步，要读 5760 个", "for the same 120 steps, reads 5760")
        spoken.press("full_batch")
        spoken.handle("time").focus()
        spoken.page.keyboard.press("End")
        says("才走了 20 步", "only 20 steps")
        spoken.press("too_large")
        says("第 13 步发散", "Diverged at step 13: ")
        spoken.handle("time").focus()
        for _ in range(8):
            spoken.page.keyboard.press("ArrowLeft")
        says("上限 0.2：在最陡的方向上", "limit, 0.2: in the steepest")
        spoken.rewind()
        says("还没走", "No step yet")
        spoken.press("one_example")
        spoken.key("lr", "PageUp", *["ArrowRight"] * 24)
        assert spoken.controls()["lr"] < 0.2
        spoken.key("step", *["Enter"] * 8)
        says("但有的小批量比", "although the learning rate is below the stability limit")


@pytest.mark.slow
def test_a_run_of_many_steps_is_a_band_and_every_name_stands_free(demo):
    bands = demo.root.locator("[data-picture] [data-band]")
    assert bands.count() == 1
    demo.end()
    assert bands.count() == 1  # of 20 and of 120 steps the lines are drawn
    axis = demo.root.locator("[data-picture] .demo-axes").last.bounding_box()
    names = [demo.words[name] for name in ("full_batch", "one_example")]
    names.append(demo.phrase("size", batch=8))
    seen = demo.root.locator("[data-picture] text")
    boxes = [seen.filter(has_text=re.compile(f"^{name}$")).last.bounding_box() for name in names]
    for one, two in zip(sorted(boxes, key=_top), sorted(boxes, key=_top)[1:], strict=False):
        assert two["y"] - one["y"] >= 14  # a line of letters, whatever their halo
    assert max(box["y"] + box["height"] for box in boxes) < axis["y"] + axis["height"] - 38


def _top(box: dict) -> float:
    return box["y"]

"""The demo of gradient descent: what it emits, what it reads out, what it shows in a browser."""

import math
import re
from contextlib import contextmanager

import pytest
import torch

from dlnotes.sections.optimizers.gradient_descent import demo as demo
from dlnotes.sections.optimizers.gradient_descent.demo import GradientDescentDemo, readouts
from dlnotes.sections.optimizers.gradient_descent.experiments import stability_limit
from dlnotes.training.data import tasks
from tests.demos.driver import assert_same, bare_page, opened

START = GradientDescentDemo.start
WHOLE = ("read", "steps", "diverged")
PRESETS = {
    "full_batch": {"batch": 48},
    "one_example": {"batch": 1},
    "batch_of_8": {"batch": 8},
    "too_large": {"batch": 48, "lr": 0.212, "read": 960},
    "narrow": {"batch": 48, "condition": 100.0, "lr": 0.0185, "read": 960},
}


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.fixture(params=[1.0, 10.0, 63.1])
def task(request):
    return tasks.least_squares(demo.EXAMPLES, request.param, demo.NOISE, demo.SEED)


class TestMathematics:
    """The functions that are emitted, against the library."""

    def test_data_is_least_squares(self, task):
        made = demo.data(task.hessian[1, 1])
        torch.testing.assert_close(made.X, task.X, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(made.y, task.y, rtol=1e-12, atol=1e-12)

    def test_above_is_the_loss_less_its_minimum(self, task):
        for point in torch.randn(20, 2, dtype=torch.float64, generator=torch.manual_seed(0)):
            exact = tasks.loss(point, *task[:2]) - tasks.loss(task.minimum, *task[:2])
            above = demo.above(*point, task.hessian[1, 1])
            torch.testing.assert_close(above, exact, rtol=1e-12, atol=1e-12)

    def test_single_steps_average_to_the_full_step(self, task):
        point, lr = tensor(-0.5, 2.0), tensor(0.03).squeeze()
        every = torch.ones(demo.EXAMPLES, dtype=torch.float64)
        full = demo.step(point, task.X, task.y, every, lr)
        torch.testing.assert_close(demo.alone(point, task.X, task.y, lr).mean(0), full)
        torch.testing.assert_close(full, point - lr * tasks.gradient(point, task.X, task.y))

    def test_lost_is_ten_times_the_first_loss(self, task):
        least = tasks.loss(task.minimum, task.X, task.y)
        first = tensor(2.0).squeeze()
        limit = 10 * (first + least) - least
        assert demo.lost(limit * 0.999, first) == 0
        assert demo.lost(limit * 1.001, first) == 1
        assert demo.lost(tensor(math.nan).squeeze(), first) == 1

    def test_limit_is_that_of_the_library(self):
        assert demo.limit(tensor(7.0)).item() == pytest.approx(stability_limit(7), rel=1e-15)


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


class TestWords:
    """Both languages say the same things."""

    def test_equal_keys_and_blanks(self):
        zh, en = demo.TEXT["zh"], demo.TEXT["en"]
        assert zh.keys() == en.keys()
        for name in zh:
            found = [sorted(re.findall(r"{\w+}", str(text[name]))) for text in (zh, en)]
            assert found[0] == found[1], name

    def test_the_drawing_knows_no_formula(self):
        source = GradientDescentDemo.stem.with_suffix(".js").read_text("utf-8")
        assert not re.search(r"Math\.(sqrt|exp|pow)|lr \*|condition \*", source)


@pytest.fixture(params=["zh", "en"])
def shown(request, chromium):
    with opened(chromium, bare_page(GradientDescentDemo(), request.param), width=1000) as found:
        yield found
        assert found.errors == []


@contextmanager
def changes(shown, *names):
    """What is done inside changes the picture and the named controls; every number stays true."""
    picture, before = shown.picture(), shown.controls()
    yield
    now = shown.controls()
    assert shown.picture() != picture
    assert {name for name in now if now[name] != before[name]} == set(names)
    agrees(shown)


def agrees(shown):
    assert_same(shown.readouts(), readouts(**shown.controls()), whole=WHOLE)


@pytest.mark.slow
class TestInBrowser:
    """Real mouse, finger and keyboard; every number as PyTorch has it."""

    def test_it_is_right_before_it_is_touched(self, shown):
        assert shown.controls() == START
        agrees(shown)
        assert "144" in shown.status()

    @pytest.mark.parametrize("name", ["lr", "condition", "batch"])
    def test_sliders(self, shown, name):
        with changes(shown, name):
            shown.key(name, "ArrowLeft")
        with changes(shown, name):
            shown.slide(name, 0.3)

    def test_every_batch_size_down_to_one(self, shown):
        for _ in range(5):
            with changes(shown, "batch"):
                shown.key("batch", "ArrowLeft")
        assert shown.controls()["batch"] == 1
        shown.key("batch", "End")
        agrees(shown)
        assert shown.controls()["batch"] == demo.EXAMPLES

    def test_under_the_lens_the_arrows_are_averages_of_dots(self, shown):
        dots = shown.root.locator("[data-example]").evaluate_all(
            "all => all.map(d => [d.dataset.example, +d.getAttribute('cx'), +d.getAttribute('cy')])"
        )
        lit = [dot for dot in dots if dot[0] == "read"]
        assert (len(dots), len(lit)) == (demo.EXAMPLES, 8)
        full = shown.root.locator("[data-tip=full]")
        arrow = shown.root.locator("[data-tip=batch]").get_attribute("d")
        for axis, name in ((1, "cx"), (2, "cy")):
            mean = sum(dot[axis] for dot in dots) / len(dots)
            assert float(full.get_attribute(name)) == pytest.approx(mean, abs=0.02)
            tip = float(re.split("[ML ]", arrow)[2 + axis])
            assert tip == pytest.approx(sum(dot[axis] for dot in lit) / 8, abs=0.02)

    def test_the_mark_follows_the_limit(self, shown):
        mark = shown.root.locator(".demo-mark")
        assert float(mark.get_attribute("data-value")) == pytest.approx(0.2)
        before = mark.bounding_box()["x"]
        shown.press("narrow")
        assert mark.bounding_box()["x"] < before - 20

    def test_the_start_follows_mouse_and_keys(self, shown):
        with changes(shown, "w1", "w2"):
            shown.drag("start", 150, -40)
        with changes(shown, "w1"):
            shown.page.keyboard.press("ArrowLeft")
        with changes(shown, "w2"):
            shown.page.keyboard.press("Shift+ArrowDown")

    def test_the_run_is_walked_by_mouse_and_keys(self, shown):
        with changes(shown, "read"):
            shown.handle("time").focus()
            shown.page.keyboard.press("ArrowRight")
        assert shown.controls()["read"] == 152
        with changes(shown, "read"):
            shown.drag("time", 250, 60)
        assert shown.controls()["read"] > 300

    def test_the_axis_changes_what_full_batch_is_compared_at(self, shown):
        full = shown.readouts()["full"]
        with changes(shown, "axis"):
            shown.press("axis", "updates")
        assert shown.readouts()["full"] < full / 2
        with changes(shown, "axis"):
            shown.page.keyboard.press("ArrowLeft")

    def test_reshuffling_reads_in_another_order(self, shown):
        before = shown.readouts()["above"]
        with changes(shown, "shuffle"):
            shown.press("shuffle")
        assert shown.readouts()["above"] != before

    def test_presets(self, shown):
        said = {shown.status()}
        for name in ("full_batch", "one_example", "too_large", "narrow", "batch_of_8"):
            before, wanted = shown.controls(), START | PRESETS[name]
            changed = [key for key in before if key != "read" and before[key] != wanted[key]]
            if PRESETS[name].get("read", before["read"]) != before["read"]:
                changed.append("read")
            with changes(shown, *changed):
                shown.press(name)
            assert shown.control(name).get_attribute("aria-pressed") == "true"
            said.add(shown.status())
        assert len(said) == 6

    def test_the_status_says_what_is_seen(self, shown):
        zh = shown.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in shown.status()

        says("全批量走了 3 步，还高 1.84", "full batch has made 3 steps and stands at 1.84")
        shown.handle("time").focus()
        for _ in range(102):
            shown.page.keyboard.press("ArrowRight")
        says("在噪声底 0.00178 上下跳", "rattles about the noise floor at 0.00178")
        shown.press("axis", "updates")
        says("全批量同样 120 步，要读 5760 个", "for the same 120 steps, reads 5760")
        shown.press("full_batch")
        says("才走了 20 步", "only 20 steps")
        shown.press("too_large")
        says("第 13 步发散", "Diverged at step 13: ")
        shown.handle("time").focus()
        for _ in range(8):
            shown.page.keyboard.press("ArrowLeft")
        says("学习率超过 2/λ = 0.2：每一步都", "above 2/λ = 0.2: every step")
        shown.press("reset")
        says("还没走", "No step yet")
        shown.press("one_example")
        shown.key("lr", "PageUp", *["ArrowRight"] * 24)
        assert shown.controls()["lr"] < 0.2
        shown.key("step", *["Enter"] * 8)
        says("但有的小批量比", "although the learning rate is below 2/λ")

    def test_step_reset_run_and_pause(self, shown):
        with changes(shown, "read"):
            shown.press("reset")
        with changes(shown, "read"):
            shown.press("step")
        assert shown.controls()["read"] == 8
        with changes(shown, "read"):
            shown.press("run")
            shown.page.wait_for_function(
                "document.querySelector('.dlnotes-demo').controls.read > 40"
            )
            shown.press("run")
        seen = shown.controls()
        shown.page.wait_for_timeout(200)
        assert shown.controls() == seen  # it stands still once paused

    def test_words_for_a_screen_reader(self, shown):
        words = demo.TEXT[shown.root.get_attribute("lang")]
        assert shown.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
        for name in ("start", "time"):
            assert shown.handle(name).get_attribute("aria-label") == words[name]
            assert shown.handle(name).get_attribute("aria-valuetext")
        for name in ("lr", "batch", "condition"):
            assert shown.page.get_by_label(words[name], exact=True).count() >= 1


@pytest.mark.slow
def test_reduced_motion_goes_straight_to_the_end(chromium):
    with opened(chromium, bare_page(GradientDescentDemo(), "en"), motion=False) as shown:
        with changes(shown, "read"):
            shown.press("run")
        assert shown.controls()["read"] == 960


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_can_read_and_touch_it(chromium, lang):
    page = bare_page(GradientDescentDemo(), lang)
    with opened(chromium, page, width=390, touch=True) as shown:
        with changes(shown, "w1", "w2"):
            shown.swipe("start", 60, 40)
        sizes = shown.root.locator("[data-picture] text").evaluate_all(
            "all => all.map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"
        )
        high = shown.root.locator("button, input[type=range]").evaluate_all(
            "all => all.map((c) => c.getBoundingClientRect().height)"
        )
        assert len(sizes) > 10 and min(sizes) >= 11
        assert min(high) >= 40
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390

"""The curve reader: its numbers, the pencil, and what it says."""

import math
import random

import pytest
import torch

from dlnotes.convergence.curves import SHAPES, bar, detect_divergence, reading
from dlnotes.sections.convergence.loss_curves import demo as module
from dlnotes.sections.convergence.loss_curves.arms import RUNS
from dlnotes.sections.convergence.loss_curves.demo import LossCurvesDemo
from dlnotes.sections.convergence.loss_curves.experiments import recorded

START, LAST = LossCurvesDemo.start, {"now": 600}


def readouts(**changed):
    return LossCurvesDemo.readouts(**(START | changed))


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


class TestMathematics:
    @pytest.mark.parametrize("name", RUNS)
    @pytest.mark.parametrize("now", [19, 80, 325, 600])
    def test_what_is_emitted_is_what_the_library_says(self, name, now):
        losses, at = recorded()[name].batch, tensor(float(now))
        known = losses[: now + 1].tolist()
        _, _, level, change, swing, echo = (each.item() for each in module.seen(losses, at))
        seen = reading(known)
        wanted = (seen.level, seen.change, seen.swing, seen.echo)
        assert (level, change, swing, echo) == pytest.approx(wanted)
        limit, since = (each.item() for each in module.runaway(losses, at))
        found = detect_divergence(known)
        assert (since <= now) == (found is not None)
        if found:
            assert (found.step, found.bar) == (since, pytest.approx(limit))

    def test_the_bar_is_that_of_the_library(self):
        losses = torch.cat([tensor([4.0]), torch.ones(600).double()])
        assert module.runaway(losses, tensor(600.0))[0].item() == bar(4.0, 1.0)

    def test_a_drawn_curve_passes_its_knots_and_is_straight_between(self):
        knots = tensor([random.Random(0).random() for _ in range(61)])
        losses = module.drawn(knots)
        assert torch.equal(losses[::10], knots)
        assert losses[5] == pytest.approx((knots[0] + knots[1]) / 2)

    def test_what_is_drawn_at_first_is_the_curve_of_the_sources(self):
        assert START["drawn"][0] == 1.8 and START["drawn"][-1] == 1.05


class TestReadouts:
    def test_the_question_stands_at_the_leap_and_the_answer_is_down(self):
        shown = readouts()
        assert shown["loss"] == pytest.approx(4.71, abs=0.01)
        assert LossCurvesDemo.answer() == "down"

    @pytest.mark.parametrize(
        ("curve", "shape"),
        [("spike", "slide"), ("gone", "runaway"), ("back", "slide"), ("even", "slide"),
         ("tiny", "plateau"), ("noisy", "bounce"), ("sway", "bounce")],
    )  # fmt: skip
    def test_every_curve_has_its_shape_at_the_end(self, curve, shape):
        assert SHAPES[readouts(curve=curve, **LAST)["shape"]] == shape

    def test_the_rule_errs_for_a_while(self):
        assert SHAPES[readouts(now=340)["shape"]] == "runaway"
        assert SHAPES[readouts(now=380)["shape"]] != "runaway"

    def test_too_early_nothing_is_said(self):
        shown = readouts(now=10)
        assert shown["shape"] == -1 and shown["level"] == math.inf


@pytest.mark.slow
class TestInBrowser:
    def test_keys_draw_a_runaway(self, demo):
        demo.press("came")
        demo.press("curve", "drawn")
        demo.handle("time").focus()
        demo.page.keyboard.press("Home")
        demo.handle("pencil").focus()
        for key in ["Shift+ArrowRight"] * 6 + ["ArrowUp"] * 12 + ["Shift+ArrowRight"] * 2:
            demo.page.keyboard.press(key)
        drawn = demo.controls()["drawn"]
        assert demo.controls()["now"] == 400 and drawn[40] > 5 * drawn[29]
        assert demo.readouts()["shape"] == SHAPES.index("runaway")

    def test_a_key_takes_the_pencil_up_where_it_is_announced(self, demo):
        demo.press("came")
        pencil = demo.handle("pencil")
        announced, before = pencil.get_attribute("aria-valuetext"), demo.controls()["drawn"]
        assert announced == demo.phrase("point", step=600, loss="1.05")
        pencil.focus()
        demo.page.keyboard.press("ArrowUp")
        now = demo.controls()
        assert (now["curve"], now["now"]) == ("drawn", 600)
        assert now["drawn"][:-1] == before[:-1]
        assert before[-1] < now["drawn"][-1] < 2 * before[-1]

    def test_by_keys_it_goes_back_and_leaves_what_is_drawn(self, demo):
        demo.press("came")
        demo.press("curve", "drawn")
        demo.handle("pencil").focus()
        demo.page.keyboard.press("ArrowUp")
        drawn = demo.controls()["drawn"]
        for key, now in {"ArrowLeft": 590, "PageDown": 490, "Home": 0}.items():
            demo.page.keyboard.press(key)
            assert (demo.controls()["drawn"], demo.controls()["now"]) == (drawn, now)
        demo.page.keyboard.press("ArrowRight")
        assert demo.controls()["drawn"] == [drawn[0], drawn[0], *drawn[2:]]

    def test_brought_to_the_curve_it_draws_nothing_below_it(self, demo):
        demo.press("came")
        before = demo.controls()["drawn"]
        box = demo.handle("pencil").locator(".grip").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        demo.page.mouse.move(x, y)
        demo.page.mouse.down()
        demo.page.mouse.move(x + 20, y - 330, steps=66)
        demo.page.mouse.move(x + 200, y - 330, steps=20)
        demo.page.mouse.up()
        drawn = demo.controls()["drawn"]
        assert min(drawn) == min(before) and max(drawn) == drawn[8] == drawn[16]
        assert f"step {demo.controls()['now']}, loss" in demo.said()

    def test_on_an_even_axis_there_is_room_to_draw(self, demo):
        demo.press("slow")
        demo.press("curve", "drawn")
        demo.reach("pencil")
        grip, picture = (
            part.bounding_box() for part in (
                demo.handle("pencil"), demo.root.locator("[data-picture]")
            )
        )  # fmt: skip
        assert grip["y"] > picture["y"] + 100

    def test_a_press_elsewhere_draws_nothing_on_the_way(self, demo):
        demo.press("came")
        demo.press("curve", "drawn")
        before = demo.controls()["drawn"]
        box = demo.root.locator("[data-picture]").bounding_box()
        demo.page.mouse.click(box["x"] + 150, box["y"] + 120)
        changed = [i for i, level in enumerate(demo.controls()["drawn"]) if level != before[i]]
        assert len(changed) == 1

    def test_the_echo_is_drawn_where_there_is_one(self, demo):
        assert "off now" not in demo.said()
        demo.press("batches")
        assert "echo −0.21" in demo.said() and "across: off now" in demo.said()
        demo.press("stayed")
        assert "off now" not in demo.said()

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("到现在最低是 0.0903", "the lowest so far is 0.0903")
        spoken.press("came")
        says("像“往下滑”", "Looks like a slide")
        spoken.press("stayed")
        says("从第 19 步起", "since step 19")
        spoken.press("batches")
        says("用全部数据评一次", "evaluate on all data")
        spoken.press("slow")
        says("像“走平路”", "Looks like a plateau")
        spoken.rewind()
        says("太早", "too early")

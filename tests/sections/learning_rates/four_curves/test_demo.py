"""The throttle: what the lever does to each net, and what the page shows of it."""

import math
from itertools import pairwise

import pytest
import torch

from dlnotes.optimizers import sgd
from dlnotes.sections.learning_rates.four_curves import nets
from dlnotes.sections.learning_rates.four_curves.demo import LEVERS, PULL, FourCurvesDemo
from dlnotes.training.data.examples import Data
from dlnotes.training.loop import train


def ends(color, lr=None, pull=PULL):
    base = nets.BASES[color]
    lr = LEVERS[color] if lr is None else lr
    return {name: nets.losses(name, base, lr, pull)[-1] for name in nets.COLORS[color]}


class TestNets:
    def test_every_net_begins_at_guessing(self):
        for name in nets.NETS:
            assert nets.losses(name, 0.1, 0.1, 0, steps=0) == [pytest.approx(math.log(3))]

    @pytest.mark.parametrize("name", ["slow", "deep"])
    def test_a_run_is_the_books_training(self, name):
        X, y = nets.points()
        body = nets.NETS[name].body
        run = train(
            nets.body(body), Data(X, y, X, y), sgd, lr=lambda t: 0.01 if t < 5 else 0.2,
            steps=10, every=1, progress=False,
        )  # fmt: skip
        mine = nets.losses(name, 0.01, 0.2, 5, steps=10)
        assert mine == pytest.approx(run.train_loss.tolist(), rel=1e-12)

    def test_a_batch_has_its_points_and_no_more(self):
        drawn = [weight for weight, _ in zip(nets.batches(3), range(30), strict=False)]
        assert {weight.sum().item() for weight in drawn} == {3.0}
        assert len({tuple(weight.tolist()) for weight in drawn}) > 25
        assert torch.stack(drawn).sum(0).count_nonzero() > 25

    def test_points_are_standardized_and_moved_by_the_offset(self):
        X, y = nets.points()
        assert X.mean(0).tolist() == pytest.approx([0, 0], abs=1e-12)
        assert nets.moved(X).mean(0).tolist() == pytest.approx([nets.OFFSET] * 2)
        assert y.bincount().tolist() == [12, 12, 12]


class TestColors:
    def test_yellow_one_is_cured_one_dies_one_stays_one_creeps(self):
        found = ends("yellow")
        assert found["slow"] < 0.06
        assert found["offset"] == pytest.approx(math.log(3), abs=1e-6)
        assert found["start"] == pytest.approx(math.log(3), abs=1e-6)
        assert 1.05 < found["deep"] < math.log(3) - 0.001
        assert FourCurvesDemo.answer() == "one"

    def test_four_yellow_curves_look_alike_at_the_pull(self):
        seen = FourCurvesDemo.readouts(**FourCurvesDemo.start)
        levels = [seen[f"line{i}"] for i in range(1, 5)]
        assert max(levels) - min(levels) < 0.05 and seen["rate"] == nets.BASES["yellow"]

    def test_purple_noise_turns_green_and_a_small_net_does_not(self):
        kept, lowered = ends("purple", lr=nets.BASES["purple"]), ends("purple")
        assert lowered["noise"] < 0.05
        assert lowered["narrow"] > 0.9 * kept["narrow"] > 0.35

    def test_red_relu_stays_up_a_fresh_start_does_not_and_tanh_needs_neither(self):
        found = ends("red")
        assert found["dead"] > 0.6 and found["fresh"] < 0.06 and found["swings"] < 0.002
        swings = nets.losses("swings", 10.0, 10.0, PULL)
        assert max(swings) > 5 * swings[0] and swings[-1] < 0.001

    def test_green_is_a_slide(self):
        way = nets.losses("right", 0.3, 0.3, 0)
        assert all(after < before for before, after in pairwise(way))


@pytest.mark.slow
class TestInBrowser:
    def test_the_names_wait_for_a_guess(self, demo):
        picture = demo.root.locator("[data-picture]")
        assert demo.words["names"]["slow"] not in picture.text_content()
        demo.answer()
        for name in nets.COLORS["yellow"]:
            assert demo.words["names"][name] in picture.text_content()

    def test_a_lever_that_rests_is_pulled_where_the_run_stands(self, demo):
        demo.answer()
        demo.press("drop")
        demo.rewind(20)
        demo.slide("lr", 0.3)
        assert demo.controls()["pull"] == demo.controls()["now"] == 20
        demo.slide("lr", 0.4)
        assert demo.controls()["pull"] == 20

    def test_at_the_end_the_lever_changes_what_came_after_the_pull(self, demo):
        demo.answer()
        before = demo.readouts()
        demo.slide("lr", 0.2)
        assert demo.controls()["pull"] == PULL
        assert demo.readouts()["line1"] > before["line1"]

    def test_a_line_that_leaves_the_picture_stops_with_an_arrow(self, demo):
        demo.answer()
        assert "↑" in demo.root.locator("[data-picture]").text_content()
        ways = demo.root.locator("[data-picture] path.demo-line").evaluate_all(
            "all => all.map(each => each.getAttribute('d').split('M').length)"
        )
        assert max(ways) > 2  # broken where it was outside

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("四条损失都在", "all four losses")
        spoken.answer()
        says("4 条里 1 条", "1 of 4 below")
        spoken.rewind()
        says("还没走", "No step yet")
        spoken.rewind(5)
        says("学习率还是 0.0003", "is still 0.0003")

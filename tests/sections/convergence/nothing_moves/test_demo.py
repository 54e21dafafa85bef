"""The demo of the checklist: where each broken run stops, and what its units say."""

import math
import re

import pytest
import torch

from dlnotes.sections.convergence.nothing_moves import demo as module
from dlnotes.sections.convergence.nothing_moves.demo import BASELINES, NothingMovesDemo
from dlnotes.training.nets.losses import accuracy

FREE = NothingMovesDemo.start | {"riddle": 0, "now": module.STEPS}


def readouts(**changed):
    return NothingMovesDemo.readouts(**(FREE | changed))


class TestMathematics:
    def test_the_baselines_are_those_by_hand(self):
        assert BASELINES["uniform"] == pytest.approx(math.log(3))
        by_hand = math.log(2) / 2 + math.log(3) / 3 + math.log(6) / 6
        assert BASELINES["prior"] == pytest.approx(by_hand)
        assert round(by_hand, 4) == 1.0114

    def test_raw_inputs_lie_around_30(self):
        raw = module.undivided(module.points()[0])
        assert raw.mean(0).tolist() == pytest.approx([30, 30])
        assert raw.std(0, correction=0).tolist() == pytest.approx([10, 10])

    def test_shuffling_keeps_the_shares(self):
        _, y = module.points()
        assert torch.equal(module.shuffled().bincount(), y.bincount())
        assert not torch.equal(module.shuffled(), y)

    def test_hits_are_the_accuracy_where_no_scores_tie(self):
        X, y = module.points()
        params = module.begun(False, False)
        right = module.hits(params, X, y).mean()
        assert right.item() == pytest.approx(accuracy(module.net()(X), y).item())
        assert module.hits(module.begun(True, False), X, y).sum() == 0  # all scores tie


class TestReadouts:
    def test_the_riddle_stands_at_the_label_entropy_with_no_unit_on(self):
        shown = NothingMovesDemo.readouts(**NothingMovesDemo.start)
        assert f"{shown['loss']:.4f}" == "1.0114" and shown["alive"] == 0
        first = NothingMovesDemo.readouts(**(NothingMovesDemo.start | {"now": 1}))
        assert first["alive"] == 0  # one step is enough
        assert NothingMovesDemo.answer() == "raw"

    def test_the_other_suspects_stand_elsewhere(self):
        low = BASELINES["prior"]
        assert readouts(shuffled=True)["loss"] < 0.95 * low
        assert 0.2 < readouts(equal=True)["loss"] < 0.8
        slow = [readouts(lr=3e-4, now=now)["loss"] for now in (0, module.STEPS)]
        assert slow[0] > 1.2 * BASELINES["uniform"] and slow[1] > 0.95 * slow[0]
        assert readouts(equal=True, now=0)["loss"] == pytest.approx(math.log(3))

    def test_with_nothing_broken_it_learns(self):
        assert readouts()["loss"] < 0.2 and readouts()["alive"] == module.UNITS

    def test_riddles_come_in_turn(self):
        for number, name in enumerate(module.RIDDLES * 2, 1):
            fault = {"lr": module.LR / module.SLOWED} if name == "slow" else {name: True}
            assert readouts(riddle=number) == readouts(**fault)

    def test_every_riddle_has_its_answer_among_the_guesses(self):
        assert set(module.RIDDLES) == set(NothingMovesDemo.guesses)


@pytest.mark.slow
class TestInBrowser:
    def test_units_and_points_wait_for_a_guess(self, demo):
        def drawn():
            return demo.root.locator("[data-picture] rect.plain").count()

        assert drawn() == 0
        demo.answer()
        assert drawn() == module.UNITS

    @pytest.mark.parametrize("played", [True, False])
    def test_every_riddle_is_asked_and_answered(self, demo, played):
        ask = demo.root.locator(".demo-ask")
        tall = demo.root.bounding_box()["height"]
        for number, name in enumerate((*module.RIDDLES, module.RIDDLES[0]), 1):
            if number > 1:
                demo.press("riddle")
                assert ask.inner_text() == demo.phrase("again", riddle=number)
            assert demo.phase() == "asked" and demo.controls()["riddle"] == number
            drawn = demo.root.locator("[data-picture] :is(rect.plain, path.faint)")
            assert ask.is_visible() and drawn.count() == 0
            assert demo.root.bounding_box()["height"] == tall  # nothing jumps
            if played or number == 3:
                demo.answer(name)
                assert demo.verdict().startswith(demo.phrase("right", guess=demo.words[name])[:5])
                assert demo.words[name] not in demo.status()  # the verdict has said it
            else:
                assert demo.verdict() == ""

    def test_the_two_lines_and_their_names_lie_open_on_a_phone(self, bench):
        demo = bench.fresh(width=390)
        boxes = """root => [...root.querySelectorAll("text.theory, [data-handle=time] .grip")]
          .map((part) => part.getBoundingClientRect().toJSON())"""
        upper, lower, flag = sorted(demo.root.evaluate(boxes), key=lambda box: box["top"])
        assert lower["top"] > upper["bottom"] and flag["top"] > lower["bottom"]
        heights = """root => [...root.querySelectorAll("path.theory.dashed")]
          .map((line) => line.getBoundingClientRect().y)"""
        high, low = sorted(demo.root.evaluate(heights))
        assert low - high > 20

    def test_a_run_that_stays_high_is_on_the_axis(self, demo):
        demo.press("try_fast")
        way = demo.root.locator("[data-picture] path.plain:not(.faint)").first.get_attribute("d")
        top = 26  # of the panel
        assert float(re.split("[ML, ]+", way)[-1]) > top

    def test_a_run_far_above_the_lines_is_on_the_axis_too(self, demo):
        demo.answer()
        demo.key("lr", "Home")
        assert demo.readouts()["loss"] > 20
        assert demo.root.locator("[data-picture] path.plain:not(.faint)").count() > 0

    def test_a_guess_away_from_a_riddle_goes_back_to_it(self, demo):
        demo.press("riddle")
        demo.slide("lr", 0.2)
        demo.guess("raw")
        assert demo.controls() | {"now": 0} == NothingMovesDemo.start | {"riddle": 2, "now": 0}
        demo.end()
        assert demo.words["equal"] in demo.verdict()

    def test_the_corner_calls_a_run_sound_only_at_the_usual_rate(self, demo):
        demo.press("sound")
        drawn = demo.root.locator("[data-picture]")
        assert demo.words["sound"] in drawn.text_content()
        demo.press("try_fast")
        assert demo.words["sound"] not in drawn.text_content()
        assert demo.phrase("untouched", lr=10) in drawn.text_content()

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("60 个点分三类", "three classes")
        spoken.press("sound")
        says("单元 8 个", "8 units are on")
        spoken.press("try_dead")
        says("没有一个亮着", "None of the 8 units")
        spoken.press("try_slow")
        says("和开头几乎一样", "almost what it was at first")
        spoken.press("sound")
        spoken.rewind()
        says("还没走", "No step yet")

"""The demo of orders and batches: its numbers, its answer, what it says."""

import math

import pytest
import torch

from dlnotes.learning_rates.range_test import suggest
from dlnotes.sections.learning_rates.range_test import demo as module
from dlnotes.sections.learning_rates.range_test.demo import RangeTestDemo
from dlnotes.sections.learning_rates.range_test.experiments import LADDER, picked, seen_nets

START = RangeTestDemo.start


def readouts(**changed):
    return RangeTestDemo.readouts(**(START | changed))


class TestMathematics:
    def test_the_largest_is_the_first_of_those_known(self):
        values = torch.tensor([1.0, 5.0, 3.0, 3.0])
        known = torch.tensor([1.0, 0.0, 1.0, 1.0])
        assert module.largest(values, known) == 2

    def test_the_lowest_looks_no_further_than_now(self):
        values = torch.tensor([3.0, 1.0, 2.0, 0.0])
        assert module.lowest(values, torch.tensor(2.0)) == 1
        assert module.lowest(values, torch.tensor(3.0)) == 3


class TestReadouts:
    @pytest.mark.parametrize("way", ["rising", "falling", "shuffled", "fresh"])
    def test_the_winner_is_the_one_of_the_page(self, way):
        found = [readouts(way=way, net=net, now=12)["winner"] for net in range(1, 9)]
        assert found == picked(way)

    def test_falling_picks_the_first_and_nothing_is_said_before(self):
        assert RangeTestDemo.answer() == "first"
        assert readouts()["winner"] == math.inf
        assert readouts(now=1)["winner"] == LADDER[-1]

    def test_fresh_nets_all_begin_at_one_loss(self):
        assert readouts(way="fresh", now=0)["loss"] == readouts(way="rising", now=0)["loss"]

    def test_a_batch_says_what_the_library_reads(self):
        found = readouts(way="batches", net=3, now=199)
        steep = suggest(*seen_nets(), by="steepest")[2].item()
        assert found["winner"] == suggest(*seen_nets())[2].item()
        assert found["steepest"] == steep
        assert readouts(way="batches", net=3, now=100)["steepest"] == math.inf

    def test_what_is_sent_is_small_and_finite(self):
        program = RangeTestDemo.emitted()
        assert len(program) < 60_000 and "NaN" not in program


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没开始；损失 3.1", "Not begun; loss 3.1")
        spoken.press("step")
        says("第 1 轮，学习率 1", "Epoch 1, rate 1")
        spoken.press("alone")
        says("降得最多的是 0.534", "the largest fall is that of 0.534")
        spoken.press("astray")
        says("最陡在 0.000793", "steepest at 0.000793")

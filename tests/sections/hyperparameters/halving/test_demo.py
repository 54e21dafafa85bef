"""The cuts of the demo: who goes, what it costs, and when the best one is saved."""

import itertools

import pytest
import torch

from dlnotes.sections.hyperparameters.halving import cuts
from dlnotes.sections.hyperparameters.halving.demo import HalvingDemo, played
from dlnotes.sections.hyperparameters.halving.nets import DRAWN, TASKS, UNITS

END = HalvingDemo.start | {"now": UNITS}


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def shown(**changed):
    return HalvingDemo.readouts(**(END | changed))


def test_a_cut_keeps_the_lowest_of_the_living_and_of_equals_the_first():
    errors = torch.arange(DRAWN, 0, -1, dtype=torch.float64)
    errors[3] = errors[26] = 0.5
    living = torch.ones(DRAWN, dtype=torch.float64)
    living[25] = 0
    assert cuts.after_cut(errors, living, number(3.0)).nonzero().flatten().tolist() == [3, 24, 26]
    assert cuts.after_cut(errors, living, number(1.0)).nonzero().flatten().tolist() == [3]
    assert cuts.leader(errors, living).item() == 3


def test_three_cuts_cost_a_ninth_and_none_costs_all():
    assert shown()["spent"] == pytest.approx(1 / 9)
    whole = shown(first=UNITS)
    assert whole["spent"] == pytest.approx(1) and whole["lost"] == 0


def test_the_second_cut_throws_the_best_out_and_a_later_first_one_saves_it():
    assert HalvingDemo.answer() == "two"
    assert shown()["lost"] > 0.05 and shown(first=9)["lost"] == 0


def test_slow_starters_are_cut_and_falling_rates_are_not():
    lost = {task: shown(task=task)["lost"] for task in TASKS}
    assert lost["falling"] == 0 and lost["warmup"] > 0.1


@pytest.mark.parametrize("factor", [2, 9, 27])
def test_everybody_left_was_left_before(factor):
    stages = played("steady", 1, factor)
    for (_, before), (_, after) in itertools.pairwise(stages):
        assert set(after) <= set(before)


@pytest.mark.slow
class TestInBrowser:
    def test_who_ends_best_is_kept_back_until_the_end(self, demo):
        assert demo.root.locator(".demo-line.curvature").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.curvature").count() > 0

    def test_a_later_first_cut_costs_more(self, demo):
        demo.answer()
        before = demo.readouts()["spent"]
        demo.press("late")
        assert demo.readouts()["spent"] > 2 * before

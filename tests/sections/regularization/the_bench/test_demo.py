"""The bench of the demo: what it says, and how the ranking moves."""

import pytest
import torch

from dlnotes.core.intervals import interval
from dlnotes.sections.regularization.the_bench import tally
from dlnotes.sections.regularization.the_bench.demo import ORDERS, TheBenchDemo


def test_mean_and_interval_of_the_first_few():
    values = torch.tensor([0.1, 0.3, 0.2, 0.7, 9.0, 9.0, 9.0, 9.0], dtype=torch.float64)
    count = torch.tensor(4.0, dtype=torch.float64)
    t = torch.tensor(tally.REACH[4], dtype=torch.float64)
    middle, wide = tally.mean(values, count), tally.reach(values, count, t)
    low, high = interval(values[:4].tolist())
    assert (middle - wide).item() == pytest.approx(low) and (middle + wide).item() == pytest.approx(
        high
    )


def test_every_order_has_all_data_sets_and_another_first():
    assert all(sorted(order) == list(range(8)) for order in ORDERS)
    assert sorted(order[0] for order in ORDERS) == list(range(8))


def test_with_all_data_sets_their_order_does_not_matter():
    found = [
        TheBenchDemo.readouts(problem="clean", tried=5, pick=3, draw=draw, now=8)
        for draw in range(len(ORDERS))
    ]
    assert all(one == pytest.approx(found[0]) for one in found)


def test_fewer_doses_are_those_in_the_middle():
    one, few, all_of_them = (
        TheBenchDemo.readouts(**(TheBenchDemo.start | {"now": 8, "tried": tried}))
        for tried in (1, 3, 5)
    )
    assert one["dose"] == 0.03 and few["dose"] == all_of_them["dose"] == 0.1
    assert one["gain"] < few["gain"]


def test_the_answer_is_the_nearest_guess():
    end = TheBenchDemo.readouts(**(TheBenchDemo.start | {"now": 8}))
    assert TheBenchDemo.answer() in TheBenchDemo.guesses
    assert end["ahead"] + end["behind"] <= 15


@pytest.mark.slow
class TestInBrowser:
    def test_another_order_begins_with_another_data_set(self, demo):
        demo.answer()
        before = demo.controls()["draw"]
        demo.press("again")
        assert demo.controls()["draw"] == before + 1

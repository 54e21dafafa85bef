"""The board of knobs: what it shows, and what it keeps back."""

import pytest

from dlnotes.sections.hyperparameters.what_they_are.demo import RUIN, WhatTheyAreDemo
from dlnotes.sections.hyperparameters.what_they_are.screen import KNOBS, TASKS

LAST = len(KNOBS)


def shown(**changed):
    return WhatTheyAreDemo.readouts(**(WhatTheyAreDemo.start | changed))


def test_the_good_setting_is_better_than_guessing_by_far():
    for task in TASKS:
        best = {
            shown(task=task, now=now, notch=1)["score"] + shown(task=task, now=now, notch=1)["lost"]
            for now in range(1, LAST + 1)
        }
        assert len({round(score, 9) for score in best}) == 1 and min(best) > 0.7


def test_no_notch_costs_more_than_the_worst():
    for now in range(1, LAST + 1):
        costs = [shown(now=now, notch=notch)["lost"] for notch in range(1, 6)]
        assert max(costs) == pytest.approx(shown(now=now)["worst"])
        assert min(abs(cost) for cost in costs) < 1e-9  # the good setting is a notch of every knob


def test_the_answer_counts_the_knobs_that_can_ruin_it():
    least = [
        min(shown(now=now, notch=notch)["score"] for notch in range(1, 6))
        for now in range(1, LAST + 1)
    ]
    assert sum(score < RUIN for score in least) == shown(now=LAST)["ruined"] == 3
    assert all(abs(score - RUIN) > 0.1 for score in least)  # none is a matter of luck
    assert WhatTheyAreDemo.answer() == "three"


@pytest.mark.slow
class TestInBrowser:
    def test_rows_come_one_after_the_other(self, demo):
        rows = "[data-picture] .demo-line.plain, [data-picture] .demo-line.adam"
        before = demo.root.locator(rows).count()
        demo.answer()
        assert demo.root.locator(rows).count() > before

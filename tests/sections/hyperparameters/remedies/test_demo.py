"""The table of the demo: what it says, cell by cell."""

import pytest

from dlnotes.core.intervals import interval
from dlnotes.sections.hyperparameters.remedies import demo, experiments
from dlnotes.sections.hyperparameters.remedies.bench import REMEDIES
from dlnotes.sections.hyperparameters.remedies.demo import ILLS, RemediesDemo


def shown(ill, remedy, **changed):
    place = {"ill": ILLS.index(ill), "pick": REMEDIES.index(remedy), "now": len(ILLS)}
    return RemediesDemo.readouts(**(RemediesDemo.start | place | changed))


def test_a_cell_is_the_paired_difference_with_its_interval():
    found = shown("wrong", "more")
    gains = experiments.gains("wrong", "more").tolist()
    assert found["gain"] == pytest.approx(sum(gains) / 8)
    assert (found["low"], found["high"]) == pytest.approx(interval(gains))


def test_three_help_whatever_the_cause_of_underfitting():
    assert demo.common("test") == {"wider", "norm", "data"}
    assert RemediesDemo.answer() == "three"


def test_a_surer_interval_is_wider():
    found = [shown("wrong", "more", level=level) for level in (95, 99, 99.9)]
    wide = [one["high"] - one["low"] for one in found]
    assert wide == sorted(wide) and wide[0] < wide[2]


def test_a_penalty_that_is_not_there_cannot_be_taken_away():
    found = shown("few", "less")
    assert found["gain"] == found["low"] == found["high"] == 0


def test_more_data_help_new_images_and_are_harder_to_learn():
    assert shown("slow", "data")["gain"] > 0.04 > 0 > shown("slow", "data", asked="train")["gain"]


@pytest.mark.slow
class TestInBrowser:
    def test_a_covered_cell_shows_no_gain(self, demo):
        assert demo.root.locator(".demo-line.plain.faint").count() < 8
        demo.answer()
        assert demo.controls()["now"] > 0

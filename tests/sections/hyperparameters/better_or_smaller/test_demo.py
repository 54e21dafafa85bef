"""The errors of the demo: what it says, and where pretraining begins to harm."""

import pytest

from dlnotes.sections.hyperparameters.better_or_smaller.demo import (
    BetterOrSmallerDemo,
    errors,
    harmful,
)


def shown(**changed):
    return BetterOrSmallerDemo.readouts(**(BetterOrSmallerDemo.start | changed))


def test_few_samples_and_little_in_common_are_better_from_scratch():
    assert BetterOrSmallerDemo.answer() == "two"
    assert shown(now=0)["gain"] > 0.3 and shown(now=6)["gain"] < -0.2
    assert [harmful(samples) for samples in (15, 30, 60, 120)] == [2, 2, 1, 0]


def test_from_scratch_nothing_is_borrowed():
    assert errors()["scratch"].std(1).max() == 0
    assert [shown(now=lost)["floor"] for lost in (0, 3, 6)] == [0, 0.5, 1]


@pytest.mark.slow
class TestInBrowser:
    def test_more_samples_come_by_the_diamond(self, demo):
        demo.answer()
        demo.press("many")
        assert demo.controls()["samples"] == 250

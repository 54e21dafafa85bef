"""The curves of six widths: what is shown, and what the answer rests on."""

import math

import pytest

from dlnotes.sections.hyperparameters.across_widths.demo import GUESSES, RATES, AcrossWidthsDemo
from dlnotes.sections.hyperparameters.across_widths.experiments import WIDTHS

LAST = len(WIDTHS)


def shown(**changed):
    return AcrossWidthsDemo.readouts(**(AcrossWidthsDemo.start | changed))


def test_the_rate_of_the_question_is_the_narrow_nets_best():
    losses = [shown(rate=rate)["loss"] for rate in RATES]
    assert RATES[losses.index(min(losses))] == GUESSES["same"]
    assert shown(rate=GUESSES["same"])["lost"] == 0


def test_the_answer_is_nearer_to_the_wide_net_than_any_other_by_far():
    wide = shown(now=LAST)["best"]
    far = sorted(abs(math.log(guess / wide)) for guess in GUESSES.values())
    assert AcrossWidthsDemo.answer() == "sixteenth" and far[0] < 0.1 < 1 < far[1]


def test_both_arms_are_one_net_at_the_base():
    for rate in RATES:
        assert shown(rate=rate) == shown(rate=rate, arm="mup")


def test_the_old_rate_costs_the_wide_net_something_only_as_usual():
    kept = {"now": LAST, "rate": GUESSES["same"]}
    assert shown(**kept)["lost"] == pytest.approx(0.014, abs=0.003)
    assert shown(arm="mup", **kept)["lost"] == 0


@pytest.mark.slow
class TestInBrowser:
    def test_the_two_ways_are_drawn_once_it_is_told(self, demo):
        ways = "[data-picture] .demo-line.theory"
        before = demo.root.locator(ways).count()
        demo.answer()
        assert demo.root.locator(ways).count() == before + 4  # each with its name below

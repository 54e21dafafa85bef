"""The bell: whose loss is lowest where, and what the demo says of it."""

import pytest

from dlnotes.sections.learning_rates.cycles import demo as module
from dlnotes.sections.learning_rates.cycles import plans
from dlnotes.sections.learning_rates.cycles.demo import CyclesDemo

START = CyclesDemo.start


def readouts(**changed):
    return CyclesDemo.readouts(**(START | changed))


class TestReadouts:
    def test_all_begin_together_and_one_long_fall_ends_lowest(self):
        first, last = readouts(), readouts(now=module.LAST)
        assert first["constant"] == first["cosine"] == pytest.approx(first["cycles"], rel=1e-3)
        assert CyclesDemo.answer() == "cosine" == module.LANES[last["lowest"]]
        assert last["constant"] > 2 * last["cycles"] > 3 * last["cosine"]

    def test_in_a_valley_the_restarts_lead_and_after_a_rise_they_trail(self):
        valley, rise = readouts(now=50), readouts(now=55)
        assert module.LANES[valley["lowest"]] == "cycles"
        assert rise["cycles"] > 3 * rise["cosine"]

    def test_one_cycle_does_not_ask_how_many(self):
        found = [readouts(way="one_cycle", count=count, now=70) for count in plans.CYCLES]
        assert all(each == found[0] for each in found)

    def test_what_is_won_grows_with_the_bell(self):
        won = [readouts(now=now)["won"] for now in range(module.LAST + 1)]
        assert won == sorted(won) and won[0] == 0 and 20 < won[-1] < 60

    def test_the_rate_is_the_one_of_the_step(self):
        assert readouts(now=0)["rate"] == pytest.approx(0.16)
        assert readouts(way="triangles", count=2, now=25)["rate"] == pytest.approx(0.16)
        assert readouts(now=module.LAST)["rate"] < 1e-4


@pytest.mark.slow
class TestInBrowser:
    def test_nothing_is_told_before_a_guess(self, demo):
        assert "0.0027" not in demo.said()
        demo.press("way", "doubling")
        assert "0.0027" not in demo.said()

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("一模一样", "are the same")
        spoken.press("often")
        says("走完 2000 步，最低：一路降", "After 2000 steps one fall is lowest")
        spoken.rewind()
        says("一模一样", "are the same")

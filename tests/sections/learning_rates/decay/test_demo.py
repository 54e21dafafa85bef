"""The race of schedules: its numbers, the pencil, and what it says."""

import pytest
import torch

from dlnotes.sections.learning_rates.decay import demo as module
from dlnotes.sections.learning_rates.decay import race
from dlnotes.sections.learning_rates.decay.demo import DecayDemo

START = DecayDemo.start


def readouts(**changed):
    return DecayDemo.readouts(**(START | changed))


class TestReadouts:
    def test_all_begin_together_and_the_line_ends_lowest(self):
        first, last = readouts(), readouts(now=race.STEPS)
        assert {round(first[name], 12) for name in race.NAMES} == {1.0}
        assert DecayDemo.answer() == "linear" == race.NAMES[last["leader"]]
        assert last["inverse"] > 2 * last["constant"] > 3 * last["linear"]

    def test_the_winner_is_not_ahead_halfway(self):
        assert race.NAMES[readouts(now=100)["leader"]] != "linear"

    def test_a_rate_that_is_raised_again_lifts_the_loss(self):
        low, high = (readouts(drawn=module.UP_AGAIN, now=now)["drawn"] for now in (138, 200))
        assert high > 1.5 * low


class TestMathematics:
    def test_rates_of_a_step_stand_side_by_side(self):
        peaks, knots = torch.tensor(race.peaks(100, 0.2)), torch.full((race.KNOTS,), 0.3)
        rates = module.rates(peaks, knots.double())
        assert rates.shape == (race.STEPS, 6)
        assert torch.allclose(rates[0], torch.tensor([*race.peaks(100, 0.2), 0.3]).double())

    def test_a_drawing_is_not_scaled_beyond_what_can_be_drawn(self):
        knots = torch.tensor([0.5, 1.5])
        assert module.scaled(knots, torch.tensor(2.0)).tolist() == pytest.approx([1.0, race.TOP])


@pytest.mark.slow
class TestInBrowser:
    def test_keys_draw(self, demo):
        demo.press("raise")
        before = demo.controls()["drawn"]
        demo.handle("pencil").focus()
        for key in ["ArrowRight", "ArrowUp"]:
            demo.page.keyboard.press(key)
        drawn = demo.controls()["drawn"]
        changed = [i for i, rate in enumerate(drawn) if rate != before[i]]
        assert changed == [9] and drawn[9] > before[9]

    def test_the_best_drawing_wins_and_a_scaled_one_is_no_worse(self, demo):
        demo.press("raise")
        before = demo.readouts()["drawn"]
        demo.press("tune")
        tuned = demo.readouts()["drawn"]
        demo.press("best")
        found = demo.readouts()
        assert found["drawn"] < min(tuned, found["linear"]) and tuned <= before

    def test_nothing_is_told_before_a_guess(self, demo):
        assert "0.0308" not in demo.said()
        demo.press("tune")
        assert demo.controls()["now"] == 0 and "0.0308" not in demo.said()

    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("损失都是 1", "every loss is 1")
        spoken.press("raise")
        says("最低：直线，0.0308", "linear is lowest, at 0.0308")
        spoken.press("best")
        says("你画的最低", "yours is lowest")
        spoken.rewind()
        says("损失都是 1", "every loss is 1")

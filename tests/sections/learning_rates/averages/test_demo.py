"""The bell: who is lowest when it rings, and what the page says of it."""

import pytest
import torch

from dlnotes.sections.learning_rates.averages import bowl
from dlnotes.sections.learning_rates.averages import demo as module
from dlnotes.sections.learning_rates.averages.demo import AveragesDemo

START = AveragesDemo.start


def readouts(**changed):
    return AveragesDemo.readouts(**(START | changed))


class TestReadouts:
    def test_three_bells_have_three_winners(self):
        leaders = [bowl.LANES[readouts(now=now)["leader"]] for now in (100, 200, 400)]
        assert leaders == ["free", "ema", "cosine"] and AveragesDemo.answer() == "ema"

    def test_a_higher_rate_lifts_the_run_and_lowers_its_mean(self):
        low, high = (readouts(lr=lr, window=100, now=400) for lr in (0.3, 1.8))
        assert high["raw"] > 4 * low["raw"] and high["ema"] < low["ema"] / 4

    def test_loud_noise_wants_no_beta(self):
        near, plain = (readouts(noise=0.5, beta=beta, now=400)["free"] for beta in (0.9, 0))
        assert plain < 0.7 * near

    def test_where_the_bottom_moves_a_long_window_is_worst(self):
        found = readouts(jump=True, window=100, now=300)
        assert max(bowl.LANES, key=found.get) == "ema" and found["ema"] > 4 * found["raw"]


class TestMathematics:
    def test_rates_and_weights_of_a_step_are_those_of_the_race(self):
        one = [torch.tensor(value).double() for value in (7.0, 1.2, 3.0, 1.5, 400.0, 30.0)]
        t, lr, free, peak, plan, window = one
        rates, weights = module.rates(t, lr, free, peak, plan), module.weights(t, window)
        assert rates[3].item() == pytest.approx(1.5 * bowl.planned(400)[6].item())
        assert rates[:3].tolist() == pytest.approx([1.2, 1.2, 3.0])
        assert weights.tolist() == pytest.approx([1, (1 / 30) / (1 - (29 / 30) ** 7), 1 / 7, 1])

    def test_weights_of_past_steps_fade_from_the_bell_back(self):
        shares = module.shares(torch.tensor(100.0).double(), torch.tensor(10.0).double())
        assert shares[99] == 1 and shares[98].item() == pytest.approx(0.9)
        assert (shares[100:] == 0).all()


@pytest.mark.slow
class TestInBrowser:
    def test_a_guess_runs_to_the_bell_and_rests(self, demo):
        demo.guess("free")
        demo.page.wait_for_function("document.querySelector('[data-phase=played]') !== null")
        assert module.BELL <= demo.controls()["now"] < module.BELL + 40
        assert demo.control("run").inner_text() == demo.words["run"]

    def test_nothing_is_told_before_a_guess(self, demo):
        assert "0.0096" not in demo.said()
        assert demo.root.locator("[data-control=calm]").is_hidden()

    def test_keys_move_the_window(self, demo):
        demo.handle("counts").focus()
        demo.page.keyboard.press("ArrowLeft")
        assert demo.controls()["window"] > START["window"]

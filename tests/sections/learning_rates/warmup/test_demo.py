"""The demo of a longer climb: its numbers, its answer, what it says."""

import math

import pytest
import torch

from dlnotes.sections.learning_rates.warmup import demo as module
from dlnotes.sections.learning_rates.warmup import experiments, nets
from dlnotes.sections.learning_rates.warmup.demo import WarmupDemo

START = WarmupDemo.start


def readouts(**changed):
    return WarmupDemo.readouts(**(START | changed))


class TestMathematics:
    @pytest.mark.parametrize("length", experiments.LENGTHS)
    @pytest.mark.parametrize("after", ["cosine", "constant"])
    def test_the_schedule_is_the_one_that_was_trained(self, length, after):
        given = (float(length), 0.3, float(after == "cosine"))
        drawn = module.rates(*(torch.tensor(value, dtype=torch.float64) for value in given))
        trained = 0.3 * nets.climbing(length, after)
        torch.testing.assert_close(drawn[:-1], trained[:: module.FINE], atol=1e-3, rtol=0)


class TestReadouts:
    def test_the_answer_is_that_of_the_page(self):
        assert WarmupDemo.answer() == "six"
        plain, climbed = (experiments.recorded(f"he {length}") for length in (0, 200))
        ratio = experiments.highest(climbed) / experiments.highest(plain)
        assert readouts(now=module.LOOKS)["highest"] == float(f"{experiments.highest(climbed):.3g}")
        assert ratio > 5

    def test_nothing_is_told_before_the_end(self):
        assert readouts()["highest"] == readouts(now=module.LOOKS - 1)["highest"] == math.inf

    def test_the_climb_presses_the_sharpness_below_its_limit(self):
        first, late = readouts(), readouts(now=6)
        assert late["sharp"] < 0.2 * first["sharp"]
        assert late["rate"] < late["limit"]

    def test_from_glorot_no_climb_is_needed(self):
        found = [readouts(init="glorot", warm=warm, now=20)["highest"] for warm in (0, 200)]
        assert found[1] <= 1.5 * found[0]

    def test_what_is_sent_is_small_and_finite(self):
        program = WarmupDemo.emitted()
        assert len(program) < 90_000 and "NaN" not in program and "Infinity" not in program

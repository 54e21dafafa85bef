"""The demo of what fits: its formats, its shares, what it says."""

import math

import pytest
import torch

from dlnotes.gradients.precision import rounded
from dlnotes.sections.gradients.mixed_precision import demo as module
from dlnotes.sections.gradients.mixed_precision.demo import MixedPrecisionDemo

START = MixedPrecisionDemo.start


def readouts(**changed):
    return MixedPrecisionDemo.readouts(**START | {"now": module.PARTS} | changed)


class TestMathematics:
    @pytest.mark.parametrize("name", module.FORMATS)
    @pytest.mark.parametrize("power", [0, 13, 40])
    def test_what_is_stored_is_what_the_library_stores(self, name, power):
        x = module.sizes(torch.tensor(22.0).double(), torch.tensor(float(power)).double())
        stored = module.STORED[f"stored_{name}"](x)
        assert torch.equal(stored, rounded(x, module.FORMATS[name]))

    def test_a_mean_and_a_scale_shift_every_number_alike(self):
        one = module.sizes(torch.tensor(7.0).double(), torch.tensor(0.0).double())
        other = module.sizes(torch.tensor(22.0).double(), torch.tensor(15.0).double())
        assert torch.equal(one, other)

    def test_the_guesses_are_told_apart(self):
        assert [module.verdict(zero) for zero in (0, 10, 40, 90)] == list(
            MixedPrecisionDemo.guesses
        )


class TestReadouts:
    def test_two_fifths_are_lost(self):
        assert MixedPrecisionDemo.answer() == "fifths"
        end = readouts()
        assert 35 < end["zero"] < 45 and end["zero"] + end["few"] == pytest.approx(100)
        assert 20 < end["error"] < 35

    def test_nothing_is_lost_before_it_is_stored(self):
        assert readouts(now=0)["zero"] == readouts(now=0)["few"] == 0
        assert readouts(now=10)["zero"] == 0 and readouts(now=10)["few"] > 45

    def test_a_scale_rescues_and_too_large_a_one_breaks(self):
        assert readouts(power=12)["zero"] == 0 and readouts(power=12)["error"] < 0.03
        assert readouts(power=40)["over"] > 30 and readouts(power=40)["error"] == math.inf

    def test_bf16_needs_none_and_has_fewer_digits(self):
        brain, scaled = readouts(form="bf16"), readouts(power=20)
        assert brain["zero"] == brain["few"] == brain["over"] == 0
        assert 6 < brain["error"] / scaled["error"] < 10


@pytest.mark.slow
class TestInBrowser:
    def test_the_status_says_what_is_seen(self, spoken):
        zh = spoken.root.get_attribute("lang") == "zh"

        def says(chinese, english):
            assert (chinese if zh else english) in spoken.status()

        says("还没存", "Nothing stored")
        spoken.press("scaled")
        says("没有变成 0 的", "None became 0")
        spoken.press("far")
        says("这一步作废", "step is void")
        spoken.press("brain")
        says("也没有溢出的", "none overflowed")

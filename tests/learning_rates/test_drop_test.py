"""The drop test: against the kept run, the level beside it, and bad input in one line."""

import math

import pytest

from dlnotes.learning_rates.drop_test import HELPS, STUCK, drop_test, noise_share


def test_the_ratio_is_that_of_the_means():
    found = drop_test([1.0, 3.0], [0.5, 0.5, 2.0], baseline=5)
    assert found.ratio == pytest.approx(0.5) and found.cause == "rate"


@pytest.mark.parametrize(
    ("kept", "dropped", "cause"),
    [
        (1.0, HELPS, "rate"),
        (1.0, HELPS + 0.001, "floor"),
        (2.0 * STUCK, 2.0 * STUCK, "nothing learned"),
        (2.0 * STUCK - 0.01, 2.0, "floor"),
        (2.3, 1.0, "rate"),  # what helps, helps
    ],
)
def test_each_cause_has_its_bound(kept, dropped, cause):
    assert drop_test([kept], [dropped], baseline=2.0).cause == cause


def test_the_share_of_the_noise_is_got_back():
    bottom, floor = 0.8, 0.3
    ratio = (bottom + floor / 10) / (bottom + floor)
    assert noise_share(ratio) == pytest.approx(floor / (bottom + floor))
    assert noise_share((bottom + floor / 4) / (bottom + floor), 4) == pytest.approx(0.3 / 1.1)
    assert noise_share(1.0) == 0


@pytest.mark.parametrize("bad", [[], [0.0], [-1.0], [math.nan], [1.0, math.inf]])
@pytest.mark.parametrize("name", ["kept", "dropped"])
def test_losses_that_say_nothing_are_refused(name, bad):
    with pytest.raises(ValueError, match=f"`{name}` must hold losses that are finite"):
        drop_test(**{"kept": [1.0], "dropped": [1.0], name: bad}, baseline=2.3)


def test_other_numbers_out_of_range_are_refused():
    with pytest.raises(ValueError, match="`baseline`"):
        drop_test([1.0], [1.0], baseline=0)
    with pytest.raises(ValueError, match="`ratio`"):
        noise_share(0)
    for factor in (1, 0.5, math.inf, math.nan):
        with pytest.raises(ValueError, match="`factor` must be finite and greater than 1"):
            noise_share(0.7, factor)

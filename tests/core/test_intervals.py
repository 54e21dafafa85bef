"""Confidence intervals: scipy's own, and how often they hold what they promise."""

import pytest
import torch
from scipy import stats

from dlnotes.core.intervals import interval


@pytest.mark.parametrize("count", [2, 5, 10, 40])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_the_interval_is_students(count, level):
    values = torch.randn(count, generator=torch.Generator().manual_seed(count)).double()
    error = stats.sem(values.numpy())
    expected = stats.t.interval(level, count - 1, loc=values.mean().item(), scale=error)
    assert interval(values, level) == pytest.approx(expected, rel=1e-12)


def test_it_holds_the_mean_as_often_as_it_says():
    draws = torch.randn(2000, 5, generator=torch.Generator().manual_seed(0))
    held = [low < 0 < high for low, high in map(interval, draws)]
    assert sum(held) / len(held) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("values", [[], [1.0]])
def test_one_value_says_nothing(values):
    with pytest.raises(ValueError, match=r"`values` must be at least 2, got [01]; run more seeds"):
        interval(values)


def test_a_level_is_a_probability():
    with pytest.raises(ValueError, match="`level` must be between 0 and 1, got 95"):
        interval([1.0, 2.0], level=95)

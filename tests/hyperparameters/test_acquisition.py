"""What a trial is worth, against numbers drawn and against SciPy."""

import pytest
import torch
from scipy.stats import norm

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.acquisition import (
    expected_improvement,
    improvement_probability,
    lower_bound,
)
from dlnotes.hyperparameters.gaussian_process import Posterior

MEAN = torch.tensor([0.0, 1.0, -0.5, 2.0], dtype=torch.float64)
STD = torch.tensor([1.0, 0.3, 0.01, 3.0], dtype=torch.float64)


def test_it_is_the_mean_of_what_would_be_gained():
    drawn = torch.randn(400_000, 1, generator=seeded(0), dtype=torch.float64) * STD + MEAN
    gained = (0.2 - drawn).clamp(min=0).mean(0)
    torch.testing.assert_close(
        expected_improvement(Posterior(MEAN, STD), 0.2), gained, rtol=0.02, atol=1e-3
    )
    chance = torch.tensor(norm.cdf((0.2 - MEAN) / STD))
    torch.testing.assert_close(improvement_probability(Posterior(MEAN, STD), 0.2), chance)


def test_a_place_one_is_sure_of_is_worth_what_it_is():
    sure = Posterior(MEAN, torch.zeros_like(STD))
    assert expected_improvement(sure, 0.2).tolist() == pytest.approx([0.2, 0, 0.7, 0])
    assert improvement_probability(sure, 0.2).tolist() == [1, 0, 1, 0]


def test_hope_grows_with_the_spread():
    assert lower_bound(Posterior(MEAN, STD), 2).tolist() == pytest.approx([2, -0.4, 0.52, 4])
    assert lower_bound(Posterior(MEAN, STD), 0).tolist() == pytest.approx((-MEAN).tolist())

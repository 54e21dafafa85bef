"""Bins of confidence against scikit-learn, temperature against a search, and what both mean."""

import pytest
import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve

from dlnotes.core.seeds import seeded
from dlnotes.regularization.calibration import binned, calibration_error, temperature


def predictions(count=500, seed=0):
    source = seeded(seed)
    confidence = 0.2 + 0.8 * torch.rand(count, generator=source, dtype=torch.float64)
    return confidence, torch.rand(count, generator=source, dtype=torch.float64) < confidence**2


def test_bins_as_scikit_learn_counts_them():
    confidence, right = predictions()
    found = binned(confidence, right, bins=8)
    accuracy, mean = calibration_curve(right.numpy(), confidence.numpy(), n_bins=8)
    full = found.count > 0
    assert found.count.sum() == 500 and not full.all()
    assert found.accuracy[full].tolist() == pytest.approx(accuracy)
    assert found.confidence[full].tolist() == pytest.approx(mean)


def test_the_error_by_hand():
    """Bins 0.5-0.6: 2 of 4 right at 0.55; 0.9-1: 3 of 6 right at 0.95."""
    confidence = torch.tensor([0.55] * 4 + [0.95] * 6, dtype=torch.float64)
    right = torch.tensor([1, 1, 0, 0, 1, 1, 1, 0, 0, 0])
    expected = 0.4 * 0.05 + 0.6 * 0.45
    assert calibration_error(confidence, right).item() == pytest.approx(expected)
    assert calibration_error(confidence, right, bins=1).item() == pytest.approx(0.79 - 0.5)


def test_a_bin_holds_its_lower_end_and_the_last_one_both():
    found = binned(torch.tensor([0.0, 0.5, 1.0]), torch.tensor([1, 1, 1]), bins=2)
    assert found.count.tolist() == [1, 2]


def test_who_is_right_as_often_as_he_says_has_an_error_by_chance_only():
    confidence = 0.2 + 0.8 * torch.rand(200_000, generator=seeded(1), dtype=torch.float64)
    right = torch.rand(200_000, generator=seeded(2), dtype=torch.float64) < confidence
    assert calibration_error(confidence, right) < 0.005
    few = [
        calibration_error(confidence[i : i + 600], right[i : i + 600]) for i in range(0, 6000, 600)
    ]
    assert 0.02 < torch.stack(few).mean() < 0.06


@pytest.mark.parametrize("scale", [0.2, 1.0, 7.0])
def test_temperature_as_a_search_finds_it(scale):
    source = seeded(5)
    scores = torch.randn(300, 5, generator=source, dtype=torch.float64)
    y = torch.multinomial((2 * scores).softmax(-1), 1, generator=source).flatten()
    scores = scale * scores

    def loss(tau):
        return F.cross_entropy(scores / tau, y).item()

    best = minimize_scalar(loss, bounds=(1e-2, 1e2), method="bounded", options={"xatol": 1e-9})
    assert temperature(scores, y).item() == pytest.approx(best.x, rel=1e-5)
    assert temperature(scores, y).item() == pytest.approx(scale / 2, rel=0.2)


def test_a_bin_is_needed():
    with pytest.raises(ValueError, match="`bins` must be at least 1, got 0"):
        binned(torch.tensor([0.5]), torch.tensor([1]), bins=0)

"""The soft threshold and the proximal step of the elastic net: minima, found by search too."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from dlnotes.regularization.proximal import proximal, soft_threshold

DOUBLE = torch.float64


def test_the_one_by_hand():
    values = torch.tensor([0.8, 0.2], dtype=DOUBLE)
    assert soft_threshold(values, 0.3).tolist() == pytest.approx([0.5, 0.0])
    assert proximal(values, 0.3, 0.0).tolist() == pytest.approx([0.8 / 1.3, 0.2 / 1.3])
    assert proximal(values, 0.3, 0.5).tolist() == pytest.approx([0.65 / 1.15, 0.05 / 1.15])


@given(st.floats(-3, 3), st.floats(0, 2), st.floats(0, 1))
def test_it_is_the_minimum(value, strength, mix):
    def cost(x):
        return (x - value) ** 2 / 2 + strength * (mix * abs(x) + (1 - mix) / 2 * x**2)

    found = proximal(torch.tensor(value, dtype=DOUBLE), strength, mix).item()
    searched = minimize_scalar(cost, bounds=(-4, 4), method="bounded").x
    assert cost(found) <= cost(searched) + 1e-12


def test_as_torch_has_it():
    values = torch.linspace(-2, 2, 41, dtype=DOUBLE)
    torch.testing.assert_close(soft_threshold(values, 0.5), torch.nn.functional.softshrink(values))


def test_exactly_zero_and_a_threshold_for_each():
    values = torch.tensor([0.3, -0.3, 0.31])
    assert (soft_threshold(values, torch.tensor([0.3, 0.3, 0.3])) == 0).tolist() == [1, 1, 0]
    assert torch.equal(soft_threshold(values, 0.0), values)


@pytest.mark.parametrize("wrong", [-0.1, float("nan")])
def test_a_threshold_is_at_least_0(wrong):
    with pytest.raises(ValueError, match=r"^`threshold` must be at least 0"):
        soft_threshold(torch.ones(2), wrong)
    with pytest.raises(ValueError, match=r"^`strength` must be at least 0"):
        proximal(torch.ones(2), wrong)
    with pytest.raises(ValueError, match=r"^`mix` must be between 0 and 1"):
        proximal(torch.ones(2), 0.1, wrong)

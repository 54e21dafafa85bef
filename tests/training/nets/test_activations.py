"""Every activation against torch's own: values, slopes, extremes."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.training.nets.activations import ACTIVATIONS

DOUBLE = torch.float64
ORACLES = {
    "identity": lambda x: x,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": lambda x: F.softplus(x, threshold=40),  # torch's threshold of 20 costs 2e-9
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "swish": F.silu,
    "mish": F.mish,
    "softsign": F.softsign,
}
NAMES = pytest.mark.parametrize("name", ACTIVATIONS)
NUMBERS = st.floats(-50, 50) | st.floats(-1e100, 1e100) | st.sampled_from([0.0, -0.0, 1e-300])


def value_and_slope(function, numbers):
    x = torch.tensor(numbers, dtype=DOUBLE, requires_grad=True)
    y = function(x)
    return y.detach(), torch.autograd.grad(y.sum(), x)[0]


def test_the_table_has_an_oracle_for_each():
    assert set(ORACLES) == set(ACTIVATIONS)


@NAMES
@settings(max_examples=50, deadline=None)
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=20))
def test_values_and_slopes_equal_torchs(name, numbers):
    mine = value_and_slope(ACTIVATIONS[name], numbers)
    theirs = value_and_slope(ORACLES[name], numbers)
    for one, other in zip(mine, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12), (one, other)


@NAMES
def test_the_slope_of_a_single_number_equals_torchs(name):
    for number in (-2.0, 0.0, 3.0):
        x = torch.tensor(number, dtype=DOUBLE)
        slope = torch.func.grad(ACTIVATIONS[name])(x)
        assert torch.allclose(slope, value_and_slope(ORACLES[name], [number])[1][0])


@NAMES
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shape_and_dtype_stay_and_nan_is_not_hidden(name, dtype):
    x = torch.tensor([[1.0, -1.0], [math.nan, 0.0]], dtype=dtype)
    y = ACTIVATIONS[name](x)
    assert y.shape == x.shape and y.dtype == dtype
    assert y.isnan().tolist() == x.isnan().tolist()


@NAMES
def test_float32_slopes_are_finite_in_the_tails(name):
    x = torch.tensor([-1e4, -200.0, -90.0, 90.0, 200.0, 1e4], requires_grad=True)
    ACTIVATIONS[name](x).sum().backward()
    assert x.grad.isfinite().all()


@pytest.mark.parametrize(("name", "most"), [("sigmoid", 0.25), ("tanh", 1.0), ("softsign", 1.0)])
def test_the_steepest_slope_is_at_zero(name, most):
    numbers = torch.linspace(-8, 8, 1601, dtype=DOUBLE).tolist()
    slope = value_and_slope(ACTIVATIONS[name], numbers)[1]
    assert slope.max().item() == pytest.approx(most, rel=1e-12)
    assert abs(numbers[slope.argmax()]) < 1e-9


def test_selu_keeps_mean_and_variance():
    """Klambauer et al. (2017), equation 5: (0, 1) is a fixed point, up to quadrature."""
    x = torch.linspace(-12, 12, 200_001, dtype=DOUBLE)
    density = torch.exp(-x.square() / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    y = ACTIVATIONS["selu"](x)
    mean, square = (y * density).sum().item(), (y.square() * density).sum().item()
    assert mean == pytest.approx(0, abs=1e-8) and square == pytest.approx(1, abs=1e-8)

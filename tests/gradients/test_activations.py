"""What an activation lets through, against closed forms and draws; dead units."""

import math

import pytest
import torch

from dlnotes.gradients.activations import dead, dead_fraction, passed
from dlnotes.training.nets.activations import ACTIVATIONS

DOUBLE = torch.float64


@pytest.mark.parametrize("size", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_what_is_straight_on_either_side_of_0_lets_the_same_through_at_any_size(size, slope):
    share = (1 + slope**2) / 2  # half of the z have slope 1, half the small one
    assert passed("leaky_relu" if slope else "relu", size) == pytest.approx(
        (share, share), rel=1e-6
    )


def test_a_linear_unit_lets_everything_through():
    assert passed("identity", 2.0) == pytest.approx((1, 1), rel=1e-9)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "elu", "gelu", "silu"])
def test_curved_ones_agree_with_draws(name):
    z = 1.5 * torch.randn(1_000_000, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)
    z.requires_grad_()
    out = ACTIVATIONS[name](z)
    slope = torch.autograd.grad(out.sum(), z)[0]
    found = out.square().mean().item() / 1.5**2, slope.square().mean().item()
    assert passed(name, 1.5) == pytest.approx(found, rel=5e-3)


def test_gelu_has_the_slope_of_its_formula():
    z = torch.linspace(-9, 9, 100_001, dtype=DOUBLE)
    density = torch.exp(-z.square() / 2) / math.sqrt(2 * math.pi)
    slope = torch.special.ndtr(z) + z * density
    back = torch.trapezoid(density * slope.square(), z).item()
    assert passed("gelu").back == pytest.approx(back, rel=1e-6)


@pytest.mark.parametrize(("name", "size"), [("no such", 1.0), ("relu", 0.0), ("relu", -1.0)])
def test_bad_input_is_named(name, size):
    with pytest.raises(ValueError, match="must"):
        passed(name, size)


def test_a_unit_is_dead_where_no_example_opens_it():
    outputs = torch.tensor([[0.0, 0.0, -0.1], [0.0, 2.0, math.nan]])
    assert dead(outputs).tolist() == [True, False, False]
    assert dead(outputs, floor=2.0).tolist() == [True, True, False]
    assert dead_fraction(outputs) == pytest.approx(1 / 3)


def test_a_dead_unit_gets_no_gradient():
    weight = torch.tensor([[1.0, 1.0], [-1.0, -1.0]], requires_grad=True)
    out = ACTIVATIONS["relu"](torch.rand(5, 2) @ weight.T)
    out.sum().backward()
    assert dead(out).tolist() == [False, True]
    assert weight.grad[1].abs().sum() == 0 < weight.grad[0].abs().sum()


def test_one_example_is_no_layer():
    with pytest.raises(ValueError, match=r"\(B, units\)"):
        dead(torch.zeros(3))

"""One step and its promise, against the algebra of quadratics and against autograd."""

import pytest
import torch

from dlnotes.convergence.descent import minimize
from dlnotes.convergence.steps import take_step
from dlnotes.training.surfaces.landscapes import beale_value


def valley(x, y):
    return (x**2 + 10 * y**2) / 2


class TestOneStep:
    @pytest.mark.parametrize("lr", [0.01, 0.1, 0.3])
    def test_a_quadratic_keeps_the_half_less_of_its_promise_that_the_formula_says(self, lr):
        step = take_step(valley, (1.0, -2.0), lr)
        curvature = (1 + 10 * 20**2) / (1 + 20**2)
        assert step.promised == pytest.approx(lr * (1 + 20**2))
        assert step.fell == pytest.approx(step.promised * (1 - lr * curvature / 2))

    def test_it_agrees_with_autograd_on_a_surface_that_is_no_quadratic(self):
        at = torch.tensor([0.5, 0.5], dtype=torch.float64, requires_grad=True)
        (g,) = torch.autograd.grad(beale_value(*at), at)
        step = take_step(beale_value, (0.5, 0.5), 0.01)
        torch.testing.assert_close(torch.tensor(step.to).double(), at.detach() - 0.01 * g)
        assert step.promised == pytest.approx(0.01 * g.square().sum().item())

    def test_it_is_the_step_that_minimize_takes(self):
        assert take_step(valley, (1, 1), 0.15).to == minimize(valley, (1, 1), 0.15, steps=1)[0][1]

    def test_a_rise_is_a_fall_below_0(self):
        assert take_step(valley, (0.0, 1.0), 0.25).fell == pytest.approx(-6.25)


@pytest.mark.parametrize("lr", [0, -0.1, float("nan")])
def test_a_rate_that_is_no_rate_is_named(lr):
    with pytest.raises(ValueError, match="`lr` must be"):
        take_step(valley, (1, 1), lr)


def test_no_place_is_named():
    with pytest.raises(ValueError, match="`at`"):
        take_step(lambda: 0.0, (), 0.1)

"""Slopes along directions as autograd has them, steepest steps as a linear program finds them."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dlnotes.gradients.directions import (
    angle,
    direction_probe,
    directional_derivative,
    steepest_descent,
)

DOUBLE = torch.float64
SEEDS = st.integers(0, 1000)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


def wavy(p):
    return (p.sin() * p.exp()).sum() + p[0] * p[-1]


class TestDirectionalDerivative:
    @given(seed=SEEDS, size=st.floats(0.01, 100))
    @settings(max_examples=20, deadline=None)
    def test_is_the_jacobian_vector_product_of_torch(self, seed, size):
        at, direction = drawn(5, seed=seed), drawn(5, seed=seed + 1)
        _, wanted = torch.func.jvp(wavy, (at,), (direction / direction.norm(),))
        grad = torch.func.grad(wavy)(at)
        assert directional_derivative(grad, size * direction) == pytest.approx(wanted.item())

    @given(seed=SEEDS)
    @settings(max_examples=20, deadline=None)
    def test_is_the_length_of_the_gradient_times_the_cosine(self, seed):
        grad, direction = drawn(4, seed=seed), drawn(4, seed=seed + 1)
        cosine = math.cos(math.radians(angle(grad, direction)))
        assert directional_derivative(grad, direction) == pytest.approx(grad.norm() * cosine)


class TestAngle:
    @pytest.mark.parametrize("degrees", [0, 1e-6, 30, 90, 179.999999, 180])
    def test_small_and_straight_angles_are_exact(self, degrees):
        turn = math.radians(degrees)
        arrow = torch.tensor([3 * math.cos(turn), 3 * math.sin(turn)], dtype=DOUBLE)
        found = angle(torch.tensor([0.5, 0.0], dtype=DOUBLE), arrow)
        assert found == pytest.approx(degrees, abs=1e-9)


class TestProbe:
    def test_goes_evenly_around_two_numbers(self):
        probe = direction_probe(lambda p: 3 * p[0] + 4 * p[1], (0, 0), n=8)
        assert probe.directions[0].tolist() == [1, 0]
        assert probe.directions[2].tolist() == pytest.approx([0, 1], abs=1e-15)
        torch.testing.assert_close(
            probe.slopes, probe.directions @ torch.tensor([3.0, 4.0]).double()
        )

    def test_the_steepest_of_many_is_the_gradient(self):
        at = torch.tensor([0.3, -0.4], dtype=DOUBLE)
        probe, grad = direction_probe(wavy, at), torch.func.grad(wavy)(at)
        assert angle(probe.uphill, grad) < 0.06 and angle(probe.downhill, -grad) < 0.06

    def test_random_directions_have_length_one_and_come_from_the_seed(self):
        at = drawn(40)
        probes = [direction_probe(wavy, at, n=250, seed=seed) for seed in (3, 3, 4)]
        torch.testing.assert_close(probes[0].directions.norm(dim=1), torch.ones(250, dtype=DOUBLE))
        assert torch.equal(probes[0].slopes, probes[1].slopes)
        assert not torch.equal(probes[0].slopes, probes[2].slopes)
        wanted = probes[0].directions @ torch.func.grad(wavy)(at)
        torch.testing.assert_close(probes[0].slopes, wanted, atol=1e-4, rtol=1e-4)

    def test_a_long_step_is_a_long_step(self):
        probe = direction_probe(lambda p: p @ p, (1.0, 0.0), n=2, step=2.0)
        assert probe.slopes.tolist() == pytest.approx([4, 0])

    def test_it_keeps_the_precision_that_it_is_given(self):
        assert direction_probe(wavy, torch.ones(3), step=1e-3).slopes.dtype == torch.float32


def best_in(norm, grad):
    """The step by a linear program over the vertices of the ball, or over its faces."""
    if norm == "max":
        return linprog(grad.tolist(), bounds=(-1, 1)).x
    both = torch.cat([grad, -grad]).tolist()
    found = linprog(both, A_ub=[[1.0] * len(both)], b_ub=[1.0], bounds=(0, None)).x
    return found[: len(grad)] - found[len(grad) :]


class TestSteepestDescent:
    @pytest.mark.parametrize("norm", ["max", "sum"])
    @given(seed=SEEDS)
    @settings(max_examples=20, deadline=None)
    def test_is_what_a_linear_program_finds(self, norm, seed):
        grad = drawn(6, seed=seed)
        wanted = torch.tensor(best_in(norm, grad), dtype=DOUBLE)
        torch.testing.assert_close(steepest_descent(grad, norm), wanted)

    @given(seed=SEEDS)
    @settings(max_examples=20, deadline=None)
    def test_no_direction_falls_faster_than_minus_the_gradient(self, seed):
        grad, others = drawn(6, seed=seed), drawn(200, 6, seed=seed + 1)
        step = steepest_descent(grad)
        assert step.norm().item() == pytest.approx(1)
        assert grad @ step < ((others / others.norm(dim=1, keepdim=True)) @ grad).min()

    @given(seed=SEEDS)
    @settings(max_examples=20, deadline=None)
    def test_a_spectral_step_falls_by_the_sum_of_the_singular_values(self, seed):
        grad = drawn(4, 3, seed=seed)
        step, sizes = steepest_descent(grad, "spectral"), torch.linalg.svdvals(grad)
        assert torch.linalg.matrix_norm(step, 2).item() == pytest.approx(1)
        assert (grad * step).sum().item() == pytest.approx(-sizes.sum().item())
        assert (grad * step).sum() < (grad * -grad / sizes[0]).sum()

    def test_it_moves_nothing_that_a_matrix_of_lower_rank_does_not_see(self):
        grad = torch.outer(drawn(4), drawn(3, seed=1))
        assert torch.linalg.matrix_rank(steepest_descent(grad, "spectral")) == 1

    @pytest.mark.parametrize("norm", ["euclidean", "max", "sum"])
    def test_a_tiny_gradient_has_the_same_step(self, norm):
        grad = drawn(5)
        torch.testing.assert_close(
            steepest_descent(1e-150 * grad, norm), steepest_descent(grad, norm)
        )


ONE, TWO = torch.ones(1), torch.ones(2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: directional_derivative(TWO, 0 * TWO), "`direction` must point somewhere, got"),
        (lambda: directional_derivative(TWO, ONE), r"got \(2,\) and \(1,\)"),
        (lambda: angle(TWO * math.nan, TWO), "`a` must point somewhere"),
        (lambda: angle(TWO, 0 * TWO), "`b` must point somewhere"),
        (lambda: direction_probe(wavy, torch.ones(2, 2)), r"row of numbers, got shape \(2, 2\)"),
        (lambda: direction_probe(wavy, ()), "`at` must be a row of numbers"),
        (lambda: direction_probe(wavy, TWO, n=0), "`n` must be at least 1, got 0"),
        (lambda: direction_probe(wavy, TWO, step=0), "`step` must be greater than 0, got 0"),
        (lambda: steepest_descent(TWO, "taxi"), "must be one of euclidean, max, sum, spectral"),
        (lambda: steepest_descent(0 * TWO), "`grad` must point somewhere"),
        (lambda: steepest_descent(TWO, "spectral"), "must be a matrix for a spectral norm, got 1"),
    ],
)  # fmt: skip
def test_bad_input_is_named_in_a_line(call, words):
    with pytest.raises(ValueError, match=words) as raised:
        call()
    assert "\n" not in str(raised.value)

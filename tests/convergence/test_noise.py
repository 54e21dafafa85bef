"""The floor that noise leaves, and the limit that curvature sets."""

import math

import pytest
import torch

from dlnotes.convergence.noise import noise_floor, noise_variance, step_limit


@pytest.mark.parametrize(
    ("lr", "curvature", "noise"), [(0.1, 1, 1), (1.5, 1, 2), (0.2, 8, 0.5), (1e-3, 0.1, 3)]
)
def test_the_variance_is_the_one_that_a_step_leaves_as_it_is(lr, curvature, noise):
    square = noise_variance(lr, curvature, noise)
    after = (1 - lr * curvature) ** 2 * square + lr**2 * noise**2
    assert after == pytest.approx(square, rel=1e-9)
    assert noise_floor(lr, curvature, noise) == pytest.approx(curvature * square / 2)


def test_a_long_run_sways_by_this_much():
    source = torch.Generator().manual_seed(3)
    x, squares = torch.zeros(5000, dtype=torch.float64), []
    for _ in range(100):
        kick = torch.randn(5000, generator=source, dtype=torch.float64)
        x = x - 0.5 * (2 * x + 1.5 * kick)
        squares.append(x.square().mean())
    found = torch.stack(squares[50:]).mean().item()
    assert found == pytest.approx(noise_variance(0.5, 2, 1.5), rel=0.01)


def test_the_limit_is_where_steps_neither_grow_nor_shrink():
    for curvature in (0.5, 1, 8):
        assert abs(1 - step_limit(curvature) * curvature) == pytest.approx(1)


@pytest.mark.parametrize("lr", [0.25, 0.3, math.inf])
def test_from_the_limit_on_nothing_settles(lr):
    with pytest.raises(ValueError, match=r"`lr` must be below 2 / curvature = 0.25"):
        noise_variance(lr, 8, 1)


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"curvature": 0}, "curvature"), ({"lr": -1}, "lr"), ({"noise": -1}, "noise")],
)
def test_bad_numbers_are_named(changed, named):
    with pytest.raises(ValueError, match=named):
        noise_floor(**({"lr": 0.1, "curvature": 1, "noise": 1} | changed))

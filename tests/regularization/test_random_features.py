"""Random layers and least squares behind them, against numpy, scikit-learn and the definition."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from dlnotes.core.seeds import seeded
from dlnotes.regularization.random_features import (
    descended,
    noise_in_weights,
    path,
    random_layer,
    shortest,
)

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=seeded(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", [(5, 12), (8, 8), (12, 5)])
def test_without_a_penalty_it_is_numpys_least_squares(shape):
    X, y = normal(*shape), normal(shape[0], 3, seed=1)
    theirs = np.linalg.lstsq(X.numpy(), y.numpy(), rcond=None)[0]
    torch.testing.assert_close(shortest(X, y), torch.from_numpy(theirs))


@pytest.mark.parametrize("shape", [(5, 12), (12, 5)])
def test_with_one_it_is_ridge_regression(shape):
    X, y = normal(*shape), normal(shape[0], seed=1)
    for strength, found in zip((0.01, 2.0), path(X, y, (0.01, 2.0)), strict=True):
        theirs = Ridge(alpha=shape[0] * strength, fit_intercept=False).fit(X.numpy(), y.numpy())
        torch.testing.assert_close(found, torch.from_numpy(theirs.coef_))


def test_features_that_depend_on_each_other_share():
    X = torch.tensor([[1.0, 1.0, 0.0], [2.0, 2.0, 0.0]], dtype=torch.float64)
    found = shortest(X, torch.tensor([2.0, 4.0], dtype=torch.float64))
    torch.testing.assert_close(found, torch.tensor([1.0, 1.0, 0.0], dtype=torch.float64))


def test_descent_from_zero_finds_the_shortest_and_keeps_what_is_perpendicular():
    X, y, start = normal(4, 9), normal(4, seed=1), normal(9, seed=2)
    torch.testing.assert_close(descended(X, y, steps=3000), shortest(X, y))
    across = start - X.T @ torch.linalg.solve(X @ X.T, X @ start)
    found = descended(X, y, start=start, steps=3000)
    torch.testing.assert_close(found, shortest(X, y) + across)
    assert found.norm() > shortest(X, y).norm()


def test_the_smallest_singular_value_is_lowest_at_as_many_features_as_examples():
    X = normal(10, 30)
    least = [torch.linalg.svdvals(X[:, :width]).min().item() for width in range(1, 31)]
    assert least[:10] == sorted(least[:10], reverse=True) and least[9:] == sorted(least[9:])


@pytest.mark.parametrize("strength", [0.0, 0.1])
def test_noise_makes_the_weights_as_long_as_the_formula_says(strength):
    X = normal(6, 9)
    drawn = path(X, normal(6, 20_000, seed=1), [strength])[0]
    expected = noise_in_weights(X, strength).item()
    assert drawn.square().sum(0).mean().item() == pytest.approx(expected, rel=0.02)


def test_a_narrower_layer_is_the_beginning_of_a_wider_one():
    inputs = normal(7, 3)
    for activation in ("relu", "cos"):
        layer = random_layer(20, 3, activation=activation, seed=4)
        torch.testing.assert_close(layer.first(5)(inputs), layer(inputs)[:, :5])
        assert not torch.equal(random_layer(20, 3, activation=activation).weight, layer.weight)


def test_a_sum_of_random_waves_tends_to_the_gaussian_kernel():
    layer, x = random_layer(200_000, 1, scale=2.0, activation="cos"), normal(6, 1)
    kernel = 2 * layer(x) @ layer(x).T / 200_000
    torch.testing.assert_close(kernel, torch.exp(-2 * (x - x.T).square()), rtol=0, atol=0.02)


@pytest.mark.parametrize("device", DEVICES)
def test_everything_lives_where_its_arguments_do(device):
    layer = random_layer(40, 4, dtype=torch.float32, device=device)
    X, y = layer(normal(10, 4).float().to(device)), normal(10, seed=1).float().to(device)
    for found in (shortest(X, y), descended(X, y, steps=3), noise_in_weights(X, 0.1)):
        assert found.device.type == device and found.dtype == torch.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda: random_layer(0, 2),
        lambda: random_layer(3, 2, scale=0.0),
        lambda: random_layer(3, 2, activation="sin"),
        lambda: shortest(torch.eye(3), torch.ones(2)),
        lambda: shortest(torch.eye(3), torch.ones(3), -1.0),
        lambda: descended(torch.eye(3), torch.ones(3), steps=0),
    ],
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(ValueError, match="`"):
        call()

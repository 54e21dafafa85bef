"""The process against scikit-learn's, and what must be true of any."""

import pytest
import torch
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.gaussian_process import (
    likeliest_length,
    log_likelihood,
    matern52,
    posterior,
    rbf,
)

THEIRS = {rbf: RBF, matern52: lambda length: Matern(length, nu=2.5)}


def trials(n=9, d=2, seed=0):
    X = torch.rand(n, d, generator=seeded(seed), dtype=torch.float64)
    return X, (6 * X).sin().sum(1) - 0.5


@pytest.mark.parametrize("kernel", THEIRS)
@pytest.mark.parametrize(("length", "noise", "scale"), [(0.3, 0.1, 1.0), (0.7, 0.1, 2.5)])
def test_it_is_scikit_learns(kernel, length, noise, scale):
    X, y = trials()
    places = torch.rand(20, 2, generator=seeded(1), dtype=torch.float64)
    setting = {"length": length, "noise": noise, "scale": scale, "kernel": kernel}
    their_kernel = ConstantKernel(scale**2) * THEIRS[kernel](length)
    theirs = GaussianProcessRegressor(their_kernel, alpha=noise**2, optimizer=None)
    theirs.fit(X.numpy(), y.numpy())
    mean, std = theirs.predict(places.numpy(), return_std=True)
    ours = posterior(X, y, places, **setting)
    torch.testing.assert_close(ours.mean, torch.tensor(mean), rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(ours.std, torch.tensor(std), rtol=1e-5, atol=1e-6)
    likely = theirs.log_marginal_likelihood_value_
    assert log_likelihood(X, y, **setting) == pytest.approx(likely, rel=1e-6)


def test_without_noise_it_goes_through_the_trials_and_is_sure_there():
    X, y = trials()
    found = posterior(X, y, X, length=0.4, noise=0.0)
    torch.testing.assert_close(found.mean, y, rtol=0, atol=1e-5)
    assert found.std.max() < 1e-3


def test_far_from_all_trials_it_knows_nothing():
    X, y = trials()
    found = posterior(X, y, X[:1] + 100, length=0.4, scale=2.0)
    assert found.mean.abs() < 1e-9 and found.std == pytest.approx(2)


def test_a_trial_twice_is_no_fault_and_tells_a_little_more():
    X, y = trials()
    place = X[:1] + 0.1
    once = posterior(X, y, place, length=0.4, noise=0.3)
    twice = posterior(torch.cat([X, X]), torch.cat([y, y]), place, length=0.4, noise=0.3)
    assert twice.std < once.std
    posterior(torch.cat([X, X]), torch.cat([y, y]), place, length=0.4, noise=0.0)


def test_the_likeliest_length_is_about_that_of_the_function():
    X = torch.rand(40, 1, generator=seeded(2), dtype=torch.float64)
    fast, slow = (25 * X).sin().squeeze(1), (4 * X).sin().squeeze(1)
    lengths = [0.02, 0.1, 0.5, 2.5]
    assert likeliest_length(X, fast, lengths, kernel=rbf) == 0.1
    assert likeliest_length(X, slow, lengths, kernel=rbf) == 0.5


@pytest.mark.parametrize(
    "wrong", [{"length": 0}, {"length": 1, "noise": -1}, {"length": 1, "scale": 0}]
)
def test_lengths_and_spreads_are_not_negative(wrong):
    X, y = trials()
    with pytest.raises(ValueError, match=f"`{list(wrong)[-1]}` must be"):
        posterior(X, y, X, **wrong)

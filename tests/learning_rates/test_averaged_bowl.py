"""Averages in a noisy bowl: against many drawn runs, and against the closed forms."""

import pytest
import torch

from dlnotes.convergence.noise import noise_variance
from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.averaged_bowl import (
    averaged_losses,
    ema_variance,
    fading,
    mean_variance,
)
from dlnotes.learning_rates.noisy_bowl import mean_losses
from dlnotes.learning_rates.schedule_free import SGD

CURVED = torch.tensor([1.0, 0.3, 0.05], dtype=torch.float64)
AT = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
BOWL = {"curvatures": CURVED, "squares": AT}
STEPS = torch.arange(1, 9, dtype=torch.float64)


def drawn(rate, beta, chains=40000):
    """The loss at x of the book's own rule, over many runs."""
    source, param = seeded(0), AT.sqrt().repeat(chains, 1)
    state = SGD.init(param)
    for _ in STEPS:
        noise = 0.4 * torch.randn(param.shape, generator=source, dtype=torch.float64)
        delta, state = SGD.update(CURVED * param + noise, state, param, lr=rate, beta1=beta)
        param = param + delta
    return (CURVED * state.x.square()).sum(-1).mean().item() / 2


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_it_is_the_mean_over_many_runs_of_schedule_free(beta):
    flat = torch.full_like(STEPS, 0.8)
    found = averaged_losses(flat, 1 / STEPS, beta=beta, noise=0.4, **BOWL)
    assert found[-1].item() == pytest.approx(drawn(0.8, beta), rel=0.02)


def test_without_an_average_it_is_the_walk():
    rates = torch.linspace(1.5, 0.1, 8, dtype=torch.float64)
    walk = mean_losses(rates, noise=0.4, **BOWL)
    found = averaged_losses(rates, torch.ones_like(rates), noise=0.4, **BOWL)
    assert torch.allclose(found, walk)
    assert torch.allclose(averaged_losses(rates, fading(STEPS, 1), noise=0.4, **BOWL), walk)


def test_a_long_window_is_the_plain_mean():
    assert torch.allclose(fading(STEPS, 1e6), 1 / STEPS, rtol=1e-4)


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_variance_of_a_mean(steps):
    """Over all noise by the weight that each noise has in the mean."""
    lr, curvature, noise = 0.3, 1.5, 0.7
    r = 1 - lr * curvature
    back = torch.arange(4000, dtype=torch.float64)  # how far before the last step
    first = (back - steps + 1).clamp(min=0)
    weights = (r**first - r ** (back + 1)) / (1 - r)
    expected = (lr * noise / steps) ** 2 * weights.square().sum().item()
    assert mean_variance(steps, lr, curvature, noise) == pytest.approx(expected)


def test_variance_of_an_exponential_mean_is_where_it_settles():
    one, flat = torch.ones(1, dtype=torch.float64), torch.full((2000,), 0.3).double()
    weights = torch.full_like(flat, 0.05)
    found = averaged_losses(flat, weights, curvatures=one, squares=one, noise=0.7)
    assert 2 * found[-1].item() == pytest.approx(ema_variance(0.95, 0.3, 1, 0.7))
    assert ema_variance(0, 0.3, 1, 0.7) == pytest.approx(noise_variance(0.3, 1, 0.7))


def test_a_bottom_that_wanders_adds_its_squares():
    one = torch.ones(1, dtype=torch.float64)
    rate = torch.zeros(4, dtype=torch.float64)
    found = averaged_losses(rate, rate + 1, curvatures=one, squares=one, noise=0.0, drift=0.5)
    assert (2 * found).tolist() == pytest.approx([1, 1.5, 2, 2.5, 3])


@pytest.mark.parametrize("beta", [-0.1, 1.1])
def test_beta_is_a_share(beta):
    with pytest.raises(ValueError, match=f"`beta` must be between 0 and 1, got {beta}"):
        averaged_losses(STEPS, STEPS, beta=beta, noise=0.0, **BOWL)


def test_above_the_limit_nothing_settles():
    for variance in (mean_variance, ema_variance):
        with pytest.raises(ValueError, match=r"`lr` must be below 2 / curvature = 1, got 1.5"):
            variance(0.5 if variance is ema_variance else 5, 1.5, 2, 1)

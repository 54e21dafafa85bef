"""Adafactor: what factoring keeps, and how far torch's form is from the paper's."""

import pytest
import torch

from dlnotes.optimizers import adafactor

DOUBLE = torch.float64


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


def of_the_paper(param, grads, *, eps1=1e-30, eps2=1e-3, d=1.0, largest=1e-2):
    """Shazeer & Stern (2018), algorithm 4 with the settings of section 9, on a matrix."""
    R, C = torch.zeros(param.shape[0]), torch.zeros(param.shape[1])
    for t, grad in enumerate(grads, start=1):
        rho = min(largest, t**-0.5)
        alpha = max(eps2, (param**2).mean() ** 0.5) * rho
        kept = 1 - t**-0.8
        squares = grad**2 + eps1
        R = kept * R + (1 - kept) * squares.sum(1)
        C = kept * C + (1 - kept) * squares.sum(0)
        U = grad / (torch.outer(R, C) / R.sum()) ** 0.5
        param = param - alpha * U / max(1, (U**2).mean() ** 0.5 / d)
    return param


def run(param, grads, **settings):
    state = adafactor.init(param)
    for grad in grads:
        delta, state = adafactor.update(grad, state, param, **settings)
        param = param + delta
    return param


def test_away_from_zero_the_papers_form_gives_the_same_steps():
    param, grads = normal(5, 4), normal(100, 5, 4, seed=1)
    assert torch.allclose(run(param, grads), of_the_paper(param, grads), rtol=0, atol=1e-12)


def test_gradients_near_the_bound_tell_the_two_forms_apart():
    param, grads = normal(5, 4), 1e-12 * normal(20, 5, 4, seed=1)
    apart = (run(param, grads) - of_the_paper(param, grads)).abs().max()
    assert apart > 1e-3


def test_squares_of_rank_one_lose_nothing():
    """Where grad² = row · column the factored memory is the full one: every entry steps alike."""
    grad = torch.outer(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.1, -5.0])).double()
    param = torch.ones(3, 2, dtype=DOUBLE)
    delta, _ = adafactor.update(grad, adafactor.init(param), param, lr=0.1)
    assert torch.allclose(delta, -0.1 * grad.sign(), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-3, 1.0, 50.0])
def test_steps_are_relative_to_the_parameter(size):
    grad = normal(6, 3)
    param = size * torch.ones(6, 3, dtype=DOUBLE)
    delta, _ = adafactor.update(grad, adafactor.init(param), param, lr=0.1, eps2=1e-6)
    rms = delta.square().mean().sqrt()
    assert rms <= 0.1 * size * (1 + 1e-12) and rms > 0.09 * size


def test_the_learning_rate_gives_way_to_one_over_the_root_of_t():
    param, grad = torch.ones(4, dtype=DOUBLE), torch.ones(4, dtype=DOUBLE)
    state = adafactor.init(param)._replace(
        t=torch.tensor(99.0, dtype=DOUBLE), rows=torch.ones(4, dtype=DOUBLE)
    )
    for lr, length in ((0.01, 0.01), (0.5, 0.1)):
        delta, _ = adafactor.update(grad, state, param, lr=lr)
        assert delta.tolist() == pytest.approx([-length] * 4, rel=1e-12)


def test_leading_dimensions_are_factored_matrix_by_matrix_and_clipped_together():
    grad, param = normal(2, 4, 3), torch.ones(2, 4, 3, dtype=DOUBLE)
    delta, state = adafactor.update(grad, adafactor.init(param), param, d=100.0)
    for i in (0, 1):
        alone, one = adafactor.update(grad[i], adafactor.init(param[i]), param[i], d=100.0)
        assert torch.allclose(delta[i], alone, rtol=1e-12)
        assert torch.allclose(state.rows[i], one.rows, rtol=1e-12)

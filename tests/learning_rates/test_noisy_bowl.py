"""A noisy bowl on average: against many drawn runs, and no schedule beats the best one."""

import pytest
import torch

from dlnotes.convergence.noise import noise_floor
from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.decay import inverse_time
from dlnotes.learning_rates.noisy_bowl import best_rates, mean_losses

CURVED = torch.tensor([1.0, 0.3, 0.05], dtype=torch.float64)
AT = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def drawn(rates, noise, chains=40000):
    source = seeded(0)
    x = AT.sqrt().expand(chains, -1)
    for rate in rates:
        x = x - rate * (CURVED * x + noise * torch.randn(x.shape, generator=source).double())
    return (CURVED * x.square()).sum(-1).mean().item() / 2


@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_it_is_the_mean_over_many_drawn_runs(noise):
    rates = tensor([0.9, 1.5, 0.3, 0.1, 0.8])
    found = mean_losses(rates, curvatures=CURVED, squares=AT, noise=noise)
    assert found[0].item() == pytest.approx((CURVED * AT).sum().item() / 2)
    assert found[-1].item() == pytest.approx(drawn(rates, noise), rel=0.02)


def test_one_row_a_schedule():
    rates = tensor([[0.5, 0.5], [0.5, 0.1]])
    both = mean_losses(rates, curvatures=CURVED, squares=AT, noise=0.2)
    assert both.shape == (2, 3) and both[0, 1] == both[1, 1]
    one = mean_losses(rates[1], curvatures=CURVED, squares=AT, noise=0.2)
    assert torch.equal(both[1], one)


def test_a_constant_rate_ends_on_the_floor_of_the_formula():
    losses = mean_losses(
        torch.full((500,), 0.2).double(), curvatures=tensor([2.0]), squares=tensor([1.0]), noise=0.7
    )
    assert losses[-1].item() == pytest.approx(noise_floor(0.2, 2.0, 0.7))


SETTING = {"curvature": 2.0, "square": 3.0, "noise": 0.7}


def end(rates):
    bowl = {"curvatures": tensor([2.0]), "squares": tensor([3.0]), "noise": 0.7}
    return mean_losses(rates, **bowl)[..., -1]


def test_the_best_rates_are_an_inverse_time_decay():
    best = best_rates(40, **SETTING)
    decayed = inverse_time(torch.arange(40), lr=best[0].item(), decay=2.0 * best[0].item())
    assert torch.allclose(best, decayed, rtol=1e-12)


def test_nothing_beats_the_best_rates():
    best = best_rates(40, **SETTING)
    moved = best * torch.exp(0.1 * torch.randn(200, 40, generator=seeded(1)).double())
    assert (end(moved) > end(best)).all()
    wanted = best.clone().requires_grad_(True)
    end(wanted).backward()
    assert wanted.grad.abs().max() < 1e-12


def test_without_noise_the_best_rate_is_constant_and_arrives_at_once():
    assert torch.equal(best_rates(3, curvature=2.0, square=1.0, noise=0), tensor([0.5] * 3))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"rates": tensor(0.1)}, "`rates` needs a last axis"),
        ({"squares": tensor([1.0])}, "got shapes"),
        ({"curvatures": tensor([1.0, 0.0, 1.0])}, "`curvatures` must be greater than 0"),
        ({"noise": -1.0}, "`noise`"),
    ],
)
def test_bad_input_is_named(changed, says):
    usual = {"rates": tensor([0.1]), "curvatures": CURVED, "squares": AT, "noise": 0.1}
    given = usual | changed
    with pytest.raises(ValueError, match=says):
        mean_losses(given.pop("rates"), **given)


@pytest.mark.parametrize("name", ["steps", "curvature", "square"])
def test_the_best_rates_name_bad_input(name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        best_rates(**({"steps": 3} | SETTING | {name: 0}))

"""Starts and rates of µP: nothing changes at the base, and every factor is a power of the width."""

import pytest
import torch
import torch.nn.functional as F

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.maximal_update import METHODS, exponent, factors, groups, restart
from dlnotes.optimizers import adam, sgd
from dlnotes.training.nets.mlp import MLP

BASE = (3, 16, 16, 2)


def wider(times):
    return (3, 16 * times, 16 * times, 2)


def test_at_the_base_it_is_the_usual_net():
    for method in METHODS:
        assert all(own == (1, 1, 1) for own in factors(BASE, BASE, method))
    net, usual = MLP(BASE, seed=3), MLP(BASE, seed=3)
    restart(net, BASE)
    pairs = zip(net.parameters(), usual.parameters(), strict=True)
    assert all(torch.equal(*pair) for pair in pairs)
    assert {group["lr"] for group in groups(net, BASE, lr=0.1)} == {0.1}


def test_every_factor_is_a_power_of_the_width():
    powers = {
        "adam": [(0, 0, 0), (0, -1, 0), (-0.5, -1, 0)],
        "sgd": [(0, 1, 1), (0, 0, 1), (-0.5, -1, 0)],
    }
    times = [2, 4, 32]
    for method, expected in powers.items():
        table = torch.tensor([factors(wider(each), BASE, method) for each in times])
        for layer, row in enumerate(expected):
            for part, power in enumerate(row):
                assert exponent(times, table[:, layer, part]) == pytest.approx(power, abs=1e-6)


def test_layers_may_be_widened_by_different_factors():
    first, second, last = factors((3, 32, 128, 2), BASE, "sgd")
    assert first == (1, 2, 2) and second == (1, 4, 8)
    assert last.start == pytest.approx(8**-0.5) and last[1:] == (1 / 8, 1)


def test_a_multiplier_before_the_last_layer_is_the_same_net():
    """Start and rate divided by c are undone by a factor c in front; with SGD the rate by c²."""
    data, target = torch.randn(8, 4, generator=seeded(0)).double(), torch.arange(8) % 2
    for rule, power in ((adam, 1), (sgd, 2)):
        outputs = []
        for c in (1.0, 4.0):
            weight = (torch.linspace(-1, 1, 8).double().view(2, 4) / c).requires_grad_()
            state, setting = rule.init(weight), {"eps": 0.0} if rule is adam else {}
            for _ in range(5):
                loss = F.cross_entropy(c * data @ weight.T, target)
                (grad,) = torch.autograd.grad(loss, weight)
                change, state = rule.update(grad, state, weight, lr=0.1 / c**power, **setting)
                weight = (weight + change).detach().requires_grad_()
            outputs.append(c * data @ weight.detach().T)
        torch.testing.assert_close(*outputs)


def test_what_cannot_be_carried_over_is_refused():
    with pytest.raises(ValueError, match="not between depths"):
        factors((3, 32, 2), BASE)
    with pytest.raises(ValueError, match="inputs and outputs"):
        factors((4, 32, 32, 2), BASE)
    with pytest.raises(ValueError, match="method"):
        factors(BASE, BASE, "newton")

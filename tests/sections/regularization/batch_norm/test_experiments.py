"""What the page reads off the bench, and what differs between its arms."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.regularization.ghost_norm import ghost_norm, scatter
from dlnotes.sections.regularization.batch_norm import experiments, net
from dlnotes.training.data.mislabeled import few_digits


def sums(seed=0, examples=150):
    return torch.randn(2, examples, 40, generator=seeded(seed))


def test_rate_and_stop_are_chosen_by_validation_alone():
    validation = torch.full((3, 4, 2), 0.5)
    validation[2, 1] = 0.6
    validation[0, 3, 0] = 0.65  # the best seed, not the best mean
    bench = experiments.Bench(validation, 1 - validation, validation)
    assert bench.chosen == (2, 1)
    assert bench.chosen_at(3) == 0


def test_the_drawn_noise_is_as_large_as_that_of_the_groups():
    Z = sums(examples=1000)
    whole = ghost_norm(Z, 1000)
    drawn = net.normalizer(net.DRAWN, seeded(1))(Z)
    assert (drawn - whole).square().mean().sqrt().item() == pytest.approx(
        scatter(net.LIKE), rel=0.05
    )


def test_a_group_of_all_trains_as_it_is_evaluated():
    data, params = few_digits(0), net.start("150", 0, 2)
    training = net.scores(params, data.X, net.normalizer("150", seeded(0)))
    evaluated = net.scores(params, data.X, net.settled("150", params, data.X))
    torch.testing.assert_close(training, evaluated, rtol=1e-4, atol=1e-4)
    noisy = net.scores(params, data.X, net.normalizer("5", seeded(0)))
    assert (noisy - evaluated).abs().max() > 0.1


def test_all_kinds_start_from_the_same_weights():
    none, groups = net.start("none", 3, 2), net.start("5", 3, 2)
    assert groups.keys() - none.keys() == {"scale"}
    assert all(torch.equal(none[name], groups[name]) for name in none)


def test_steps_are_those_of_torchs_adam():
    data = few_digits(0)
    (found,) = net.trained("5", data, 0, [0.003], [3])
    params = {name: p.requires_grad_() for name, p in net.start("5", 0, 1).items()}
    optimizer = torch.optim.Adam(params.values(), lr=0.003)
    orders = seeded(2000)
    for _ in range(3):
        order = torch.randperm(150, generator=orders)
        out = net.scores(params, data.X[order], lambda Z: ghost_norm(Z, 5))[0]
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(out, data.y[order]).backward()
        optimizer.step()
    for name, param in params.items():
        torch.testing.assert_close(found[name], param.detach(), rtol=1e-3, atol=2e-5)

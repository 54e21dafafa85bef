"""Settling, and the gain of momentum under noise: what must come out."""

import math

import pytest
import torch

from dlnotes.optimizers import momentum, rates, sgd
from dlnotes.sections.optimizers.momentum import experiments
from dlnotes.sections.optimizers.momentum.experiments import best_loss, gain, settled
from dlnotes.training.race import steps_to
from dlnotes.training.surfaces.landscapes import ravine


def test_a_run_that_comes_closer_at_every_step_has_settled_where_it_arrives():
    lr, _, _ = rates.best_gradient_descent(1, 100)
    for rule, rate in ((sgd, lr), (sgd, 0.01)):
        arrives = steps_to(rule, ravine(100), (1.0, 1.0), lr=rate)
        assert settled(rule, ravine(100), (1.0, 1.0), lr=torch.tensor([rate])) == [arrives]


def test_a_run_that_passes_by_has_not_settled():
    much = {"lr": 0.01, "momentum": torch.tensor([0.99])}
    (last,) = settled(momentum, ravine(100), (1.0, 1.0), **much)
    path = experiments.trajectory(momentum, ravine(100), (1.0, 1.0), steps=3000, **much)[0]
    far = path.norm(dim=-1) > 1e-6 * path[0].norm()
    assert far[last - 1] and not far[last:].any() and not far[: last - 1].all()


def test_a_run_that_overflows_has_not_settled():
    much = {"lr": 1.0, "momentum": torch.tensor([0.9])}
    assert settled(momentum, ravine(100), (1.0, 1.0), steps=200, **much) == [201]


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_the_loss_is_that_of_plain_loops(beta, monkeypatch):
    monkeypatch.setattr(experiments, "STEPS", 20)
    monkeypatch.setattr(experiments, "RATES", torch.tensor([1e-3, 1e-2, 1.0]).double())
    source, found = torch.Generator().manual_seed(3), []
    noise = torch.randn(20, 200, 2, generator=source, dtype=torch.float64)
    for rate in experiments.RATES.tolist():
        losses = []
        for walk in range(200):
            x, v = [1.0, 1.0], [0.0, 0.0]
            for step in range(20):
                for i, curvature in enumerate((1.0, 100.0)):
                    v[i] = beta * v[i] + curvature * x[i] + 0.5 * noise[step, walk, i].item()
                    x[i] -= (1 - beta) * rate * v[i]
            losses.append((x[0] ** 2 + 100 * x[1] ** 2) / 2)
        found.append(math.fsum(losses) / 200)
    assert best_loss(0.5, beta, seed=3).item() == pytest.approx(min(found), rel=1e-9)


def test_the_gain_shrinks_with_the_noise():
    assert gain(0.1, seed=0) > 2 * gain(30.0, seed=0)

"""What the page reads off its record, and the two benches behind it."""

import math

import pytest
import torch

from dlnotes.sections.regularization.weight_decay import bench, experiments, turning
from dlnotes.sections.regularization.weight_decay.bench import Arm, Bench


def test_decay_is_laid_on_what_it_says():
    arms = [Arm(20.0, what) for what in ("all", "weights", "biases")]
    found = bench.trained(arms, seed=1, bench=Bench(hidden=16))
    everything, weights, biases = range(3)
    assert found.biases[weights] > 3 * found.biases[everything]
    assert found.weights[biases] > 3 * found.weights[everything]
    assert found.biases[biases] < 0.1


def test_gains_are_not_biases():
    net = bench._net(0, Bench(normed=True))
    kinds = [bench._kind(name, param[None]) for name, param in net.named_parameters()]
    assert kinds == ["weights", "biases", "gains", "biases", "weights", "biases"]


def test_a_sweep_is_chosen_by_validation_alone():
    name, at = experiments.chosen("penalty", "decay_biases")
    assert name == "penalty" and at == experiments.recorded(name).validation.mean(1).argmax()


def test_users_as_expected():
    free, shrunk = experiments.users()
    assert free == pytest.approx(1 / 2, rel=0.1)
    assert shrunk == pytest.approx(1 / (2 + 4), rel=0.1)


def test_the_gradient_of_a_normalized_unit_stands_at_a_right_angle():
    source = torch.Generator().manual_seed(0)
    W, V, X = (
        torch.randn(1, 1, *shape, generator=source, dtype=torch.float64)
        for shape in ((8, 64), (10, 8), (32, 64))
    )
    y = torch.randint(10, (1, 32), generator=source)
    slope = torch.func.grad(turning._loss)(W, V, X[0], y)
    cosine = torch.cosine_similarity(slope, W, dim=-1)
    assert cosine.abs().max() < 1e-9 and slope.norm() > 1e-3
    assert turning._angle(W, W - slope).min() > 0


def test_angles_are_exact_when_small():
    one, other = torch.tensor([1.0, 0.0]).double(), torch.tensor([math.cos(1e-7), math.sin(1e-7)])
    assert turning._angle(one, 3 * other.double()).item() == pytest.approx(1e-7, rel=1e-3)

"""The references of the exercises, against mathematics that does not come from the library."""

import math

import numpy as np
import pytest
import torch

from dlnotes.grading.tasks import declarations


def reference(task_id):
    return declarations.find(task_id).reference


def test_edge_of_the_learning_rate_separates_the_two_fates():
    curvatures = [0.5, 3.0, 8.0]
    edge = reference("largest_stable_lr")(curvatures)
    for factor, converges in ((0.99, True), (1.01, False)):
        left = [abs(1 - factor * edge * curvature) ** 1000 for curvature in curvatures]
        assert all(x < 1 for x in left) == converges


def test_best_lr_beats_its_neighbors():
    smallest, largest = 0.7, 23.0
    lr, rate = reference("best_lr")(smallest, largest)

    def worst(lr):
        return max(abs(1 - lr * curvature) for curvature in (smallest, largest))

    assert worst(lr) == pytest.approx(rate)
    assert worst(lr) < min(worst(lr * 1.01), worst(lr * 0.99))


def test_accumulated_gradient_is_that_of_the_full_batch():
    source = torch.Generator().manual_seed(0)
    features = torch.randn(19, 3, generator=source, dtype=torch.float64)
    targets = torch.randn(19, generator=source, dtype=torch.float64)
    weights = torch.zeros(3, dtype=torch.float64, requires_grad=True)

    def gradient(rows):
        loss = (features[rows] @ weights - targets[rows]).square().mean() / 2
        return torch.autograd.grad(loss, weights)[0]

    rows = torch.arange(19).split(8)
    parts, sizes = [gradient(some) for some in rows], [len(some) for some in rows]
    assert torch.allclose(
        reference("accumulated_gradient")(parts, sizes), gradient(torch.arange(19)), atol=1e-12
    )


def test_batch_for_noise_keeps_its_promise():
    size = reference("batch_for_noise")(2.0, 0.3)
    noise = np.random.default_rng(0).normal(0, 2.0, (100_000, size)).mean(1).std()
    assert noise == pytest.approx(2.0 / math.sqrt(size), rel=0.02)
    assert 2.0 / math.sqrt(size) <= 0.3 < 2.0 / math.sqrt(size - 1)

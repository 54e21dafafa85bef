"""What K-FAC keeps of the Fisher matrix, and where its direction leads."""

import torch

from dlnotes.sections.optimizers.matrix_curvature.layers import (
    directions,
    first_gradient,
    kept,
    lost,
)


def test_the_layers_of_the_fisher_matrix_are_kept_and_the_rest_is_dropped():
    whole, part = kept(0, (3, 3, 2))
    assert whole.shape == part.shape == (20, 20)
    assert part[:12, 12:].abs().max() == 0 and whole[:12, 12:].abs().max() > 0.01
    assert lost(whole, whole) == 0 and lost(whole, 0 * whole) == 1


def test_with_much_damping_every_direction_is_that_of_the_gradient():
    kfac, plain = directions(0, 1e6)
    assert min(kfac, plain) > 1 - 1e-6
    assert all(-1 <= each <= 1 for each in directions(1, 1e-3))


def test_the_gradient_is_that_of_the_first_layer():
    slope = first_gradient(0)
    assert slope.shape == (32, 64) and torch.linalg.svdvals(slope).min() > 0

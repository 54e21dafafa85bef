"""Batch norm over groups, against torch, and its noise against runs."""

import pytest
import torch
from torch.nn import functional as F

from dlnotes.core.seeds import seeded
from dlnotes.regularization.ghost_norm import (
    batch_noise,
    expected_deviation,
    ghost_norm,
    scatter,
)


def drawn(*size, seed=0):
    return torch.randn(*size, generator=seeded(seed), dtype=torch.float64)


@pytest.mark.parametrize("size", [2, 5, 30])
def test_every_group_goes_through_torchs_batch_norm(size):
    Z = 3 * drawn(30, 4) + 1
    groups = [F.batch_norm(group, None, None, training=True) for group in Z.split(size)]
    torch.testing.assert_close(ghost_norm(Z, size), torch.cat(groups))


def test_gradients_are_those_of_torch():
    Z, p = drawn(12, 3).requires_grad_(), drawn(12, 3, seed=1)
    theirs = torch.cat([F.batch_norm(group, None, None, training=True) for group in Z.split(4)])
    (expected,) = torch.autograd.grad((p * theirs).sum(), Z)
    (found,) = torch.autograd.grad((p * ghost_norm(Z, 4)).sum(), Z)
    torch.testing.assert_close(found, expected)


def test_more_dimensions_in_front_are_runs_of_their_own():
    Z = drawn(3, 8, 2)
    each = torch.stack([ghost_norm(one, 4) for one in Z])
    torch.testing.assert_close(ghost_norm(Z, 4), each)


@pytest.mark.parametrize("size", [1, 7, 40])
def test_groups_that_do_not_fit_are_named(size):
    with pytest.raises(ValueError, match="size"):
        ghost_norm(drawn(30, 2), size)


@pytest.mark.parametrize("size", [4, 16, 64])
def test_the_noise_of_normal_batches(size):
    batches = drawn(20000, size)
    mean, deviation = batch_noise(size)
    spread = batches.std(1, correction=0)
    assert batches.mean(1).std().item() == pytest.approx(mean, rel=0.03)
    assert spread.std().item() == pytest.approx(deviation, rel=0.15 if size == 4 else 0.03)
    assert spread.mean().item() == pytest.approx(expected_deviation(size), rel=0.01)


def test_heavy_tails_make_the_deviation_noisier():
    batches = drawn(4000, 256)
    heavy = batches * (1 + 2 * (drawn(4000, 256, seed=1) > 1))
    kurtosis = (heavy.pow(4).mean() / heavy.square().mean() ** 2).item()
    heavy = heavy / heavy.std()
    expected = batch_noise(256, kurtosis)[1]
    assert kurtosis > 5
    assert heavy.std(1, correction=0).std().item() == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("size", [2, 8, 50])
def test_the_scatter_is_that_of_runs(size):
    Z = drawn(200000 // size * size, 1)
    found = (ghost_norm(Z, size, eps=0.0) - Z).square().mean().sqrt().item()
    assert found == pytest.approx(scatter(size), rel=0.03)

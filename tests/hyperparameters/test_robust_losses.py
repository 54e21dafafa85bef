"""Losses that listen less, or more: against torch, by hand, and on the whole."""

import math

import pytest
import torch
from torch.nn import functional as F

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.robust_losses import (
    balanced_rows,
    class_weights,
    focal,
    huber,
    smooth_l1,
)

ERRORS = torch.linspace(-4, 4, 33, dtype=torch.float64)
SCORES = torch.randn(6, 4, generator=seeded(0), dtype=torch.float64)
Y = torch.tensor([0, 1, 2, 3, 0, 1])


def test_both_are_those_of_torch():
    for bend in (0.5, 1.0, 2.0):
        zero = torch.zeros_like(ERRORS)
        theirs = F.huber_loss(ERRORS, zero, reduction="none", delta=bend)
        torch.testing.assert_close(huber(ERRORS, bend), theirs)
        theirs = F.smooth_l1_loss(ERRORS, zero, reduction="none", beta=bend)
        torch.testing.assert_close(smooth_l1(ERRORS, bend), theirs)


def test_the_slope_is_the_clipped_error():
    error = ERRORS.clone().requires_grad_()
    (slope,) = torch.autograd.grad(huber(error, 1.5).sum(), error)
    torch.testing.assert_close(slope, ERRORS.clamp(-1.5, 1.5))


def test_focal_loss_by_hand_and_without_gamma():
    scores = torch.tensor([[math.log(3.0), 0.0]], dtype=torch.float64)  # p = 3/4
    found = focal(scores, torch.tensor([0]), gamma=2.0).item()
    assert found == pytest.approx(-math.log(0.75) / 16)
    plain = F.cross_entropy(SCORES, Y, reduction="none")
    torch.testing.assert_close(focal(SCORES, Y, gamma=0.0), plain)


def test_every_class_has_the_same_say():
    y = torch.tensor([0] * 7 + [1] * 2 + [2])
    total = torch.zeros(3).index_add(0, y, class_weights(y, 3)[y])
    torch.testing.assert_close(total, torch.full((3,), 10 / 3))
    drawn = torch.bincount(y[balanced_rows(y, 6000, seeded(1))])
    assert ((drawn - 2000).abs() < 150).all()


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="`delta` must be greater than 0"):
        huber(ERRORS, 0.0)
    with pytest.raises(ValueError, match="`gamma` must be at least 0"):
        focal(SCORES, Y, -1.0)
    with pytest.raises(ValueError, match="every class, got none of 2"):
        class_weights(torch.tensor([0, 1]), 3)

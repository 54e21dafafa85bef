"""Putting curvature to use: Newton at the pass, L-BFGS and the Fisher matrix on a small net."""

import math

import pytest
import torch

from dlnotes.optimizers.newton import Newton, newton_step
from dlnotes.optimizers.trust_region import TrustRegion
from dlnotes.sections.optimizers.curvature.experiments import (
    fisher_and_hessians,
    gradients_of_a_product,
    lbfgs_loss,
    losses,
)
from dlnotes.training.surfaces.landscapes import saddle

DOUBLE = torch.float64


# ---- at the pass ---------------------------------------------------------------------------------
def test_newton_at_the_pass_follows_the_formula_of_the_page():
    land = saddle()
    for y in (-1.2, 0.1, 0.3, 0.44, 0.46, 0.9):
        point = torch.tensor([0.5, y], dtype=DOUBLE)
        landed = point + newton_step(land.gradient(point), land.hessian(point))
        assert landed[0] == pytest.approx(0, abs=1e-15)
        assert landed[1] == pytest.approx(2 * y**3 / (3 * y**2 - 1), rel=1e-12)


@pytest.mark.parametrize(("y", "falls_in"), [(0.44, True), (0.1, True), (0.46, False)])
def test_the_saddle_attracts_inside_one_over_root_five(y, falls_in):
    assert (y < 1 / math.sqrt(5)) == falls_in
    for _ in range(60):
        y = 2 * y**3 / (3 * y**2 - 1)
    assert (abs(y) < 1e-9) == falls_in


@pytest.mark.parametrize(
    ("damping", "closer"), [(0.0, True), (0.9, True), (1.1, False), (3, False)]
)
def test_half_the_negative_curvature_is_where_the_saddle_lets_go(damping, closer):
    land, point = saddle(), torch.tensor([0.0, 1e-4], dtype=DOUBLE)
    step = newton_step(land.gradient(point), land.hessian(point), damping=damping)
    assert ((point + step).norm() < point.norm()) == closer


# ---- on a small net ------------------------------------------------------------------------------
def test_newton_and_the_trust_region_begin_on_the_same_net():
    newton, trust = losses(Newton, 0, damping=1e-6), losses(TrustRegion, 0)
    assert newton[0] == pytest.approx(trust[0], rel=1e-12) and len(newton) == len(trust) == 31
    assert newton[-1] > 0.5 and trust[-1] < 0.001


def test_lbfgs_goes_down_on_the_full_batch_and_not_on_mini_batches():
    ends = [lbfgs_loss(0, gradients=spent) for spent in (1, 10, 30, 60)]
    assert ends == sorted(ends, reverse=True)
    assert ends[0] == pytest.approx(losses(TrustRegion, 0)[0], rel=1e-12)
    assert lbfgs_loss(0, gradients=120, batch_size=100) < 1e-9  # every example, looked at twice
    apart, shared = (lbfgs_loss(0, 300, batch_size=20, shared=way) for way in (False, True))
    assert min(apart, shared) > 1e6 * ends[-1] and apart != shared


def test_the_hessian_of_the_nets_own_labels_is_the_fisher_matrix():
    fresh, trained = (fisher_and_hessians(3, steps) for steps in (0, 60))
    assert max(fresh.own, trained.own) < 1e-13
    assert trained.data < 0.5 * fresh.data and fresh.lowest < trained.lowest


def test_a_product_with_the_hessian_takes_three_gradients():
    assert gradients_of_a_product(8) == pytest.approx(3, abs=0.1)

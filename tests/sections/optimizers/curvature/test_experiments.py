"""Putting curvature to use: where Newton walks at the pass."""

import math

import pytest
import torch

from dlnotes.optimizers.newton import newton_step
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

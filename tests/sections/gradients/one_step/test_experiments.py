"""The runs behind the page: a line's steps, a net's promise, and where small fits end."""

import math

import pytest
import torch

from dlnotes.convergence.descent import nudged
from dlnotes.optimizers.rates import best_gradient_descent
from dlnotes.sections.gradients.one_step import experiments
from dlnotes.sections.gradients.one_step.experiments import POINTS, promise


def loss(b, w):
    return sum((b + w * x - y) ** 2 for x, y in POINTS) / len(POINTS)


class TestLine:
    def test_slopes_are_those_of_the_loss(self):
        assert experiments.slopes(0.3, -1.2) == pytest.approx(nudged(loss, (0.3, -1.2)))
        assert experiments.slopes(*experiments.BOTTOM) == pytest.approx((0, 0), abs=1e-12)

    def test_the_steepest_start_shrinks_by_the_largest_curvature_alone(self):
        top, low = 7 + math.sqrt(41), 7 - math.sqrt(41)
        left = experiments.walk(0.1, 3, experiments.steepest_start())
        assert left == pytest.approx([(0.1 * top - 1) ** t for t in range(4)])
        assert best_gradient_descent(low, top).lr == pytest.approx(1 / 7)

    def test_in_the_long_run_no_other_rate_is_faster_than_the_best(self):
        best = experiments.steps_to(1 / 7, 1e-12)
        assert best < min(experiments.steps_to(lr, 1e-12) for lr in (0.12, 0.14, 0.146))


class TestPromise:
    def test_a_quadratic_keeps_what_the_formula_says(self):
        curvatures = torch.tensor([1.0, 4.0, 9.0], dtype=torch.float64)
        places = torch.tensor([[1.0, 1.0, 1.0], [2.0, -1.0, 0.5]], dtype=torch.float64)
        found = promise(lambda at: (curvatures * at.square()).sum() / 2, places)
        g = curvatures * places
        torch.testing.assert_close(found.bend, (curvatures * g * g).sum(1) / (g * g).sum(1))
        torch.testing.assert_close(found.length, g.norm(dim=1))
        line = 1 - torch.tensor(experiments.MULTIPLES, dtype=torch.float64) / 2
        torch.testing.assert_close(found.kept, line.expand(2, -1))
        assert experiments.twice(found).abs().max() < 1e-12


class TestFits:
    def test_one_unit_ends_in_two_real_pits(self):
        ends = experiments.ends(1)
        low, high = ends.loss.min(), ends.loss.max()
        near = torch.minimum((ends.loss - low).abs(), (ends.loss - high).abs())
        assert near.max() < 1e-5 and high > 1.6 * low
        assert ends.lowest.min() > 0 and ends.slope.max() < 1e-4

    def test_the_fits_are_those_of_the_losses(self):
        ends = experiments.ends(1)
        missed = (ends.fit - experiments.FIT_Y).square().mean(1)
        assert (ends.loss > missed).all()

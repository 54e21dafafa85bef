"""Places without slope against autograd, NumPy, and descent that is really run."""

import math

import numpy as np
import pytest
import torch

from dlnotes.convergence.critical import (
    classify_critical_point,
    curvatures,
    random_critical_points,
    steps_to_leave,
)
from dlnotes.training.surfaces import landscapes


def bent(x, y, z):
    return x**3 * y + math.sin(y * z) - 2 * z**2


@pytest.mark.parametrize("at", [(0.0, 0.0, 0.0), (1.0, -2.0, 0.5), (-0.3, 0.7, 1.1)])
def test_curvatures_by_nudges_are_those_of_autograd(at):
    def anew(point):
        x, y, z = point
        return x**3 * y + torch.sin(y * z) - 2 * z**2

    hessian = torch.func.hessian(anew)(torch.tensor(at, dtype=torch.float64))
    wanted = torch.linalg.eigvalsh(hessian).tolist()
    assert curvatures(bent, at) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    ("surface", "at", "kind"),
    [
        (landscapes.bowl(), (0.0, 0.0), "minimum"),
        (landscapes.saddle(), (0.0, 0.0), "saddle"),
        (landscapes.saddle(), (0.0, 1.0), "minimum"),
        (landscapes.himmelblau(), (3.0, 2.0), "minimum"),
        (landscapes.himmelblau(), (-0.270845, -0.923039), "maximum"),
        (landscapes.himmelblau(), (0.086678, 2.884255), "saddle"),
    ],
)
def test_known_places_are_called_by_their_names(surface, at, kind):
    point = torch.tensor(at, dtype=torch.float64)
    assert surface.gradient(point).norm() < 1e-3
    assert classify_critical_point(torch.linalg.eigvalsh(surface.hessian(point))) == kind


@pytest.mark.parametrize(
    ("signs", "kind"),
    [
        ([2.0], "minimum"),
        ([-2.0, -1.0], "maximum"),
        ([3.0, -1e-9, 1.0], "undecided"),
        ([-1.0, 0.0], "undecided"),
        ([0.0, -1.0, 1.0], "saddle"),
        ([0.0], "undecided"),
    ],
)
def test_a_curvature_of_nothing_decides_nothing(signs, kind):
    assert classify_critical_point(signs) == kind
    assert classify_critical_point([1e-4 * each for each in signs], tol=1e-8) == kind


@pytest.mark.parametrize("seed", range(10))
def test_steps_are_those_of_a_run(seed):
    source = np.random.default_rng(seed)
    lr, curvature = source.uniform(0.01, 0.5), -source.uniform(0.1, 3)
    start, reach = 10 ** source.uniform(-12, -1), source.uniform(0.5, 2)
    y, steps = start, 0
    while y < reach:
        y, steps = y - lr * curvature * y, steps + 1
    assert steps_to_leave(start, lr, curvature, reach=reach) == steps


def test_whoever_is_out_has_left_and_whoever_sits_on_it_never_leaves():
    assert steps_to_leave(2.0, 0.1, -1.0) == 0
    assert steps_to_leave(0.0, 0.1, -1.0) == math.inf


def test_random_places_of_one_parameter_are_never_saddles():
    one, two = random_critical_points(1), random_critical_points(2, count=4000)
    kinds = [classify_critical_point(each) for each in two]
    assert all(classify_critical_point(each) != "saddle" for each in one)
    # P(ac < b²) = 1/√2 for a, c of variance 1 and b of variance 1/2
    assert kinds.count("saddle") / 4000 == pytest.approx(1 / math.sqrt(2), abs=0.02)
    assert torch.equal(two, two.sort(dim=1).values)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: curvatures(bent, ()), "`at` must hold at least one entry"),
        (lambda: curvatures(bent, (0, 0, 0), h=0), "`h` must be greater than 0, got 0"),
        (lambda: classify_critical_point([]), "`curvatures` must hold at least one entry"),
        (lambda: classify_critical_point([math.nan]), "`curvatures` must be finite, got nan"),
        (lambda: classify_critical_point([1.0], tol=-1), "`tol` must be at least 0, got -1"),
        (lambda: steps_to_leave(0.1, 0.1, 1.0), "`-curvature` must be greater than 0"),
        (lambda: steps_to_leave(-0.1, 0.1, -1.0), "`beside` must be at least 0, got -0.1"),
        (lambda: steps_to_leave(0.1, 0, -1.0), "`lr` must be greater than 0, got 0"),
        (lambda: random_critical_points(0), "`dim` must be at least 1, got 0"),
        (lambda: random_critical_points(2, count=0), "`count` must be at least 1, got 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()

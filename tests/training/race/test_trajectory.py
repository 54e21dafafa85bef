"""A trajectory is the rule, step by step."""

import math

import pytest
import torch

from dlnotes.optimizers import momentum, nesterov, sgd
from dlnotes.training.race import steps_to, trajectory
from dlnotes.training.surfaces.landscapes import quadratic, ravine, rosenbrock

SETTINGS = {sgd: {"lr": 0.02}, momentum: {"lr": 0.02, "momentum": 0.7}}

SETTINGS[nesterov] = SETTINGS[momentum]


@pytest.fixture(params=SETTINGS, ids=lambda rule: rule.__name__.rpartition(".")[2])
def rule(request):
    return request.param


def test_path_starts_at_the_start_and_has_every_step():
    path = trajectory(sgd, ravine(10), (1.0, 0.5), steps=7, lr=0.1)
    assert path.shape == (8, 2) and path.dtype == torch.float64
    assert path[0].tolist() == [1.0, 0.5]


def test_path_on_a_quadratic_is_the_power_of_its_rate():
    path = trajectory(sgd, quadratic([1.0, 3.0]), (2.0, -1.0), steps=20, lr=0.5)
    shrink = torch.tensor([0.5, -0.5], dtype=torch.float64)
    powers = torch.stack([shrink**t for t in range(21)])
    torch.testing.assert_close(path, torch.tensor([2.0, -1.0]) * powers)


def test_path_obeys_the_rule_step_by_step(rule):
    landscape, settings = rosenbrock(), {**SETTINGS[rule], "lr": 1e-3}
    path = trajectory(rule, landscape, (-1.2, 1.0), steps=30, **settings)
    point, state = path[0], rule.init(path[0])
    for after in path[1:]:
        delta, state = rule.update(landscape.gradient(point), state, point, **settings)
        point = point + delta
        torch.testing.assert_close(point, after, rtol=0, atol=0)


def test_runs_side_by_side_equal_runs_alone(rule):
    starts = torch.tensor([[1.0, 0.5], [-0.3, 0.1], [0.2, -0.6]])
    rates = torch.tensor([0.01, 0.05, 0.03], dtype=torch.float64)
    settings = {**SETTINGS[rule], "lr": rates}
    together = trajectory(rule, ravine(20), starts, steps=15, **settings)
    assert together.shape == (3, 16, 2)
    for start, lr, path in zip(starts, rates, together, strict=True):
        alone = trajectory(rule, ravine(20), start, steps=15, **{**settings, "lr": lr.item()})
        torch.testing.assert_close(path, alone, rtol=1e-14, atol=1e-14)


def test_one_start_and_many_rates_make_many_runs():
    path = trajectory(sgd, ravine(2), (1.0, 1.0), steps=3, lr=torch.tensor([0.1, 0.2]))
    assert path.shape == (2, 4, 2)
    assert not torch.allclose(path[0], path[1])


def test_divergence_is_kept_as_data():
    path = trajectory(sgd, ravine(100), (1.0, 1.0), steps=2000, lr=1.0)
    assert path[1].isfinite().all() and not path[-1].isfinite().all()


@pytest.mark.parametrize("curvature, lr", [(1.0, 0.5), (4.0, 0.4), (1.0, 0.03)])
@pytest.mark.parametrize("within", [0.3, 1e-3, 1e-6])
def test_steps_follow_from_the_rate(curvature, lr, within):
    shrink = abs(1 - lr * curvature)
    wanted = math.ceil(math.log(within) / math.log(shrink))
    assert steps_to(sgd, quadratic([curvature]), (3.0,), within=within, lr=lr) == wanted


def test_a_distance_on_the_bound_counts_as_there():
    assert steps_to(sgd, quadratic([1.0]), (1.0,), within=0.125, lr=0.5) == 3  # exact in binary


def test_distance_is_measured_from_the_minimum():
    start = (1.0, 0.2)  # farther from the origin than from the minimum at (1, 1)
    by_path = trajectory(sgd, rosenbrock(), start, steps=1500, lr=2e-3)
    near = (by_path - torch.tensor([1.0, 1.0])).norm(dim=-1) <= 0.3 * 0.8
    first = int(near.nonzero()[0])
    assert steps_to(sgd, rosenbrock(), start, within=0.3, lr=2e-3) == first > 10


def test_never_is_none():
    assert steps_to(sgd, ravine(10), (1.0, 1.0), lr=0.3) is None  # diverges
    assert steps_to(sgd, ravine(10), (1.0, 1.0), lr=0.01, max_steps=5) is None  # too slow


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        trajectory(sgd, ravine(), (1.0, 1.0), steps=0, lr=0.1)
    with pytest.raises(TypeError, match=r"`steps` must be a whole number, got 2\.5"):
        trajectory(sgd, ravine(), (1.0, 1.0), steps=2.5, lr=0.1)
    with pytest.raises(ValueError, match="`within` must be greater than 0, got 0"):
        steps_to(sgd, ravine(), (1.0, 1.0), within=0, lr=0.1)

"""The tuning of a race: plain loops are the oracle, symmetries of the rules the second one."""

import math

import pytest
import torch

from dlnotes.optimizers import adagrad, adam, momentum, nesterov, rmsprop, sgd
from dlnotes.sections.optimizers.race_pictures.experiments import (
    GRID,
    finishes,
    outcomes,
    tuned,
    turned,
)
from dlnotes.training.race import trajectory
from dlnotes.training.race.arrivals import HOLD, arrivals
from dlnotes.training.surfaces.landscapes import Landscape, beale, bowl, ravine, saddle

RULES = {"sgd": sgd, "momentum": momentum, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}
LINE = Landscape(lambda x: x * x / 2, (0.0,))


def on_a_line(*distances: float) -> torch.Tensor:
    return torch.tensor(distances, dtype=torch.float64).unsqueeze(-1)


def by_hand(rule, land, start, lr, limit) -> float:
    """The rule of arriving as plain loops."""
    path = trajectory(rule, land, start, steps=limit + HOLD, lr=lr).tolist()
    distances = [min(math.dist(point, place) for place in land.minima) for point in path]
    goal = 0.01 * distances[0]
    for n in range(limit + 1):
        if all(distance <= goal for distance in distances[n : n + HOLD + 1]):
            return n
    return math.inf


@pytest.mark.parametrize("lr", [0.01, 0.3])
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(
    ("land", "start"),
    [(saddle(), (1.0, 0.001)), (ravine(30), (-0.8, 0.4))],
    ids=["saddle", "valley"],
)
def test_steps_are_those_of_plain_loops(name, lr, land, start):
    found = finishes({name: (RULES[name], {"lr": lr})}, land, start, limit=300)
    assert found[name].item() == by_hand(RULES[name], land, start, lr, 300)


def test_passing_by_is_no_arrival():
    path = on_a_line(1, 0.005, 0.5, 0.009, 0.01, 0.002, 0.5)
    assert arrivals(path, LINE, hold=2) == 3
    assert arrivals(path, LINE, hold=3) == math.inf
    assert arrivals(path, LINE, hold=1, within=0.5) == 1


def test_the_goal_is_relative_to_the_start_and_any_minimum_counts():
    assert arrivals(on_a_line(100, 0.9, 0.9), LINE, hold=1) == 1
    assert arrivals(on_a_line(1, 0.9, 0.9), LINE, hold=1) == math.inf
    down = finishes({"sgd": (sgd, {"lr": 0.1})}, saddle(), [(1.0, 0.1), (1.0, -0.1)])["sgd"]
    assert down[0] == down[1] < math.inf


def test_diverging_runs_never_arrive():
    found = finishes({"sgd": (sgd, {"lr": torch.tensor([0.01, 3.0])})}, bowl(), (1.0, 1.0))
    assert found["sgd"].tolist() == [459.0, math.inf]


def test_a_path_too_short_for_the_stay_says_so():
    with pytest.raises(ValueError, match="longer than `hold`"):
        arrivals(on_a_line(1, 0), LINE, hold=2)
    with pytest.raises(ValueError, match="`within`"):
        arrivals(on_a_line(1, 0), LINE, within=0)


@pytest.mark.parametrize("land", [saddle(), beale()], ids=["saddle", "beale"])
def test_the_best_of_the_grid_is_the_best(land):
    lrs, start = GRID[4:20:2], (1.0, 0.5)
    found = tuned(RULES, land, start, lrs=lrs, limit=300)
    for name, rule in RULES.items():
        steps = finishes({name: (rule, {"lr": lrs})}, land, start, limit=300)[name]
        assert found[name].steps == steps.min()
        if steps.min() < math.inf:
            assert found[name].lr == lrs[steps.argmin()]
        else:
            assert math.isnan(found[name].lr)


def test_several_starts_share_one_learning_rate():
    starts = torch.tensor([(1.0, 0.2), (-0.5, 0.9), (0.3, -1.0)], dtype=torch.float64)
    lrs = torch.tensor([0.001, 0.01, 0.015, 0.5], dtype=torch.float64)
    entry = tuned({"sgd": sgd}, ravine(100), starts, lrs=lrs)["sgd"]
    assert entry.steps.shape == (3,) and entry.lr == 0.015
    each = [by_hand(sgd, ravine(100), start, 0.015, 600) for start in starts.tolist()]
    assert entry.steps.tolist() == each


def test_who_never_arrives_has_no_learning_rate():
    entry = tuned({"adam": adam}, saddle(), (1.0, 0.0), limit=300)["adam"]
    assert math.isnan(entry.lr) and entry.steps == math.inf


@pytest.mark.parametrize("degrees", [30, 45, -70])
def test_points_turn_as_the_terrain_does(degrees):
    land, point = ravine(7), torch.tensor([0.3, -0.8], dtype=torch.float64)
    around = land.rotated(degrees)(turned(point, degrees))
    torch.testing.assert_close(around, land(point), rtol=1e-12, atol=0)
    minimum = torch.tensor(beale().rotated(degrees).minimum, dtype=torch.float64)
    torch.testing.assert_close(turned(beale().minimum, degrees), minimum)


@pytest.mark.parametrize("rule", [sgd, momentum, nesterov], ids=lambda rule: rule.__name__)
def test_rules_that_add_gradients_turn_along(rule):
    land, start = ravine(100), (-0.83, 0.37)
    plain = trajectory(rule, land, start, steps=80, lr=0.01)
    around = trajectory(rule, land.rotated(45), turned(start, 45), steps=80, lr=0.01)
    torch.testing.assert_close(around, turned(plain, 45), rtol=0, atol=1e-9)


@pytest.mark.parametrize("rule", [adagrad, rmsprop, adam], ids=lambda rule: rule.__name__)
def test_rules_that_square_them_do_not(rule):
    land, start = ravine(100), (-0.83, 0.37)
    plain = trajectory(rule, land, start, steps=5, lr=0.1)
    around = trajectory(rule, land.rotated(45), turned(start, 45), steps=5, lr=0.1)
    assert (around - turned(plain, 45)).abs().max() > 0.05


def test_arriving_winning_and_flying_out_are_counted_apart():
    paths = {name: torch.zeros(3, 2, 2) for name in ("one", "two")}
    paths["two"][0, -1], paths["two"][1, -1] = torch.nan, torch.tensor([0.0, 1000.0])
    never = torch.inf
    steps = {"one": torch.tensor([5.0, 7.0, never]), "two": torch.tensor([never, 6.0, 9.0])}
    assert outcomes(paths, steps) == {"one": (2, 1, 0), "two": (2, 2, 2)}


def test_adagrads_three_steps_are_those_computed_by_hand():
    path = trajectory(adagrad, ravine(100), (-0.83, 0.37), steps=3, lr=100.0)
    assert [round(x, 3) for x in path[:, 0].tolist()] == [-0.83, 99.17, -0.826, 0.007]
    steps = path.diff(dim=0)[:, 0].tolist()
    assert [round(step, 3) for step in steps] == [100, -99.996, 0.833]


def test_who_divides_by_the_gradient_needs_as_many_steps_however_close_to_the_ridge():
    rules = {"rmsprop": (rmsprop, {"lr": 0.01}), "adam": (adam, {"lr": 0.01})}
    far, near = (finishes(rules, saddle(), (1.0, y)) for y in (1e-3, 1e-8))
    for name in rules:
        assert abs(far[name] - near[name]) <= 2
    slow, slower = (
        finishes({"sgd": (sgd, {"lr": 0.01})}, saddle(), (1.0, y))["sgd"] for y in (1e-3, 1e-6)
    )
    assert slower - slow == pytest.approx(math.log(1e3) / math.log(1.02), abs=2)

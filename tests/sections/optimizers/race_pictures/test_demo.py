"""The race: its numbers, what its presets stage, and starts on turned ground."""

import math

import pytest
import torch

from dlnotes.optimizers import adam
from dlnotes.sections.optimizers.race_pictures import programs as programs
from dlnotes.sections.optimizers.race_pictures.demo import SEVEN, RaceDemo
from dlnotes.sections.optimizers.race_pictures.experiments import finishes, tuned
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import beale, saddle
from tests.demos.driver import assert_true

slow = pytest.mark.slow
readouts = RaceDemo.readouts
RULES = pytest.mark.parametrize("name", programs.RULES)
SURFACES = pytest.mark.parametrize("name", programs.SURFACES)


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def spots(surface: programs.Surface) -> list[list[float]]:
    """The start and places around the center."""
    (a, b), r = surface.center, surface.reach / 2
    return [list(surface.start), [a - r, b], [a + r / 3, b - r], [a + r, b + r / 2]]


# ---- numbers -------------------------------------------------------------------------------------
@SURFACES
def test_slopes_and_distances_are_those_of_the_turned_landscape(name):
    surface = programs.SURFACES[name]
    turn = programs.compass(number(30.0))
    land = surface.land.rotated(30)
    slope, far = programs.slope_of(surface.land), programs.far_of(surface.land)
    for spot in spots(surface):
        point = torch.tensor(spot, dtype=torch.float64)
        found = slope(*point, **turn)
        torch.testing.assert_close(torch.stack([found["x"], found["y"]]), land.gradient(point))
        nearest = min(math.dist(spot, place) for place in land.minima)
        assert far(*point, **turn).item() == pytest.approx(nearest, abs=1e-12)
        there = programs.turned(*point, **turn)
        back = programs.back(there["x"], there["y"], **turn)
        torch.testing.assert_close(torch.stack([back["x"], back["y"]]), point)


@RULES
def test_a_look_inside_is_what_the_step_is_made_of(name):
    rule, look = programs.RULES[name], programs.look_of(name)
    state, lr = rule.init(number(0.0)), number(0.03)
    for value in (2.0, -0.5, 1.5):
        grad = number(value)
        seen = look(grad, state, lr)
        delta, state = rule.update(grad, state, number(0.0), lr=lr)
        assert torch.equal(seen["delta"], delta)
        assert {"grad", "delta"} <= set(seen) <= set(programs.ROWS)
        for row in set(seen) & set(state._fields):
            assert torch.equal(seen[row], getattr(state, row))
    first = seen.get("m_hat", seen.get("velocity", seen["grad"]))
    if name in ("sgd", "momentum", "adagrad", "adadelta", "rmsprop", "adam", "adamax", "amsgrad"):
        torch.testing.assert_close(-seen["rate"] * first, seen["delta"], rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("step", "angle"), [((-1.0, 0.0), 0), ((0.0, 1.0), 90), ((2.0, 0.0), 180), ((0.0, 0.0), 0)]
)
def test_the_angle_to_the_steepest_way(step, angle):
    found = programs.swerve(*map(number, step), number(3.0), number(0.0))
    assert found.item() == pytest.approx(angle, abs=1e-9)


def test_readouts_come_from_the_library():
    found = readouts(**RaceDemo.start)
    same = finishes({"adam": (adam, {"lr": 0.01})}, saddle(), (1.0, 0.001))
    assert found["steps_adam"] == same["adam"].item() and found["lr_adam"] == 0.01
    assert found["steps_lion"] == found["v_max_x"] == math.inf
    best = tuned({"adam": adam}, beale(), (1.0, 1.0))["adam"]
    setting = {"surface": "beale", "x": 1.0, "y": 1.0, "tuning": "best", "field": "one"}
    found = readouts(**RaceDemo.start | setting)
    assert (found["steps_adam"], found["lr_adam"]) == (best.steps.item(), best.lr)
    path = trajectory(adam, beale(), (1.0, 1.0), steps=91, lr=best.lr)
    for axis, place in enumerate("xy"):
        moved = (path[91] - path[90])[axis].item()
        assert found[f"delta_{place}"] == pytest.approx(moved, rel=1e-6, abs=1e-12)


def test_the_turned_valley_takes_the_lead_from_adagrad():
    setting = {"surface": "ravine", "x": -0.83, "y": 0.37, "tuning": "best", "inspect": "adagrad"}
    straight = readouts(**RaceDemo.start | setting | {"now": 2})
    around = readouts(**RaceDemo.start | setting | {"angle": 45})
    assert around["steps_adagrad"] > 20 * straight["steps_adagrad"]
    assert around["steps_sgd"] == straight["steps_sgd"]
    assert straight["rate_x"] / straight["rate_y"] == pytest.approx(100, rel=0.05)
    assert around["rate_x"] / around["rate_y"] == pytest.approx(1, rel=0.05)
    assert around["swerve"] < 1


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_before_it_is_touched_rmsprop_leads(spoken):
    found, words = spoken.readouts(), spoken.words
    steps = found["steps_rmsprop"]
    assert steps == min(found[f"steps_{name}"] for name in SEVEN)
    assert words["leads"].format(name="RMSprop", steps=f"{steps:.0f}") in spoken.status()
    shown = spoken.root.locator("[data-picture]").text_content()
    assert all(words[name] in shown for name in SEVEN) and words["rate"] in shown


@slow
def test_every_rule_can_be_looked_into(bench):
    demo = bench.fresh(field="one", surface="beale", x=1.0, y=1.0)
    for name in programs.RULES:
        demo.press("inspect", name)
        found = demo.readouts()
        rows = [row for row in programs.ROWS if found[f"{row}_x"] < math.inf]
        shown = demo.root.locator("[data-picture]").text_content()
        assert rows and all(demo.words[row] in shown for row in rows)


@slow
@pytest.mark.parametrize(
    ("preset", "first"),
    [
        ("famous", "rmsprop"),
        ("each", "adagrad"),
        ("contours", "nesterov"),
        ("straight", "adagrad"),
        ("quarter", "nesterov"),
        ("ridge", None),
    ],
)
def test_presets_stage_the_claims(spoken, preset, first):
    spoken.press(preset)
    if first is None:
        assert spoken.words["nobody"] in spoken.status()
    else:
        steps = f"{spoken.readouts()[f'steps_{first}']:.0f}"
        name = spoken.words[first]
        assert spoken.words["leads"].format(name=name, steps=steps) in spoken.status()


@slow
def test_on_turned_ground_the_start_goes_where_it_is_dragged(demo):
    demo.press("quarter")
    before = demo.handle("start").locator(".grip").bounding_box()
    demo.drag("start", 30, -20)
    after = demo.handle("start").locator(".grip").bounding_box()
    assert after["x"] - before["x"] == pytest.approx(30, abs=1)
    assert after["y"] - before["y"] == pytest.approx(-20, abs=1)
    assert_true(demo)


@slow
def test_a_start_at_the_minimum_is_refused(demo):
    demo.press("quarter")
    grip = demo.handle("start").locator(".grip").bounding_box()
    map_box = demo.root.locator("[data-picture]").bounding_box()
    aim = map_box["x"] + 228 - grip["x"] - grip["width"] / 2
    down = map_box["y"] + 190 - grip["y"] - grip["height"] / 2
    demo.drag("start", aim, down)
    now = demo.controls()
    assert math.hypot(now["x"], now["y"]) > 0.02


@slow
def test_looking_into_a_rule_that_does_not_run_sends_it_out(demo):
    demo.press("inspect", "lion")
    assert demo.controls()["field"] == "all"
    assert_true(demo)
    demo.press("field", "seven")
    assert demo.controls()["inspect"] == "adam"
    assert_true(demo)
    demo.root.locator("[data-picture] text", has_text="Adagrad").last.click()
    assert demo.controls()["inspect"] == "adagrad"

"""The momentum demo: its numbers, and what its presets stage."""

import math

import pytest
import torch

from dlnotes.optimizers import momentum, nesterov, rates, sgd
from dlnotes.sections.optimizers.momentum import demo as module
from dlnotes.sections.optimizers.momentum.demo import MomentumDemo
from dlnotes.training.race import steps_to, trajectory
from dlnotes.training.surfaces.landscapes import ravine
from tests.demos.driver import PHONE

slow = pytest.mark.slow
readouts = MomentumDemo.readouts
HERE = {"x": -1.0, "y": 0.06}


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


# ---- numbers -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "step"), [(momentum, module.heavy_ball), (nesterov, module.nesterov)]
)
def test_a_step_of_the_demo_is_a_step_of_the_rule(rule, step):
    point = [number(value) for value in (-1.0, 0.06, 0.0, 0.0)]
    path = trajectory(rule, ravine(70), (-1.0, 0.06), steps=9, lr=0.01, momentum=0.8)
    for expected in path[1:]:
        moved = step(*point, number(0.01), number(0.8), number(70.0))
        point = [moved[name] for name in ("x", "y", "vx", "vy")]
        assert torch.equal(torch.stack(point[:2]), expected)


def test_momentum_and_gradient_arrows_add_up_to_the_step():
    state = [number(value) for value in (0.3, -0.2, 0.5, 4.0)]
    setting = [number(value) for value in (0.02, 0.7, 50.0)]
    arrow, moved = module.arrows(*state, *setting), module.heavy_ball(*state, *setting)
    for axis, before in zip("xy", state[:2], strict=True):
        added = before + arrow[f"carry_{axis}"] + arrow[f"push_{axis}"]
        torch.testing.assert_close(added, moved[axis], rtol=0, atol=1e-15)


def test_nesterovs_ball_stands_one_carry_behind_the_parameter():
    state = [number(value) for value in (0.3, -0.2, 0.5, 4.0)]
    setting = [number(value) for value in (0.02, 0.7, 50.0)]
    arrow, moved = module.arrows(*state, *setting), module.nesterov(*state, *setting)
    after = module.arrows(moved["x"], moved["y"], moved["vx"], moved["vy"], *setting)
    for axis, before in zip("xy", state[:2], strict=True):
        ball = moved[axis] - after[f"carry_{axis}"]
        torch.testing.assert_close(ball, before + arrow[f"push_{axis}"], rtol=0, atol=1e-15)


def test_readouts_come_from_the_library():
    best = rates.best_momentum(1.0, 100.0)
    found = readouts(
        lr=best.lr, momentum=best.momentum, condition=100.0, method="heavy_ball", now=5, **HERE
    )
    land = ravine(100.0)
    setting = {"lr": best.lr, "momentum": best.momentum}
    path = trajectory(momentum, land, (-1.0, 0.06), steps=5, **setting)
    assert (
        found["steps"] == found["best_steps"] == steps_to(momentum, land, (-1.0, 0.06), **setting)
    )
    assert found["plain_steps"] == steps_to(sgd, land, (-1.0, 0.06), lr=2 / 101)
    assert found["diverged"] == math.inf
    assert found["rate"] == pytest.approx(best.rate, rel=1e-6)
    assert found["distance"] == pytest.approx((path[5].norm() / path[0].norm()).item())


def test_nesterov_at_the_heavy_balls_best_setting_diverges():
    best = rates.best_momentum(1.0, 100.0)
    found = readouts(
        lr=best.lr, momentum=best.momentum, condition=100.0, method="nesterov", now=0, **HERE
    )
    assert found["rate"] > 1
    assert found["steps"] == math.inf
    assert found["diverged"] < 20


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_while_it_asks_only_what_has_been_run_is_drawn(spoken):
    names = spoken.words["best"], spoken.words["no_momentum"]
    drawn = spoken.root.locator("[data-picture]")
    assert spoken.status() == spoken.words["before"]
    assert "84" not in drawn.text_content() and all(name in drawn.text_content() for name in names)
    assert drawn.locator(".theory").count() == 0
    spoken.press("step")
    assert spoken.status().startswith(spoken.words["between"].split("{")[0])
    assert drawn.locator(".demo-line.faint").count() == 0
    spoken.end()
    assert spoken.phase() == "played" and "84" in spoken.verdict()
    assert drawn.locator(".demo-line.faint").count() and drawn.locator(".theory").count()


@slow
def test_the_map_shows_where_all_directions_swing(demo):
    edges = demo.root.locator("[data-picture] .theory.dotted")
    assert edges.count() == 0
    demo.press("best")
    assert edges.count() == 2 and demo.words["swings"] in demo.root.text_content()
    frame = demo.root.locator("[data-picture]").bounding_box()
    for edge in edges.all():
        box = edge.bounding_box()
        assert box["x"] + box["width"] < frame["x"] + 0.5 * frame["width"]  # inside the map
    demo.press("same_nesterov")  # whose roots are others
    assert edges.count() == 0


@slow
def test_the_count_stands_at_the_setting(demo):
    counts = demo.root.locator("[data-picture] text.name")
    assert demo.phrase("count", steps=691) not in counts.all_text_contents()
    demo.answer()
    assert demo.phrase("count", steps=691) in counts.all_text_contents()
    demo.press("same_nesterov")
    assert demo.words["diverges"] in counts.all_text_contents()


@slow
@pytest.mark.parametrize("preset", MomentumDemo.presets)
def test_every_line_has_its_name_inside_the_curve(bench, preset):
    demo = bench.fresh(width=PHONE)
    demo.press(preset)
    picture = demo.root.locator("[data-picture]")
    axis = picture.get_by_text(demo.words["step_axis"], exact=True).bounding_box()["y"]
    named = picture.locator("text.colored:not(.theory)").all()
    assert all(name.bounding_box()["y"] + 30 < axis for name in named)


@slow
def test_a_press_on_the_map_moves_the_setting(demo):
    box = demo.handle("setting").locator(".grip").bounding_box()
    demo.page.mouse.click(box["x"] + 30, box["y"] - 60)
    assert demo.controls()["momentum"] > 0.2


@slow
@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("no_momentum", "unaided"),
        ("habit", "arrived"),
        ("best", "optimal"),
        ("too_much", "arrived"),
        ("same_nesterov", "lost"),
    ],
)
def test_presets_stage_the_claims(demo, preset, verdict):
    demo.key("condition", "ArrowLeft", "ArrowLeft")
    demo.press(preset)
    assert demo.controls()["condition"] == 100 and demo.controls()["now"] > 0
    told = demo.words[verdict].split("{")[0] or demo.words[verdict].split("}")[1].split("{")[0]
    assert told in demo.status()
    main = "diverged" if verdict == "lost" else "steps"
    assert f"{demo.readouts()[main]:.0f}" in demo.status()


@slow
def test_beyond_the_edge_of_the_map_the_ball_leaves(demo):
    demo.drag("setting", 120, 0)
    demo.answer()
    assert demo.readouts()["rate"] > 1
    left = demo.words["leaves"].replace("{name}", "").strip()
    assert left in demo.root.locator("[data-picture]").text_content()


@slow
def test_a_run_that_is_too_slow_says_so(spoken):
    spoken.key("lr", "Home")
    spoken.key("momentum", "Home")
    spoken.answer()
    found = spoken.readouts()
    assert found["steps"] == found["diverged"] == math.inf
    assert "10,000" in spoken.status()


def test_the_question_says_what_the_run_takes():
    found = readouts(**MomentumDemo.start)
    assert (found["steps"], found["best_steps"]) == (found["plain_steps"], 84)
    for words in MomentumDemo.words.values():
        assert f"{found['steps']:.0f}" in words["ask"]
        assert all(str(steps) in words[name] for name, steps in module.GUESSES.items())
    assert MomentumDemo.answer() == "eighth"


@slow
def test_going_back_goes_to_the_start(demo):
    demo.rewind()
    assert demo.readouts()["now"] == 0 and demo.readouts()["distance"] == 1


@slow
def test_the_forecast_is_that_of_the_setting(demo):
    """A step of the slider leaves the axes as they are, so that only the forecast can move."""
    demo.press("best")
    dashed = demo.root.locator("[data-picture] .theory.dashed")
    before = dashed.get_attribute("d")
    demo.key("lr", "ArrowLeft")
    assert demo.readouts()["rate"] != demo.readouts()["best_rate"]
    assert dashed.get_attribute("d") != before


@slow
def test_while_one_goes_through_a_run_the_sentence_is_of_the_present_step(spoken):
    spoken.press("too_much")
    whole, now = spoken.status(), spoken.controls()["now"] + 1
    spoken.press("step")
    distance = f"{spoken.readouts()['distance']:.3g}"
    assert spoken.status() == spoken.phrase("underway", now=now, distance=distance)
    spoken.end()
    assert spoken.status() == whole

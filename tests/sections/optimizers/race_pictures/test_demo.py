"""The race: its numbers, what its presets stage, and starts on turned ground."""

import math
import re
from pathlib import Path

import pytest
import torch

from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.rules import LOOKS
from dlnotes.optimizers import adam
from dlnotes.sections.optimizers.race_pictures import programs as programs
from dlnotes.sections.optimizers.race_pictures.demo import SEVEN, RaceDemo
from dlnotes.sections.optimizers.race_pictures.experiments import finishes, tuned
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import beale, saddle
from tests.demos.driver import assert_true

slow = pytest.mark.slow
FAMILIES = Path(programs.__file__).with_name("families.js")
PLACE_OF_MINIMUM = """root => {
  const turned = root.querySelector("[data-picture] .demo-line[d*='h10m-5']");
  const [x, y] = turned.getAttribute("d").match(/-?[\\d.]+/g).map(Number);
  return [x + 5, y];
}"""
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
    found = readouts(**RaceDemo.start | {"tuning": "same"})
    same = finishes({"adam": (adam, {"lr": 0.01})}, saddle(), (1.0, 0.001))
    assert found["steps_adam"] == same["adam"].item() and found["lr_adam"] == 0.01
    assert found["steps_lion"] == found["v_max_x"] == math.inf
    best = tuned({"adam": adam}, beale(), (1.0, 1.0))["adam"]
    setting = {"surface": "beale", "x": 1.0, "y": 1.0, "field": "one", "now": 90}
    found = readouts(**RaceDemo.start | setting)
    assert (found["steps_adam"], found["lr_adam"]) == (best.steps.item(), best.lr)
    path = trajectory(adam, beale(), (1.0, 1.0), steps=91, lr=best.lr)
    for axis, place in enumerate("xy"):
        moved = (path[91] - path[90])[axis].item()
        assert found[f"delta_{place}"] == pytest.approx(moved, rel=1e-6, abs=1e-12)


def test_the_turned_valley_takes_the_lead_from_adagrad():
    setting = {"surface": "ravine", "x": -0.83, "y": 0.37, "tuning": "best", "inspect": "adagrad"}
    straight = readouts(**RaceDemo.start | setting | {"now": 2})
    around = readouts(**RaceDemo.start | setting | {"angle": 45, "now": 90})
    assert around["steps_adagrad"] > 20 * straight["steps_adagrad"]
    assert around["steps_sgd"] == straight["steps_sgd"]
    assert straight["rate_x"] / straight["rate_y"] == pytest.approx(100, rel=0.05)
    assert around["rate_x"] / around["rate_y"] == pytest.approx(1, rel=0.05)
    assert around["swerve"] < 1


# ---- in the browser ------------------------------------------------------------------------------
def test_the_question_tells_the_truth_about_the_picture():
    found = readouts(**RaceDemo.start | {"tuning": "same"})
    for words in RaceDemo.words.values():
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", words["ask"])]
        assert numbers == [0.01, found["steps_adam"], found["steps_sgd"]]


def test_a_rule_looks_as_it_does_in_the_figures():
    source = FAMILIES.read_text(encoding="utf-8")
    dashes = {"-": "", BROKEN: " dashed", DOTTED: " dotted"}
    for name in SEVEN:
        assert f'{name}: "{LOOKS[name].token}{dashes[LOOKS[name].dash]}"' in source


@slow
def test_who_wins_is_not_told_before_they_arrive(spoken):
    """Neither by the sentence, nor by the order of the lanes, a number, or a line ahead."""
    words, found = spoken.words, spoken.readouts()
    assert spoken.status() == words["before"]
    texts = spoken.root.locator("[data-picture] text").all_text_contents()
    lanes = [each for each in texts if each in {words[name] for name in SEVEN}]
    assert lanes == [words[name] for name in SEVEN]
    assert not {f"{found[f'steps_{name}']:.0f}" for name in ("sgd", "adam", "momentum")} & {*texts}
    assert spoken.root.locator("[data-picture] .demo-line.faint").count() == 0
    spoken.rewind(16)
    there = [name for name in SEVEN if found[f"steps_{name}"] <= 16]
    assert all(words[name] in spoken.status() for name in there) and "sgd" in there
    assert words["adam"] not in spoken.status()
    assert spoken.phase() == "asked"


@slow
def test_the_handle_on_the_rim_turns_the_terrain_and_the_ranking(demo):
    demo.press("straight")
    assert demo.phrase("leads", name="Adagrad", steps="3") in demo.status()
    demo.drag("turn", -118, 0)
    assert 35 < demo.controls()["angle"] < 55
    assert demo.readouts()["steps_adagrad"] > 200
    demo.page.keyboard.press("Home")
    assert demo.controls()["angle"] == 90
    demo.page.keyboard.press("End")
    assert demo.controls()["angle"] == 0
    assert_true(demo)


@slow
def test_a_ball_can_be_clicked_to_look_inside(demo):
    demo.press("straight")
    ball = demo.root.locator("circle[data-pressed=momentum]").last
    box = ball.bounding_box()
    before = demo.controls()
    demo.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert demo.controls() == before | {"inspect": "momentum"}
    assert demo.words["velocity"] in demo.root.locator("[data-picture]").text_content()
    assert_true(demo)


@slow
def test_with_the_learning_rate_of_the_picture_rmsprop_leads(spoken):
    spoken.press("famous")
    found, words = spoken.readouts(), spoken.words
    steps = found["steps_rmsprop"]
    assert steps == min(found[f"steps_{name}"] for name in SEVEN)
    assert spoken.phrase("leads", name="RMSprop", steps=f"{steps:.0f}") in spoken.status()
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
def test_presets_stage_the_claims(demo, preset, first):
    demo.press(preset)
    if first is None:
        assert demo.words["nobody"] in demo.status()
    else:
        steps = f"{demo.readouts()[f'steps_{first}']:.0f}"
        name = demo.words[first]
        assert demo.phrase("leads", name=name, steps=steps) in demo.status()


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
    plus = demo.root.evaluate(PLACE_OF_MINIMUM)
    aim = map_box["x"] + plus[0] - grip["x"] - grip["width"] / 2
    down = map_box["y"] + plus[1] - grip["y"] - grip["height"] / 2
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


@slow
@pytest.mark.parametrize("preset", ["quarter", "contours", "straight"])
def test_no_name_stands_on_another_or_beyond_the_edge(demo, preset):
    demo.press(preset)
    boxes = demo.root.evaluate(
        """root => [...root.querySelectorAll("[data-picture] text")].map((text) => {
          const { x, y, width, height } = text.getBBox();
          return [text.textContent, x, y, x + width, y + height];
        })"""
    )
    width = demo.root.evaluate("root => root.querySelector('[data-picture]').viewBox.baseVal.width")
    for at, (words, left, top, right, bottom) in enumerate(boxes):
        assert left > -1 and right < width + 1, words
        for other, *sides in boxes[:at]:
            across = min(right, sides[2]) - max(left, sides[0])
            assert across < 1 or min(bottom, sides[3]) - max(top, sides[1]) < 4, (words, other)


@slow
def test_while_one_goes_through_a_race_the_sentence_is_of_the_present_step(spoken):
    spoken.press("each")
    whole = spoken.status()
    spoken.press("step")
    assert "91" in spoken.status() and spoken.words["adadelta"] not in spoken.status()
    spoken.end()
    assert spoken.status() == whole


@slow
def test_what_a_rule_holds_is_shown_once_it_is_asked_for(demo):
    held = demo.root.locator("[data-picture] text").filter(has_text=demo.words["rate"]).last
    assert not held.is_visible()
    demo.press("step")
    demo.root.locator("[data-pressed=sgd]").last.click(force=True)
    assert held.is_visible() and demo.phase() == "asked"

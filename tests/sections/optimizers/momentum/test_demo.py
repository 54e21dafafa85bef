"""The momentum demo: its numbers, its words, and every control in a real browser."""

import math
import random

import pytest
import torch

from dlnotes.live import emit
from dlnotes.optimizers import momentum, nesterov, rates, sgd
from dlnotes.sections.optimizers.momentum import demo as module
from dlnotes.sections.optimizers.momentum.demo import TEXT, MomentumDemo, readouts
from dlnotes.training.race import steps_to, trajectory
from dlnotes.training.surfaces.landscapes import ravine
from tests.demos.driver import (
    assert_fits_a_phone,
    assert_same,
    bare_page,
    colors_in_both_themes,
    opened,
)

slow = pytest.mark.slow
WHOLE = ("steps", "diverged", "best_steps", "plain_steps", "now")
HERE = {"x": -1.0, "y": 0.06}


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


# ---- numbers and words ---------------------------------------------------------------------------
def test_both_languages_say_the_same_things():
    assert TEXT["zh"].keys() == TEXT["en"].keys()
    for name, words in TEXT["zh"].items():
        holes = [
            sorted(part.split("}")[0] for part in text.split("{")[1:])
            for text in (words, TEXT["en"][name])
        ]
        assert holes[0] == holes[1], name


def test_the_program_is_emitted_from_the_book():
    program = MomentumDemo.emitted()
    assert program.startswith(emit(**{f.__name__: f for f in module.EMITTED}))
    for function in module.EMITTED:
        assert f"export function {function.__name__}(" in program
    assert f"export const LIMIT = {module.LIMIT};" in program


def test_the_drawing_calls_the_program_and_knows_no_formula():
    source = MomentumDemo.stem.with_suffix(".js").read_text("utf-8")
    for name in ("Math.sqrt", "Math.exp", "Math.pow", "vx *", "lr *", "condition *"):
        assert name not in source


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
@pytest.fixture(params=["zh", "en"])
def demo(request, chromium):
    with opened(chromium, bare_page(MomentumDemo(), request.param)) as found:
        found.text = TEXT[request.param]
        yield found
        assert found.errors == []


def assert_true(demo) -> dict[str, float]:
    """What is shown is what the library computes."""
    expected = readouts(**demo.controls())
    assert_same(demo.readouts(), expected, whole=WHOLE)
    return expected


@slow
def test_it_shows_something_true_before_it_is_touched(demo):
    assert demo.controls() == MomentumDemo.start
    expected = assert_true(demo)
    assert demo.status() == demo.text["optimal"].format(
        steps=expected["steps"], name=demo.text["heavy_ball"], plain_steps=expected["plain_steps"]
    )


@slow
@pytest.mark.parametrize("seed", range(6))
def test_any_setting_gives_pytorchs_numbers(chromium, seed):
    draw = random.Random(seed)
    setting = {
        "condition": 10 ** draw.uniform(0.3, 3),
        "momentum": draw.uniform(0, 0.97),
        "method": draw.choice(["heavy_ball", "nesterov"]),
        "x": draw.uniform(-1.1, -0.2),
        "y": draw.uniform(-0.2, 0.2),
        "now": 3,
    }
    setting["lr"] = draw.uniform(0.2, 4.5) / setting["condition"]
    with opened(chromium, bare_page(MomentumDemo(**setting), "en")) as demo:
        assert demo.controls() == MomentumDemo.start | setting
        assert_true(demo)
        assert demo.errors == []


@slow
@pytest.mark.parametrize("name", ["lr", "momentum", "condition"])
def test_a_slider_answers_to_keyboard_and_mouse(demo, name):
    before, value = demo.picture(), demo.controls()[name]
    demo.key(name, "ArrowLeft", "ArrowLeft", "PageDown")
    assert demo.controls()[name] < value
    assert demo.picture() != before
    assert_true(demo)
    before = demo.picture()
    demo.slide(name, 0.3)
    assert demo.picture() != before
    assert_true(demo)


@slow
def test_methods_and_what_stands_beside_them(demo):
    before = demo.picture()
    demo.press("method", "nesterov")
    assert demo.controls()["method"] == "nesterov"
    assert demo.picture() != before
    assert_true(demo)
    for name in ("also_plain", "also_other"):
        before, numbers = demo.picture(), demo.readouts()
        demo.press(name)
        assert demo.picture() != before
        assert demo.readouts() == numbers
    demo.control("method", "nesterov").focus()
    demo.page.keyboard.press("ArrowLeft")
    assert demo.controls()["method"] == "heavy_ball"


@slow
@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("no_momentum", "arrived"),
        ("habit", "arrived"),
        ("best", "optimal"),
        ("too_much", "arrived"),
        ("same_nesterov", "lost"),
    ],
)
def test_presets_stage_the_claims(demo, preset, verdict):
    demo.key("condition", "ArrowLeft", "ArrowLeft")
    demo.press(preset)
    expected = assert_true(demo)
    assert demo.control(preset).get_attribute("aria-pressed") == "true"
    told = demo.text[verdict].split("{")[0] or demo.text[verdict].split("}")[1].split("{")[0]
    assert told in demo.status()
    main = "diverged" if verdict == "lost" else "steps"
    assert str(expected[main]) in demo.status()


@slow
def test_the_start_can_be_dragged(demo):
    before = demo.picture()
    demo.drag("start", 90, 40)
    now = demo.controls()
    assert now["x"] == pytest.approx(-1 + 90 * 1.6 / 760, abs=1e-2)
    assert now["y"] < 0
    assert demo.picture() != before
    assert_true(demo)
    demo.page.keyboard.press("ArrowUp")
    assert demo.controls()["y"] > now["y"]
    assert_true(demo)


@slow
def test_the_dot_on_the_map_sets_both_sliders(demo):
    demo.drag("setting", -60, 30)
    now = demo.controls()
    assert now["lr"] < MomentumDemo.start["lr"]
    assert now["momentum"] < MomentumDemo.start["momentum"]
    for name in ("lr", "momentum"):
        assert float(demo.control(name).get_attribute("data-value")) == now[name]
    assert_true(demo)
    demo.drag("setting", 120, 0)
    assert demo.readouts()["rate"] > 1
    assert (
        demo.text["leaves"].replace("{name}", "")
        in demo.root.locator("[data-picture]").text_content()
    )
    assert_true(demo)


@slow
def test_time_runs_steps_and_goes_back(demo):
    now = MomentumDemo.start["now"]
    demo.press("step")
    assert demo.readouts()["now"] == now + 1
    assert_true(demo)
    demo.handle("time").focus()
    demo.page.keyboard.press("ArrowLeft")
    assert demo.readouts()["now"] == now
    demo.drag("time", 50, 0)
    assert demo.readouts()["now"] > now
    assert_true(demo)
    demo.press("reset")
    assert demo.readouts()["now"] == 0
    demo.press("run")
    demo.page.wait_for_function("document.querySelector('.dlnotes-demo').controls.now > 2")
    demo.press("run")
    assert_true(demo)


@slow
def test_a_run_that_is_too_slow_says_so(demo):
    demo.key("lr", "Home")
    demo.key("momentum", "Home")
    expected = assert_true(demo)
    assert expected["steps"] == expected["diverged"] == math.inf
    assert "10,000" in demo.status()


@slow
def test_on_a_phone_it_fits_and_can_be_read(chromium):
    with opened(chromium, bare_page(MomentumDemo(), "zh"), width=390, touch=True) as demo:
        assert_fits_a_phone(demo)
        before = demo.controls()
        demo.swipe("setting", -50, 20)
        assert demo.controls()["lr"] < before["lr"]
        assert_true(demo)
        assert demo.errors == []


@slow
def test_it_is_dark_in_the_dark_and_a_still_on_paper(chromium):
    colors = colors_in_both_themes(chromium, MomentumDemo(), ".momentum")
    assert colors == ["rgb(4, 57, 231)", "rgb(111, 151, 255)"]


@slow
def test_a_screen_reader_finds_every_part(demo):
    words = demo.text
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    for name in ("start", "setting", "time"):
        handle = demo.handle(name)
        assert handle.get_attribute("aria-label") == words[name]
        assert handle.get_attribute("aria-valuetext")
    for name in ("lr", "momentum", "condition"):
        assert demo.page.get_by_label(words[name], exact=True).count() >= 1
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert demo.root.locator("[aria-live=polite]").inner_text() == demo.status()

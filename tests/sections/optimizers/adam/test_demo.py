"""The Adam demo: its numbers, its words, and every control in a real browser."""

import math
import random

import pytest
import torch

from dlnotes.live import emit
from dlnotes.optimizers import adam
from dlnotes.sections.optimizers.adam import demo as module
from dlnotes.sections.optimizers.adam.demo import COUNT, LONG, TEXT, AdamDemo, readouts
from dlnotes.sections.optimizers.adam.experiments import steepest, step_bound, steps
from tests.demos.driver import (
    assert_fits_a_phone,
    assert_same,
    bare_page,
    colors_in_both_themes,
    opened,
)

slow = pytest.mark.slow
WHOLE = ("t", "grad")
ONES = [1.0] * COUNT
USUAL = {"beta1": 0.9, "beta2": 0.999}


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
    program = AdamDemo.emitted()
    assert program.startswith(emit(**{f.__name__: f for f in module.EMITTED}))
    for function in module.EMITTED:
        assert f"export function {function.__name__}(" in program
    assert f"export const LONG = {LONG};" in program


def test_the_drawing_calls_the_program_and_knows_no_formula():
    source = AdamDemo.stem.with_suffix(".js").read_text("utf-8")
    for name in ("Math.sqrt", "Math.exp", "Math.pow", "beta1 *", "beta2 *", "beta1 **", "1 - beta"):
        assert name not in source


def test_memories_after_equal_gradients_are_those_of_the_rule():
    grad, state = number(-1.7), adam.init(number(0.0))
    for _ in range(60):
        _, state = adam.update(grad, state, grad, beta1=0.8, beta2=0.99)
    opened_at = module.opened(grad, number(60.0), number(0.8), number(0.99))
    for name in ("t", "m", "v"):
        torch.testing.assert_close(opened_at[name], getattr(state, name), rtol=1e-12, atol=0)


def test_a_step_of_the_demo_is_a_step_of_the_rule():
    state, made = module.opened(*map(number, (0.0, 0.0, 0.9, 0.999))), []
    for grad in AdamDemo.start["grads"]:
        given = number(grad), state["t"], state["m"], state["v"], number(0.9), number(0.999)
        state = module.advance(*given)
        made.append(state["made"])
    expected = steps(adam, torch.tensor(AdamDemo.start["grads"], dtype=torch.float64))
    torch.testing.assert_close(torch.stack(made), expected, rtol=1e-12, atol=1e-15)


def test_growing_gradients_are_the_steepest():
    ages = torch.arange(COUNT - 1, -1, -1, dtype=torch.float64)
    grown = module.growing(ages, number(0.9), number(0.999))
    torch.testing.assert_close(grown, module.MOST * steepest(COUNT, 0.9, 0.999))


def test_readouts_stage_the_claims():
    first = readouts(grads=ONES, before="fresh", now=12, **USUAL)
    assert first["made"] == pytest.approx(1) and round(first["raw"], 2) == 6.57
    late = readouts(grads=ONES, before="silence", now=12, **USUAL)
    assert late["made"] == pytest.approx(late["raw"], rel=1e-4)
    assert round(late["longest"], 2) == 6.57
    grown = steepest(COUNT, 0.9, 0.999).tolist()
    found = readouts(grads=grown, before="silence", now=COUNT, **USUAL)
    assert found["made"] == pytest.approx(found["top"], rel=1e-4)
    assert found["bound"] == step_bound(0.9, 0.999).item()
    calm = readouts(grads=ONES, before="steady", now=5, **USUAL)
    assert calm["made"] == pytest.approx(1) and calm["t"] == LONG + 5


def test_without_a_bound_it_says_inf():
    found = readouts(grads=ONES, before="silence", now=3, beta1=0.99, beta2=0.9)
    assert found["bound"] == found["top"] == math.inf


# ---- in the browser ------------------------------------------------------------------------------
@pytest.fixture(params=["zh", "en"])
def demo(request, chromium):
    with opened(chromium, bare_page(AdamDemo(), request.param)) as found:
        found.text = TEXT[request.param]
        yield found
        assert found.errors == []


def assert_true(demo) -> dict[str, float]:
    """What is shown is what the library computes."""
    expected, shown = readouts(**demo.controls()), demo.readouts()
    tiny = {name for name, value in expected.items() if abs(value) < 1e-12}
    assert all(abs(shown[name]) < 1e-12 for name in tiny)
    kept = expected.keys() - tiny
    assert_same({n: shown[n] for n in kept}, {n: expected[n] for n in kept}, whole=WHOLE)
    assert shown.keys() == expected.keys()
    return expected


@slow
def test_it_shows_something_true_before_it_is_touched(demo):
    assert demo.controls() == AdamDemo.start
    assert_true(demo)
    assert demo.status().startswith(demo.text["plain"].split("{")[0])


@slow
@pytest.mark.parametrize("seed", range(4))
def test_any_setting_gives_pytorchs_numbers(chromium, seed):
    draw = random.Random(seed)
    setting = {
        "grads": [round(draw.uniform(-3, 3), 2) for _ in range(COUNT)],
        "before": draw.choice(["fresh", "silence", "steady"]),
        "beta1": draw.choice(module.BETAS1),
        "beta2": draw.choice(module.BETAS2),
        "now": draw.randint(1, COUNT),
    }
    with opened(chromium, bare_page(AdamDemo(**setting), "en")) as demo:
        assert demo.controls() == setting
        assert_true(demo)
        assert demo.errors == []


@slow
@pytest.mark.parametrize("name", ["beta1", "beta2"])
def test_a_slider_answers_to_keyboard_and_mouse(demo, name):
    before, value = demo.picture(), demo.controls()[name]
    demo.key(name, "ArrowLeft")
    assert demo.controls()[name] < value
    assert demo.picture() != before
    assert_true(demo)
    demo.slide(name, 0.9)
    assert demo.controls()[name] > value
    assert_true(demo)


@slow
def test_what_came_before_changes_the_step(demo):
    made = set()
    for before in ("fresh", "silence", "steady"):
        demo.press("before", before)
        assert demo.controls()["before"] == before
        made.add(round(assert_true(demo)["made"], 6))
    assert len(made) == 3


@slow
@pytest.mark.parametrize(
    ("preset", "verdict", "name", "value"),
    [
        ("ones", "raw_over", "raw", 6.57),
        ("quiet", "over", "made", 6.57),
        ("growing", "over", "made", 7.27),
        ("spike", "plain", "longest", 3.28),
        ("turning", "plain", "longest", 3.16),
        ("noise", "raw_over", "made", 0.52),
    ],
)
def test_presets_stage_the_claims(demo, preset, verdict, name, value):
    demo.press(preset)
    expected = assert_true(demo)
    assert expected[name] == pytest.approx(value, abs=0.02)
    assert demo.control(preset).get_attribute("aria-pressed") == "true"
    assert demo.text[verdict].split("{step}")[1].split("{")[0] in demo.status()


@slow
def test_gradients_are_drawn_by_pressing_and_dragging(demo):
    demo.press("ones")
    box = demo.root.locator("[data-sheet]").bounding_box()
    mouse, before = demo.page.mouse, demo.picture()
    mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.9 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.9 * box["height"])
    mouse.up()
    controls = demo.controls()
    changed = [k for k, grad in enumerate(controls["grads"]) if grad != 1]
    assert len(changed) == pytest.approx(0.2 * COUNT, abs=2)
    assert changed == list(range(changed[0], changed[-1] + 1))
    assert all(controls["grads"][k] < -2 for k in changed)
    assert controls["now"] == changed[-1] + 1
    assert demo.picture() != before
    assert demo.control("ones").get_attribute("aria-pressed") == "false"
    assert_true(demo)
    mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"])
    assert demo.controls() == controls  # the pointer has let go


@slow
def test_gradients_are_set_with_the_keyboard_alone(demo):
    demo.press("ones")
    demo.handle("gradient").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown"):
        demo.page.keyboard.press(key)
    controls = demo.controls()
    assert controls["now"] == 12
    assert controls["grads"][12] == pytest.approx(1.2) and controls["grads"][11] == 0.9
    assert_true(demo)


@slow
def test_time_runs_steps_and_goes_back(demo):
    now = AdamDemo.start["now"]
    demo.press("step")
    assert demo.controls()["now"] == now + 1
    assert_true(demo)
    demo.handle("time").focus()
    demo.page.keyboard.press("ArrowLeft")
    assert demo.controls()["now"] == now
    demo.drag("time", 60, 0)
    assert demo.controls()["now"] > now
    assert_true(demo)
    demo.press("reset")
    assert demo.controls()["now"] == 1
    demo.press("run")
    demo.page.wait_for_function("document.querySelector('.dlnotes-demo').controls.now > 3")
    demo.press("run")
    assert_true(demo)


@slow
def test_zeros_move_nothing_and_no_bound_is_named(demo):
    demo.press("before", "silence")
    box = demo.root.locator("[data-sheet]").bounding_box()
    mouse, middle = demo.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] - 1, middle)
    mouse.down()
    mouse.move(box["x"] + 1, middle)
    mouse.up()
    assert set(demo.controls()["grads"]) == {0}
    assert demo.status() == demo.text["still"].format(step=1)
    demo.press("ones")
    demo.key("beta1", "End")
    demo.key("beta2", "Home")
    assert assert_true(demo)["bound"] == math.inf
    assert demo.text["endless"].split("β₁")[1] in demo.status()


@slow
def test_on_a_phone_it_fits_and_can_be_read(chromium):
    with opened(chromium, bare_page(AdamDemo(), "zh"), width=390, touch=True) as demo:
        assert_fits_a_phone(demo)
        now = demo.controls()["now"]
        demo.swipe("gradient", 30, -40)
        assert demo.controls()["now"] > now
        assert demo.controls()["grads"][now + 1] > 0
        assert_true(demo)
        assert demo.errors == []


@slow
def test_it_is_dark_in_the_dark_and_a_still_on_paper(chromium):
    colors = colors_in_both_themes(chromium, AdamDemo(), ".adam")
    assert colors == ["rgb(153, 22, 147)", "rgb(254, 170, 243)"]


@slow
def test_a_screen_reader_finds_every_part(demo):
    words = demo.text
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    for name in ("gradient", "time"):
        handle = demo.handle(name)
        assert handle.get_attribute("aria-label") == words[name]
        assert handle.get_attribute("aria-valuetext")
    for name in ("beta1", "beta2"):
        assert demo.page.get_by_label(words[name], exact=True).count() >= 1
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert demo.root.locator("[aria-live=polite]").inner_text() == demo.status()

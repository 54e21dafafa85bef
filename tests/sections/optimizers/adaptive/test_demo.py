"""The demo of effective learning rates: its numbers, its words, every control in a real browser."""

import math
import random

import pytest
import torch

from dlnotes.live import emit
from dlnotes.sections.optimizers.adaptive import demo as module
from dlnotes.sections.optimizers.adaptive.demo import STEPS, TEXT, AdaptiveDemo, gradients, readouts
from dlnotes.sections.optimizers.adaptive.experiments import effective_rates
from tests.demos.driver import (
    assert_fits_a_phone,
    assert_same,
    bare_page,
    colors_in_both_themes,
    opened,
)

slow = pytest.mark.slow
START = AdaptiveDemo.start
HANDLES = [f"{which}_{part}" for which in "ab" for part in ("start", "middle", "end")]


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
    program = AdaptiveDemo.emitted()
    assert program.startswith(emit(**{f.__name__: f for f in module.EMITTED}))
    assert f"export const STEPS = {STEPS}, HALF = {module.HALF};" in program


def test_the_drawing_calls_the_program_and_knows_no_formula():
    source = AdaptiveDemo.stem.with_suffix(".js").read_text("utf-8")
    for name in ("Math.sqrt", "Math.exp", "Math.pow", "lr *", "decay *"):
        assert name not in source


@pytest.mark.parametrize("name", module.RULES)
def test_a_step_of_the_demo_is_a_step_of_the_rule(name):
    rule, lr, decay = module.RULES[name], 0.3, 0.8
    hyper = {"adagrad": {"lr": lr}, "rmsprop": {"lr": lr, "decay": decay}}
    hyper["adadelta"] = {"decay": decay}
    grads = torch.randn(40, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    grads[5:9] = 0
    v, u, found = number(0.0), number(0.0), []
    for grad in grads:
        step = getattr(module, name)(grad, v, u, number(lr), number(decay))
        v, u = step["v"], step["u"]
        found.append(step["rate"])
        assert step["length"].item() == pytest.approx(
            (step["rate"] * grad).item(), rel=1e-12, abs=1e-100
        )
    expected = effective_rates(rule, grads, **hyper[name])
    torch.testing.assert_close(torch.stack(found), expected, rtol=1e-14, atol=0)


def test_handles_set_the_gradient_where_they_stand():
    sizes = dict(zip(HANDLES, (3.0, 0.2, 0.05, 7.0, 0.01, 2.0), strict=True))
    grads = gradients(every=1, **sizes)
    for column, which in enumerate("ab"):
        for place, part in enumerate(("start", "middle", "end")):
            step = module.AT[which] + place * module.HALF
            if step:
                assert grads[step - 1, column] == pytest.approx(sizes[f"{which}_{part}"])


def test_b_has_its_turn_once_in_a_gap():
    grads = gradients(every=25, **{name: START[name] for name in HANDLES})
    assert grads[:, 0].count_nonzero() == STEPS and grads[:, 1].count_nonzero() == STEPS / 25
    assert grads[24, 1] != 0 and grads[23, 1] == 0


def test_readouts_answer_the_question_of_the_page():
    found = readouts(**START | {"every": 100})
    assert found["adagrad_ratio"] == pytest.approx(10, rel=1e-6)
    assert found["rmsprop_ratio"] == pytest.approx(math.sqrt(10), rel=1e-4)


def test_before_its_first_turn_b_has_no_rate():
    found = readouts(**START | {"now": 24})
    assert found["adagrad_b"] == found["adagrad_ratio"] == math.inf
    assert readouts(**START | {"now": 24, "view": "distance"})["adagrad_b"] == 0


# ---- in the browser ------------------------------------------------------------------------------
@pytest.fixture(params=["zh", "en"])
def demo(request, chromium):
    with opened(chromium, bare_page(AdaptiveDemo(), request.param)) as found:
        found.text = TEXT[request.param]
        yield found
        assert found.errors == []


def assert_true(demo) -> dict[str, float]:
    """What is shown is what the library computes."""
    expected = readouts(**demo.controls())
    assert_same(demo.readouts(), expected, whole=("now",))
    return expected


@slow
def test_it_shows_something_true_before_it_is_touched(demo):
    assert demo.controls() == START
    assert_true(demo)
    assert demo.status() == demo.text["compared"].format(
        now=400, adagrad="5", rmsprop="3.05", adadelta="0.442"
    )


@slow
@pytest.mark.parametrize("seed", range(6))
def test_any_setting_gives_pytorchs_numbers(chromium, seed):
    draw = random.Random(seed)
    setting = {name: 10 ** draw.uniform(-3, 2) for name in HANDLES}
    setting |= {
        "every": draw.choice([1, 2, 5, 10, 25, 50, 100]),
        "lr": 10 ** draw.uniform(-3, 0),
        "decay": draw.uniform(0.5, 0.999),
        "view": draw.choice(["rate", "step_length", "distance"]),
        "now": draw.randint(100, STEPS),
    }
    with opened(chromium, bare_page(AdaptiveDemo(**setting), "en")) as demo:
        assert demo.controls() == setting
        assert_true(demo)
        assert demo.errors == []


@slow
@pytest.mark.parametrize("name", ["every", "lr", "decay"])
def test_a_slider_answers_to_keyboard_and_mouse(demo, name):
    before, value = demo.picture(), demo.controls()[name]
    demo.key(name, "ArrowLeft", "ArrowLeft")
    assert demo.controls()[name] < value
    assert demo.picture() != before
    assert_true(demo)
    before = demo.picture()
    demo.slide(name, 0.9)
    assert demo.picture() != before
    assert_true(demo)


@slow
@pytest.mark.parametrize("view", ["step_length", "distance", "rate"])
def test_each_view_shows_its_own_numbers(demo, view):
    demo.press("view", view)
    assert demo.controls()["view"] == view
    far = 0.1 * sum(step**-0.5 for step in range(1, STEPS + 1))
    expected = {"rate": 0.005, "step_length": 0.005, "distance": far}[view]
    assert assert_true(demo)["adagrad_a"] == pytest.approx(expected, rel=1e-6)


@slow
@pytest.mark.parametrize(
    ("preset", "adagrad", "rmsprop"),
    [("rare", 5, 3.05), ("apart", 100, 100), ("wall", 21.2, 1), ("fading", 0.2436, 0.0010005)],
)
def test_presets_stage_the_section(demo, preset, adagrad, rmsprop):
    demo.key("every", "ArrowLeft")
    demo.press(preset)
    found = assert_true(demo)
    assert found["adagrad_ratio"] == pytest.approx(adagrad, rel=2e-3)
    assert found["rmsprop_ratio"] == pytest.approx(rmsprop, rel=2e-3)
    assert demo.control(preset).get_attribute("aria-pressed") == "true"


@slow
@pytest.mark.parametrize("name", HANDLES)
def test_gradients_are_dragged_up_and_down(demo, name):
    before = demo.picture()
    demo.drag(name, 0, 30)
    now = demo.controls()[name]
    assert 0.03 < now < 0.3
    assert demo.picture() != before
    assert_true(demo)
    demo.page.keyboard.press("ArrowUp")
    assert demo.controls()[name] > now
    assert_true(demo)


@slow
def test_time_runs_steps_and_goes_back(demo):
    demo.handle("time").focus()
    demo.page.keyboard.press("ArrowLeft")
    assert demo.readouts()["now"] == STEPS - 1
    demo.press("step")
    assert demo.readouts()["now"] == STEPS
    demo.drag("time", -300, 0)
    assert 150 < demo.readouts()["now"] < 300
    assert_true(demo)
    demo.press("reset")
    assert demo.readouts()["now"] == 1
    assert demo.status() == demo.text["unseen"].format(now=1)
    assert_true(demo)
    demo.press("run")
    demo.page.wait_for_function("document.querySelector('.dlnotes-demo').controls.now > 30")
    demo.press("run")
    assert_true(demo)


@slow
def test_on_a_phone_it_fits_and_can_be_read(chromium):
    with opened(chromium, bare_page(AdaptiveDemo(), "zh"), width=390, touch=True) as demo:
        assert_fits_a_phone(demo)
        demo.swipe("a_middle", 0, 30)
        assert demo.controls()["a_middle"] < 1
        assert_true(demo)
        assert demo.errors == []


@slow
def test_it_is_dark_in_the_dark_and_a_still_on_paper(chromium):
    colors = colors_in_both_themes(chromium, AdaptiveDemo(), ".adaptive")
    assert colors == ["rgb(111, 63, 0)", "rgb(255, 157, 77)"]


@slow
def test_a_screen_reader_finds_every_part(demo):
    words = demo.text
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    for name in (*HANDLES, "time"):
        handle = demo.handle(name)
        assert handle.get_attribute("aria-label") == words[name]
        assert handle.get_attribute("aria-valuetext")
    for name in ("every", "lr", "decay"):
        assert demo.page.get_by_label(words[name], exact=True).count() >= 1
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert demo.root.locator("[aria-live=polite]").inner_text() == demo.status()

"""The demo of Reddi's game: its numbers, its words, and every control in a real browser."""

import random

import pytest
import torch

from dlnotes.sections.optimizers.adam_relatives import demo as module
from dlnotes.sections.optimizers.adam_relatives.demo import RULES, TEXT, RelativesDemo, readouts
from dlnotes.sections.optimizers.adam_relatives.reddi import DRIFTS, reddi_game
from tests.demos.driver import (
    assert_fits_a_phone,
    assert_same,
    bare_page,
    colors_in_both_themes,
    opened,
)

slow = pytest.mark.slow
START = RelativesDemo.start


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
    program = RelativesDemo.emitted()
    for name in RULES:
        for part in ("", "_init", "_drift", "_sound"):
            assert f"export function {name}{part}(" in program
    assert f"export const ROUNDS = {module.ROUNDS};" in program


def test_the_drawing_calls_the_program_and_knows_no_formula():
    source = RelativesDemo.stem.with_suffix(".js").read_text("utf-8")
    for name in ("Math.sqrt", "Math.exp", "Math.pow", "Math.sign", "beta2 *", "spike *"):
        assert name not in source


@pytest.mark.parametrize("name", RULES)
def test_steps_of_the_demo_are_the_librarys_game(name):
    numbers = [torch.tensor(value, dtype=torch.float64) for value in (0.5, 0.9, 5.0, 4.0)]
    beta1, beta2, spike, period = numbers
    x, step = torch.zeros((), dtype=torch.float64), module.stepping(name)
    state = RULES[name].init(x)
    given = module.hyper(name, module.LR, 0.5, 0.9)
    walk = reddi_game(RULES[name], spike=5.0, period=4, rounds=5, **given)
    for place in range(20):
        grad = module.slope(torch.tensor(place % 4.0), spike)
        lr = module.rate(torch.tensor(place + 1.0, dtype=torch.float64), period)
        after = step(x, state, grad, lr, beta1, beta2)
        x, state = after["x"], after["state"]
        assert x.item() == pytest.approx(walk[place + 1].item(), abs=1e-14)


@pytest.mark.parametrize("name", RULES)
def test_sound_is_a_move_towards_the_best_end(name):
    for spike in (1.5, 4.0):
        numbers = [torch.tensor(value, dtype=torch.float64) for value in (0.06, spike, 3.0, 0.0)]
        towards = module.sound(DRIFTS[name])(*numbers)
        drift = DRIFTS[name](numbers[3], *numbers[:3])
        best = -1 if spike > 2 else 1
        assert (towards > 0) == (drift * best > 0)


def test_readouts_come_from_the_library():
    found = readouts(**START)
    hyper = {"beta1": 0.0, "beta2": 1 / 17}
    assert found["end"] == reddi_game(RULES["adam"], **hyper)[-1].item() == 1
    assert found["beside_end"] == reddi_game(RULES["amsgrad"], **hyper)[-1].item() < -0.99
    assert found["x"] == reddi_game(RULES["adam"], **hyper)[3 * 40].item()
    assert found["right"] - found["left"] == pytest.approx(found["drift"], rel=1e-6)


# ---- in the browser ------------------------------------------------------------------------------
@pytest.fixture(params=["zh", "en"])
def demo(request, chromium):
    with opened(chromium, bare_page(RelativesDemo(), request.param)) as found:
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
    drift = readouts(**START)["drift"]
    assert demo.status() == demo.text["told_wrong"].format(
        name="Adam", end=1, drift=f"{drift:.3f}", side=demo.text["rightward"]
    )


@slow
@pytest.mark.parametrize("name", RULES)
def test_any_setting_gives_pytorchs_numbers(chromium, name):
    draw = random.Random(name)
    for _ in range(2):
        setting = {
            "rule": name,
            "beta1": draw.choice([0, 0.5, 0.9, 0.99]),
            "beta2": round(draw.uniform(0, 0.99), 3),
            "spike": round(draw.uniform(1, 40), 2),
            "period": draw.choice([3, 11]),
            "now": draw.randrange(400),
        }
        with opened(chromium, bare_page(RelativesDemo(**setting), "en")) as demo:
            assert demo.controls() == setting
            assert_true(demo)
            assert demo.errors == []


@slow
@pytest.mark.parametrize("name", ["beta2", "spike", "period"])
def test_a_slider_answers_to_keyboard_and_mouse(demo, name):
    before, value = demo.picture(), demo.controls()[name]
    demo.key(name, "ArrowRight")
    assert demo.controls()[name] > value
    assert demo.picture() != before
    assert_true(demo)
    before = demo.picture()
    demo.slide(name, 0.6)
    assert demo.picture() != before


@slow
def test_every_rule_and_every_memory_of_direction_can_be_chosen(demo):
    for name in RULES:
        before = demo.picture()
        demo.press("rule", name)
        assert demo.controls()["rule"] == name
        assert name == "adam" or demo.picture() != before
        assert_true(demo)
    demo.press("rule", "lion")
    demo.root.locator('[data-control=beta1][value="0"]').focus()
    demo.page.keyboard.press("ArrowRight")
    assert demo.controls()["beta1"] == 0.5
    assert_true(demo)


@slow
@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("theorem", "told_wrong"),
        ("maximum", "told_right"),
        ("longer", "told_right"),
        ("closing", "told_right"),
        ("heads", "told_wrong"),
    ],
)
def test_presets_stage_the_claims(demo, preset, verdict):
    demo.key("spike", "ArrowRight")
    demo.press(preset)
    expected = assert_true(demo)
    assert demo.control(preset).get_attribute("aria-pressed") == "true"
    assert demo.text[verdict].split("{end}")[0].split("{name}")[1] in demo.status()
    assert (expected["end"] > 0.9) == (verdict == "told_wrong")


@slow
def test_one_in_a_hundred_fools_adam_with_the_usual_memories(demo):
    demo.press("rare")
    assert demo.controls()["period"] == 101
    assert demo.readouts()["end"] > 0.9
    assert demo.readouts()["beside_end"] < -0.9


@slow
def test_the_dot_on_the_map_sets_memory_and_spike(demo):
    demo.drag("setting", 150, 0)
    now = demo.controls()
    assert now["beta2"] > START["beta2"] + 0.2 and now["rule"] == "adam"
    assert float(demo.control("spike").get_attribute("data-value")) == now["spike"]
    assert_true(demo)
    assert demo.readouts()["end"] < -0.9
    demo.page.keyboard.press("ArrowUp")
    assert demo.controls()["spike"] > now["spike"]
    assert_true(demo)


@slow
def test_the_map_marks_what_is_wrong_and_says_where_nothing_is(demo):
    words = demo.root.locator("[data-picture]")
    assert demo.text["fooled"] in words.text_content()
    demo.press("rule", "amsgrad")
    assert demo.text["none"] in words.text_content()


@slow
def test_time_runs_steps_and_goes_back(demo):
    demo.press("step")
    assert demo.readouts()["now"] == START["now"] + 1
    assert_true(demo)
    demo.handle("time").focus()
    demo.page.keyboard.press("ArrowLeft")
    assert demo.readouts()["now"] == START["now"]
    demo.drag("time", 60, 0)
    assert demo.readouts()["now"] > START["now"]
    assert_true(demo)
    demo.press("reset")
    assert demo.readouts()["now"] == 0
    demo.press("run")
    demo.page.wait_for_function("document.querySelector('.dlnotes-demo').controls.now > 2")
    demo.press("run")
    assert_true(demo)


@slow
def test_on_a_phone_it_fits_and_can_be_read(chromium):
    with opened(chromium, bare_page(RelativesDemo(), "zh"), width=390, touch=True) as demo:
        assert_fits_a_phone(demo)
        demo.swipe("setting", 60, 0)
        assert demo.controls()["beta2"] > START["beta2"]
        assert_true(demo)
        assert demo.errors == []


@slow
def test_it_is_dark_in_the_dark_and_a_still_on_paper(chromium):
    colors = colors_in_both_themes(chromium, RelativesDemo(), ".adam")
    assert colors[0] != colors[1]


@slow
def test_a_screen_reader_finds_every_part(demo):
    words = demo.text
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    for name in ("setting", "time"):
        assert demo.handle(name).get_attribute("aria-label") == words[name]
        assert demo.handle(name).get_attribute("aria-valuetext")
    for name in ("beta2", "spike", "period"):
        assert demo.page.get_by_label(words[name], exact=True).count() >= 1
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert demo.root.locator("[aria-live=polite]").inner_text() == demo.status()

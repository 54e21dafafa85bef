"""The demo of Reddi's game: its numbers, what its presets stage, and its map."""

import re

import pytest
import torch

from dlnotes.sections.optimizers.adam_relatives import demo as module
from dlnotes.sections.optimizers.adam_relatives.demo import RULES, RelativesDemo
from dlnotes.sections.optimizers.adam_relatives.reddi import DRIFTS, reddi_game

slow = pytest.mark.slow
START = RelativesDemo.start


# ---- numbers -------------------------------------------------------------------------------------
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
        drift = DRIFTS[name](numbers[3], *numbers[:3])
        towards = module.sound(drift, *numbers[1:3])
        best = -1 if spike > 2 else 1
        assert (towards > 0) == (drift * best > 0)


@pytest.mark.parametrize("name", RULES)
def test_the_faster_drift_of_short_rounds_is_the_drift(name):
    for period in (3.0, module.SHORT):
        numbers = [torch.tensor(value, dtype=torch.float64) for value in (0.5, 0.9, 7.0, period)]
        fast, full = module.drifting(name, module.SHORT)(*numbers), DRIFTS[name](*numbers)
        torch.testing.assert_close(fast, full, rtol=1e-13, atol=1e-13)


def test_readouts_come_from_the_library():
    found = RelativesDemo.readouts(**START | {"now": 40})
    hyper = {"beta1": 0.0, "beta2": 1 / 17, "rounds": module.rounds(3)}
    assert found["end"] == reddi_game(RULES["adam"], **hyper)[-1].item() == 1
    assert found["beside_end"] == reddi_game(RULES["amsgrad"], **hyper)[-1].item() < -0.99
    assert found["x"] == reddi_game(RULES["adam"], **hyper)[3 * 40].item()
    assert found["to_right"] - found["to_left"] == pytest.approx(found["drift"], rel=1e-6)


def test_before_the_first_round_nothing_pushes():
    found = RelativesDemo.readouts(**START)
    assert (found["now"], found["x"], found["to_left"], found["to_right"]) == (0, 0, 0, 0)


def test_the_answer_is_where_adam_stops():
    assert RelativesDemo.readouts(**START)["end"] == 1
    assert RelativesDemo.answer() == "worst_end"


def test_neither_the_question_nor_a_guess_tells_which_end_is_wrong():
    for words in RelativesDemo.words.values():
        asked = words["ask"] + words["best_end"] + words["worst_end"]
        assert words["best"] not in asked and words["worst"] not in asked
        assert "too short" not in asked and "太短" not in asked


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_it_opens_before_the_first_round_and_keeps_the_map_back(spoken):
    words, picture = spoken.words, spoken.root.locator("[data-picture]")
    assert (spoken.status(), spoken.controls()["now"]) == (words["begin"], 0)
    assert spoken.phrase("balance", rest=2) not in picture.text_content()
    assert not spoken.handle("setting").is_visible()
    spoken.end()
    because = {"rounds": 200, "x": 1, "left": 1.03, "right": 1.72}
    assert spoken.phrase("because", **because) in spoken.verdict()
    drift = RelativesDemo.readouts(**START)["drift"]
    assert spoken.status() == spoken.phrase(
        "told_wrong", name="Adam", end=1, drift=f"{drift:.3f}", side=words["rightward"]
    )
    assert spoken.phrase("balance", rest=2) in picture.text_content()
    assert spoken.handle("setting").is_visible()
    spoken.rewind(1)
    assert spoken.status().startswith(words["going"].split("{x}")[0].format(now=1, name="Adam"))
    spoken.press("start_over")
    assert spoken.phrase("balance", rest=2) not in picture.text_content()


@slow
def test_before_the_answer_the_walk_is_drawn_up_to_now_alone(demo):
    demo.rewind(5)
    assert demo.phase() == "asked"
    walks = demo.root.locator("path.demo-line.adam")
    assert walks.count() == 1
    top = walks.evaluate("walk => walk.getBBox().y")
    here = demo.handle("time").evaluate("handle => handle.transform.baseVal[0].matrix.f")
    assert top == pytest.approx(here, abs=1)


@slow
def test_the_first_picture_shows_what_the_gradients_ask_for(demo):
    picture = demo.root.locator("[data-picture]")
    assert demo.words["pulls"] in picture.text_content()
    assert demo.phrase("net", sum="−2") in picture.text_content()
    demo.press("step")
    assert demo.phrase("pushes", now=1) in picture.text_content()


@slow
def test_what_lies_under_the_mouse_on_the_map_is_read_out(demo):
    demo.press("longer")
    grip = demo.handle("setting").locator(".grip").bounding_box()
    demo.page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    told = demo.root.locator(".demo-probe").text_content()
    number = float(re.search(r"[\d.]+", told)[0])
    assert number == pytest.approx(-demo.readouts()["drift"], rel=0.05)
    assert demo.words["leftward"] in told


@slow
def test_sgd_has_no_memory_to_set(demo):
    demo.press("rule", "sgd")
    demo.root.locator("details.demo-more").evaluate("more => { more.open = true; }")
    assert not demo.control("beta2").is_visible() and demo.control("spike").is_visible()


@slow
@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("theorem", "told_wrong"),
        ("maximum", "told_right"),
        ("longer", "told_right"),
        ("rare", "told_wrong"),
        ("closing", "told_right"),
        ("heads", "told_wrong"),
    ],
)
def test_presets_stage_the_claims(demo, preset, verdict):
    demo.press(preset)
    assert demo.words[verdict].split("{end}")[0].split("{name}")[1] in demo.status()
    assert (demo.readouts()["end"] > 0.9) == (verdict == "told_wrong")


@slow
def test_one_in_a_hundred_fools_adam_and_not_amsgrad(demo):
    demo.press("rare")
    assert demo.controls()["period"] == 101
    assert demo.controls()["now"] == module.rounds(101) == 59
    assert demo.readouts()["beside_end"] < -0.7


@slow
def test_a_longer_memory_on_the_map_leads_to_the_best_end(demo):
    demo.drag("setting", 150, 0)
    assert demo.controls()["beta2"] > START["beta2"] + 0.2
    assert demo.readouts()["end"] < -0.85


@slow
def test_the_map_marks_what_is_wrong_and_says_where_nothing_is(demo):
    demo.press("theorem")
    picture = demo.root.locator("[data-picture]")
    assert demo.words["fooled"] in picture.text_content()
    demo.press("rule", "amsgrad")
    assert demo.words["none"] in picture.text_content()


@slow
def test_what_another_rule_does_is_not_drawn_before_it_is_chosen(demo):
    other = demo.root.locator("[data-picture] .demo-line.light.dashed")
    demo.end()
    assert demo.phase() == "played" and other.count() == 0
    demo.press("rule", "amsgrad")
    assert other.count() > 0

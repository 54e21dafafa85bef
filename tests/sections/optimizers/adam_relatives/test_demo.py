"""The demo of Reddi's game: its numbers, what its presets stage, and its map."""

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
        towards = module.sound(DRIFTS[name])(*numbers)
        drift = DRIFTS[name](numbers[3], *numbers[:3])
        best = -1 if spike > 2 else 1
        assert (towards > 0) == (drift * best > 0)


def test_readouts_come_from_the_library():
    found = RelativesDemo.readouts(**START)
    hyper = {"beta1": 0.0, "beta2": 1 / 17}
    assert found["end"] == reddi_game(RULES["adam"], **hyper)[-1].item() == 1
    assert found["beside_end"] == reddi_game(RULES["amsgrad"], **hyper)[-1].item() < -0.99
    assert found["x"] == reddi_game(RULES["adam"], **hyper)[3 * 40].item()
    assert found["right"] - found["left"] == pytest.approx(found["drift"], rel=1e-6)


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_before_it_is_touched_adam_is_fooled(spoken):
    drift = RelativesDemo.readouts(**START)["drift"]
    assert spoken.status() == spoken.words["told_wrong"].format(
        name="Adam", end=1, drift=f"{drift:.3f}", side=spoken.words["rightward"]
    )
    spoken.rewind()
    assert spoken.readouts()["now"] == 0


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
def test_presets_stage_the_claims(spoken, preset, verdict):
    spoken.press(preset)
    assert spoken.words[verdict].split("{end}")[0].split("{name}")[1] in spoken.status()
    assert (spoken.readouts()["end"] > 0.9) == (verdict == "told_wrong")


@slow
def test_one_in_a_hundred_fools_adam_and_not_amsgrad(demo):
    demo.press("rare")
    assert demo.controls()["period"] == 101
    assert demo.readouts()["beside_end"] < -0.9


@slow
def test_a_longer_memory_on_the_map_leads_to_the_best_end(demo):
    demo.drag("setting", 150, 0)
    assert demo.controls()["beta2"] > START["beta2"] + 0.2
    assert demo.readouts()["end"] < -0.9


@slow
def test_the_map_marks_what_is_wrong_and_says_where_nothing_is(spoken):
    picture = spoken.root.locator("[data-picture]")
    assert spoken.words["fooled"] in picture.text_content()
    spoken.press("rule", "amsgrad")
    assert spoken.words["none"] in picture.text_content()

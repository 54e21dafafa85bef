"""The Adam demo: its numbers, what its presets stage, and gradients drawn by hand."""

import math

import pytest
import torch

from dlnotes.optimizers import adam
from dlnotes.sections.optimizers.adam import demo as module
from dlnotes.sections.optimizers.adam.demo import COUNT, LONG, AdamDemo
from dlnotes.sections.optimizers.adam.experiments import steepest, step_bound, steps
from tests.demos.driver import assert_true

slow = pytest.mark.slow
readouts = AdamDemo.readouts
ONES = [1.0] * COUNT
USUAL = {"beta1": 0.9, "beta2": 0.999}


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


# ---- numbers -------------------------------------------------------------------------------------
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


def test_what_came_before_changes_the_step():
    start = AdamDemo.start
    made = {readouts(**start | {"before": b})["made"] for b in AdamDemo.choices["before"]}
    assert len({round(value, 6) for value in made}) == 3


# ---- in the browser ------------------------------------------------------------------------------
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
def test_presets_stage_the_claims(spoken, preset, verdict, name, value):
    spoken.press(preset)
    assert spoken.readouts()[name] == pytest.approx(value, abs=0.02)
    assert spoken.words[verdict].split("{step}")[1].split("{")[0] in spoken.status()


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
    assert demo.pressed() == []
    assert_true(demo)
    mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"])
    assert demo.controls() == controls  # the pointer has let go


@slow
def test_a_finger_draws_upwards_too(demo):
    demo.press("ones")
    box = demo.root.locator("[data-sheet]").bounding_box()
    demo.finger(box["x"] + 0.3 * box["width"], box["y"] + 0.9 * box["height"], 30, -90)
    assert max(demo.controls()["grads"]) > 2


@slow
def test_gradients_are_set_with_the_keyboard_alone(demo):
    demo.press("ones")
    demo.handle("gradient").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown"):
        demo.page.keyboard.press(key)
    controls = demo.controls()
    assert controls["now"] == 12
    assert controls["grads"][12] == pytest.approx(1.2) and controls["grads"][11] == 0.9


@slow
def test_zeros_move_nothing_and_no_bound_is_named(spoken):
    spoken.press("before", "silence")
    box = spoken.root.locator("[data-sheet]").bounding_box()
    mouse, middle = spoken.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] - 1, middle)
    mouse.down()
    mouse.move(box["x"] + 1, middle)
    mouse.up()
    assert set(spoken.controls()["grads"]) == {0}
    assert spoken.status() == spoken.words["still"].format(step=1)
    spoken.press("ones")
    spoken.key("beta1", "End")
    spoken.key("beta2", "Home")
    assert spoken.readouts()["bound"] == math.inf
    assert spoken.words["endless"].split("β₁")[1] in spoken.status()


@slow
def test_before_it_is_touched_it_tells_the_step(spoken):
    assert spoken.status().startswith(spoken.words["plain"].split("{")[0])
    spoken.rewind()
    assert spoken.controls()["now"] == 1

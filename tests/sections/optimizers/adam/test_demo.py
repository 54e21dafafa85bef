"""The Adam demo: its numbers, what its presets stage, and gradients drawn by hand."""

import math
import re

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
SEVERAL = [1.0] * 16 + [-1.0] * 16 + [0.0] * 8 + [3.0] + [0.0] * 7
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
    for grad in SEVERAL:
        given = number(grad), state["t"], state["m"], state["v"], number(0.9), number(0.999)
        state = module.advance(*given)
        made.append(state["made"])
    expected = steps(adam, torch.tensor(SEVERAL, dtype=torch.float64))
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


def test_before_the_first_step_nothing_is_made():
    for before in AdamDemo.choices["before"]:
        found = readouts(grads=SEVERAL, before=before, now=0, **USUAL)
        assert (found["grad"], found["made"], found["raw"]) == (0, 0, 0)
        assert found["top"] == pytest.approx(
            module.latest(number(found["t"]), *map(number, (0.9, 0.999)))
        )
    assert found["m"] == found["m_hat"] == pytest.approx(1)


def test_the_answer_is_the_guess_nearest_to_the_longest_step():
    assert AdamDemo.answer() == "sevenfold"
    assert round(readouts(**AdamDemo.start)["longest_raw"], 2) == 6.57


def test_what_came_before_changes_the_step():
    late = {"grads": SEVERAL, "now": 21, **USUAL}
    made = {readouts(**late, before=b)["made"] for b in AdamDemo.choices["before"]}
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
    draw(demo, [(0.2, 0.9), (0.4, 0.9)])
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
    draw(spoken, [(0.999, 0.5), (0.001, 0.5)])
    assert set(spoken.controls()["grads"]) == {0}
    assert spoken.status() == spoken.phrase("still", step=1)
    spoken.press("ones")
    spoken.key("beta1", "End")
    spoken.key("beta2", "Home")
    assert spoken.readouts()["bound"] == math.inf
    assert spoken.words["endless"].split("β₁")[1] in spoken.status()


@slow
def test_it_opens_before_the_first_step_and_shows_no_step_to_come(spoken):
    before = spoken.phrase("begin", before=spoken.words["fresh"])
    assert (spoken.status(), spoken.controls()["now"]) == (before, 0)
    assert steps_drawn(spoken) == {0}
    spoken.rewind(12)
    assert spoken.phase() == "asked"
    assert steps_drawn(spoken) == {12}
    assert "7" not in spoken.verdict() and not spoken.root.locator(".score").count()
    spoken.end()
    assert steps_drawn(spoken) == {COUNT}


@slow
def test_the_verdict_tells_the_first_and_the_longest_step(spoken):
    spoken.end()
    assert spoken.phase() == "played"
    because = {"first": "3.16", "peak": 12, "longest": "6.57"}
    assert spoken.phrase("because", **because) in spoken.verdict()


@slow
def test_the_bound_is_told_to_those_who_beat_the_papers(spoken):
    """A score follows the pen; what the longest step can be is kept back until 3.16 is past."""
    spoken.press("yours")
    score = spoken.root.locator(".score")
    assert score.text_content() == spoken.phrase("score", longest="0.00")
    assert picture_says(spoken, spoken.phrase("dare", quoted=3.16))
    assert not picture_says(spoken, "7.27")
    draw(spoken, [(0.2, 0.4), (0.4, 0.4)])
    assert score.text_content() != spoken.phrase("score", longest="0.00")
    longest = spoken.readouts()["longest"]
    assert score.text_content() == spoken.phrase("score", longest=f"{longest:.2f}")
    assert longest > 3.17 and picture_says(spoken, spoken.phrase("won", quoted=3.16, bound=7.27))
    spoken.press("yours")
    spoken.key("beta1", "Home")  # without a memory of direction nothing is longer
    assert not picture_says(spoken, spoken.phrase("dare", quoted=3.16))


@slow
def test_what_lies_under_the_mouse_is_read_out(demo):
    demo.press("quiet")
    box = demo.root.locator("[data-picture]").bounding_box()
    demo.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.85 * box["height"])
    told = demo.root.locator(".demo-probe").text_content()
    step = re.search(r"\d+", told)[0]
    made = readouts(grads=ONES, before="silence", now=int(step), **USUAL)["made"]
    assert told == demo.phrase("at", step=step, made=f"{made:.3g}")


def steps_drawn(demo) -> set[int]:
    """How many steps the strong curves have."""
    curves = demo.root.locator("[data-curve]:not(.faint)")
    return {
        d.count("L") + bool(d)
        for d in curves.evaluate_all("all => all.map(c => c.getAttribute('d'))")
    }


def picture_says(demo, words: str) -> bool:
    return words in demo.root.locator("[data-picture]").text_content()


def draw(demo, way) -> None:
    """Press and drag over the gradients, through points in parts of their sheet."""
    box = demo.root.locator("[data-sheet]").bounding_box()
    places = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in way]
    demo.page.mouse.move(*places[0])
    demo.page.mouse.down()
    for place in places:
        demo.page.mouse.move(*place)
    demo.page.mouse.up()


@slow
def test_before_it_is_answered_the_axis_of_steps_is_as_high_as_the_guesses(demo):
    highest = "8"  # of 7 times, the largest guess
    ticks = demo.root.locator("[data-picture] .demo-axes").last.locator("text")
    before = ticks.all_text_contents()
    assert highest in before
    demo.rewind(2)
    assert demo.phase() == "asked" and ticks.all_text_contents() == before

"""The demo of effective learning rates: its numbers, and what its presets stage."""

import math

import pytest
import torch

from dlnotes.sections.optimizers.adaptive import demo as module
from dlnotes.sections.optimizers.adaptive.demo import SIZES, STEPS, AdaptiveDemo, gradients
from dlnotes.sections.optimizers.adaptive.experiments import effective_rates

slow = pytest.mark.slow
START = AdaptiveDemo.start
readouts = AdaptiveDemo.readouts


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


# ---- numbers -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", module.RULES)
def test_a_step_of_the_demo_is_a_step_of_the_rule(name):
    rule, lr, decay = module.RULES[name], 0.3, 0.8
    hyper = {"adagrad": {"lr": lr}, "rmsprop": {"lr": lr, "decay": decay}}
    hyper["adadelta"] = {"decay": decay}
    grads = torch.randn(40, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    grads[5:9] = 0
    v, d, found = number(0.0), number(0.0), []
    for grad in grads:
        step = getattr(module, name)(grad, v, d, number(lr), number(decay))
        v, d = step["v"], step["d"]
        found.append(step["rate"])
        assert step["length"].item() == pytest.approx(
            (step["rate"] * grad).item(), rel=1e-12, abs=1e-100
        )
    expected = effective_rates(rule, grads, **hyper[name])
    torch.testing.assert_close(torch.stack(found), expected, rtol=1e-14, atol=0)


def test_handles_set_the_gradient_where_they_stand():
    sizes = dict(zip(SIZES, (3.0, 0.2, 0.05, 7.0, 0.01, 2.0), strict=True))
    grads = gradients(every=1, **sizes)
    for column, which in enumerate("ab"):
        for place, part in enumerate(("start", "middle", "end")):
            step = module.AT[which] + place * module.HALF
            if step:
                assert grads[step - 1, column] == pytest.approx(sizes[f"{which}_{part}"])


def test_the_ratio_is_of_what_is_shown():
    """Sizes far apart: the learning rates make up for them, and the steps are equally long."""
    sizes = {name: 10.0 if name.startswith("a") else 0.1 for name in SIZES}
    for view, ratio in (("rate", 100), ("step_length", 1), ("distance", 1)):
        found = readouts(**START | sizes | {"every": 1, "view": view, "now": STEPS})
        assert found["adagrad_ratio"] == pytest.approx(ratio, rel=1e-6)


def test_b_has_its_turn_once_in_a_gap():
    grads = gradients(every=25, **{name: START[name] for name in SIZES})
    assert grads[:, 0].count_nonzero() == STEPS and grads[:, 1].count_nonzero() == STEPS / 25
    assert grads[24, 1] != 0 and grads[23, 1] == 0


def test_readouts_answer_the_question_of_the_page():
    found = readouts(**START | {"now": STEPS})
    assert found["adagrad_ratio"] == pytest.approx(10, rel=1e-6)
    assert found["rmsprop_ratio"] == pytest.approx(math.sqrt(10), rel=1e-4)


def test_before_its_first_turn_b_has_no_rate():
    found = readouts(**START | {"now": 24})
    assert found["adagrad_b"] == found["adagrad_ratio"] == math.inf
    assert readouts(**START | {"now": 24, "view": "distance"})["adagrad_b"] == 0


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("rate", 0.005),
        ("step_length", 0.005),
        ("distance", 0.1 * sum(step**-0.5 for step in range(1, STEPS + 1))),
    ],
)
def test_each_view_has_its_own_numbers(view, expected):
    found = readouts(**START | {"view": view, "now": STEPS})
    assert found["adagrad_a"] == pytest.approx(expected, rel=1e-6)


def test_a_preset_says_the_gap_that_it_sets():
    """Once in 25 is more often than the question's once in 100: not "rarely"."""
    assert START["every"] == 100
    assert all("25" in words["rare"] for words in AdaptiveDemo.words.values())


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_at_the_end_the_rules_are_compared(spoken):
    spoken.end()
    assert spoken.status() == spoken.phrase(
        "compared",
        now=400,
        what=spoken.words["rate"],
        adagrad="10",
        rmsprop="3.16",
        adadelta="0.44",
    )
    spoken.rewind()
    assert spoken.readouts()["now"] == 1
    assert spoken.status() == spoken.phrase("unseen", now=1, first=100)


@slow
@pytest.mark.parametrize(
    ("preset", "adagrad", "rmsprop"),
    [("rare", 5, 3.05), ("apart", 100, 100), ("wall", 21.2, 1), ("fading", 0.2436, 0.0010005)],
)
def test_presets_stage_the_section(demo, preset, adagrad, rmsprop):
    demo.key("every", "ArrowLeft")
    demo.press(preset)
    found = demo.readouts()
    assert found["adagrad_ratio"] == pytest.approx(adagrad, rel=2e-3)
    assert found["rmsprop_ratio"] == pytest.approx(rmsprop, rel=2e-3)


@slow
def test_the_gradients_are_given_with_the_question_and_on_a_phone_beside_what_it_asks(bench):
    demo = bench.fresh()
    picture = demo.root.locator("[data-picture]")
    stems = picture.locator(".demo-line.plain.faint")
    assert stems.get_attribute("d").count("V") == 4  # of B, at 100, 200, 300 and 400
    demo = bench.fresh(width=390)
    assert demo.root.locator("[data-panel]").first.get_attribute("data-panel") == "adagrad"
    top, height = map(float, picture.get_attribute("viewBox").split()[1::2])
    for name in ("gradient_axis", "adagrad"):
        named = picture.locator("text").filter(has_text=demo.words[name]).first
        assert top < float(named.get_attribute("y")) < top + height

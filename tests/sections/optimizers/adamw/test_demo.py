"""The demo of decay: its numbers, what it shows before and after the answer, and its presets."""

import pytest
import torch

from dlnotes.sections.optimizers.adamw import demo as module
from dlnotes.sections.optimizers.adamw.demo import RULES, STEPS, DecayDemo
from dlnotes.sections.optimizers.adamw.experiments import decay_step, penalty_left
from dlnotes.training.replay import replay

slow = pytest.mark.slow
START = DecayDemo.start
END = START | {"now": STEPS}
readouts = DecayDemo.readouts


# ---- numbers -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", RULES)
def test_a_walk_of_the_demo_is_the_rules_replay(name):
    grads = 0.3 * torch.tensor(module.noise(), dtype=torch.float64)
    plan = {"start": 1.0, "lr": 0.02, "weight_decay": 0.2}
    paths = [replay(RULES[name], sign * grads, **plan).path for sign in (1, -1)]
    setting = END | {"rule": name, "lr": 0.02, "weight_decay": 0.2, "quiet": 0.3, "now": 170}
    expected = (paths[0][170] + paths[1][170]).item() / 2
    assert readouts(**setting)["quiet_left"] == pytest.approx(expected, rel=1e-12)


def test_opposite_noise_leaves_adamw_its_decay_and_nothing_else():
    found = readouts(**END | {"rule": "adamw"})
    for kind in module.KINDS:
        assert found[f"{kind}_left"] == pytest.approx(0.999**300, rel=1e-9)
        assert found[f"{kind}_by"] == 1


def test_the_penalty_is_divided_by_about_the_size_of_the_noise():
    found = readouts(**END)
    sizes = torch.tensor([0.1, 10.0], dtype=torch.float64)
    computed = penalty_left(sizes, steps=STEPS).tolist()
    left = [found["quiet_left"], found["loud_left"]]
    assert left == pytest.approx(computed, abs=0.01)
    assert found["quiet_by"] == pytest.approx(0.1, rel=0.2)
    assert found["loud_by"] == pytest.approx(10, rel=0.1)


def test_a_step_of_decay_ignores_the_size():
    numbers = [torch.tensor(x, dtype=torch.float64) for x in (0.8, 0.01, 0.1)]
    steps = [decay_step(numbers[0], torch.tensor(size), *numbers[1:]) for size in (0.1, 10.0)]
    assert steps[0] == steps[1] == pytest.approx(0.8 * 0.999)


def test_small_noise_shrinks_more_and_the_guess_depends_on_it():
    assert DecayDemo.answer() == "quiet_more"
    assert readouts(**END)["quiet_left"] < 0.08 and readouts(**END)["loud_left"] > 0.96


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_it_keeps_what_is_left_by_size_back_until_the_answer(spoken):
    picture = spoken.root.locator("[data-picture]")
    assert spoken.status() == spoken.words["begin"]
    hidden = (spoken.words["computed"], spoken.words["plain"])
    assert not any(words in picture.text_content() for words in hidden)
    assert not spoken.handle("quiet").is_visible()
    spoken.end()
    assert all(words in picture.text_content() for words in hidden)
    assert spoken.handle("quiet").is_visible()
    found = readouts(**END)
    numbers = {name: f"{found[name]:.3g}" for name in found}
    assert spoken.phrase("because", **numbers) in spoken.verdict()


@slow
@pytest.mark.parametrize(
    ("preset", "quiet", "loud"),
    [
        ("same_penalty", 0.0672, 0.972),
        ("decoupled", 0.741, 0.741),
        ("meeting", 0.73, 0.77),
        ("silent", 0.0002, 0.972),
        ("slower", 0.970, 0.970),
    ],
)
def test_presets_stage_the_section(demo, preset, quiet, loud):
    demo.press(preset)
    found = demo.readouts()
    assert found["quiet_left"] == pytest.approx(quiet, abs=0.01)
    assert found["loud_left"] == pytest.approx(loud, abs=0.01)


@slow
def test_a_weight_dragged_to_larger_noise_keeps_more(demo):
    demo.press("same_penalty")
    demo.drag("quiet", 90, 0)
    assert demo.controls()["quiet"] > 0.5
    assert demo.readouts()["quiet_left"] > 0.3

"""The demo of the matrix memory: its program is the library's, and what its presets stage."""

import pytest
import torch

from dlnotes.sections.optimizers.matrix_curvature import demo as module
from dlnotes.sections.optimizers.matrix_curvature.demo import STEPS, MatrixCurvatureDemo
from dlnotes.sections.optimizers.matrix_curvature.memory import memory

readouts = MatrixCurvatureDemo.readouts


def test_the_first_gradient_has_the_frequencies_as_singular_values():
    exponent = torch.tensor(1.5, dtype=torch.float64)
    slope = module.gradient(torch.zeros(module.SQUARE, dtype=torch.float64), exponent)
    found = torch.linalg.svdvals(slope)
    assert torch.allclose(found, module.frequencies(exponent), rtol=1e-12)
    assert torch.allclose(-module.known(slope), found, atol=1e-15)
    assert torch.allclose(found, memory(module.PAIRS, 1, 1.5).frequencies, rtol=1e-12)


def test_after_few_steps_the_rarest_pair_is_known_by_muon_alone():
    found = readouts(exponent=1, rounds=5, now=STEPS)
    assert found["rare_sgd"] < 0.5 and found["rare_adam"] < 0.5
    assert 0.9 < found["rare_muon"] < 1.1


def test_where_all_are_alike_nobody_is_behind():
    found = readouts(exponent=0, rounds=5, now=STEPS)
    assert all(abs(found[f"rare_{name}"] - 1) < 0.01 for name in module.RULES)


@pytest.mark.parametrize(("exponent", "rounds"), [(3, 5), (1, 1)])
def test_too_few_rounds_for_so_skew_a_gradient_leave_the_rarest_behind(exponent, rounds):
    assert readouts(exponent=exponent, rounds=rounds, now=1)["even"] < 0.2
    assert readouts(exponent=exponent, rounds=8, now=1)["even"] > 0.6


@pytest.mark.slow
def test_muons_step_is_not_told_before_the_first_step(spoken):
    bars = spoken.root.locator("[data-picture] .demo-line.curvature")
    assert bars.count() == 0
    spoken.press("step")
    assert bars.count() == module.PAIRS


@pytest.mark.slow
def test_the_mouse_reads_a_bar(bench):
    demo = bench.fresh()
    box = demo.root.locator("[data-picture]").bounding_box()
    demo.page.mouse.move(box["x"] + 44, box["y"] + 80)
    said = demo.root.locator(".demo-probe").text_content()
    assert said == demo.words["here"].format(rank=1, value=1)


@pytest.mark.slow
def test_the_rarest_bar_of_each_rule_has_its_number(demo):
    numbers = demo.root.locator("[data-picture] text.strong")
    assert numbers.count() == 0
    demo.end()
    found = demo.readouts()
    wanted = [f"{found[f'rare_{name}']:.2f}" for name in ("sgd", "adam", "muon")]
    assert numbers.all_text_contents() == wanted

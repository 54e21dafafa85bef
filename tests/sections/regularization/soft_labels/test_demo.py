"""The demo of the softened label: its program against autograd, and what it says."""

import math

import pytest
import torch

from dlnotes.sections.regularization.soft_labels import programs
from dlnotes.sections.regularization.soft_labels.demo import SoftLabelsDemo

START = SoftLabelsDemo.start


def number(value):
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4, 1.0])
@pytest.mark.parametrize("classes", [2, 10])
def test_one_gap_says_what_all_scores_do(classes, smoothing):
    label = number(float(classes)), number(smoothing)
    gap = number(0.0)
    for _ in range(40):
        gap = programs.step(gap, *label)
    found = SoftLabelsDemo.readouts(smoothing=smoothing, classes=classes, now=40)
    assert gap.item() == pytest.approx(found["gap"], abs=1e-12)
    assert programs.loss(gap, *label).item() == pytest.approx(found["loss"], abs=1e-12)
    assert programs.right_said(gap, label[0]).item() == pytest.approx(found["hit"], abs=1e-12)
    assert programs.floor(*label).item() == pytest.approx(found["floor"], abs=1e-12)
    assert programs.stop(*label).item() == pytest.approx(found["stop"])


def test_the_bar_can_be_pulled_to_where_it_is():
    for smoothing in (0.0, 0.3, 1.0):
        label = number(10.0), number(smoothing)
        back = programs.softness(programs.right_share(*label), label[0])
        assert back.item() == pytest.approx(smoothing, abs=1e-12)


def test_a_soft_label_comes_to_rest_and_a_hard_one_does_not():
    assert SoftLabelsDemo.answer() == "half"
    rest = SoftLabelsDemo.readouts(**(START | {"now": programs.STEPS}))
    assert rest["loss"] == pytest.approx(rest["floor"], abs=1e-6)
    assert rest["gap"] == pytest.approx(rest["stop"], abs=1e-3)
    hard = [
        SoftLabelsDemo.readouts(**(START | {"smoothing": 0.0, "now": now})) for now in (50, 100)
    ]
    assert hard[1]["gap"] > hard[0]["gap"] + 0.6 and hard[1]["stop"] == math.inf


@pytest.mark.slow
class TestInBrowser:
    def test_before_the_end_the_floor_is_kept_back(self, demo):
        assert demo.root.locator(".demo-line.theory.dashed").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-line.theory.dashed").count() == 2

    def test_the_bar_pulled_to_the_top_has_no_end(self, demo):
        demo.answer()
        demo.press("hard")
        assert "no end" in demo.status() or "没有尽头" in demo.status()

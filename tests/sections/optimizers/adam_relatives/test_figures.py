"""The figures on Adam's relatives: every family in its own colour, drawn from the data."""

import math
import re

import pytest
import torch

from dlnotes.sections.optimizers.adam_relatives import figures as plots

STEPS = torch.logspace(0, 6, 40)
SIGNAL = torch.logspace(-1.5, 0.5, 7)


def sizes(top=2.0):
    grads = torch.sin(torch.arange(1.0, 21.0))
    return plots.sizes(grads, {2: grads.abs() * 0.5, 10: grads.abs(), math.inf: grads * 0 + top})


def memory(off=1.5):
    full = torch.logspace(-6, -3, 30)
    return plots.memory({"full": 500_000, "factored": 1500}, full, full * off)


def funnel(last=0.1):
    bounds = last * (1 - 1 / (STEPS + 1)), last * (1 + 1 / STEPS)
    free = torch.tensor([3.0, 0.1])
    return plots.funnel(STEPS, bounds, free, free[:, None].clamp(*(0.05, 2)).expand(2, 40))


def signs(strength=3.0):
    theory = {"adam": torch.tanh(SIGNAL), "lion": torch.tanh(strength * SIGNAL)}
    measured = {name: curve.repeat(5, 1) for name, curve in theory.items()}
    return plots.signs(SIGNAL, measured, theory)


def tokens(picture, lang):
    return set(re.findall(r"var\(--m-(\w+)", picture.html[lang]))


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (sizes, {"adam", "theory"}, 1),
        (memory, {"adam", "adaptive", "theory"}, 2),
        (funnel, {"adam", "theory"}, 1),
        (signs, {"adam", "theory"}, 1),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert tokens(drawn, lang) == families
        assert drawn.html[lang].count("<svg") == panels
    assert drawn.svg["zh"] != drawn.svg["en"]


@pytest.mark.parametrize(
    ("picture", "other"), [(sizes, 1.5), (memory, 3.0), (funnel, 0.2), (signs, 6.0)]
)
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]

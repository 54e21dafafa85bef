"""The figures on fair comparisons: every family in its colour, drawn from the data handed over."""

import re

import pytest
import torch

from dlnotes.sections.optimizers.fair_comparison import figures as plots

LRS = torch.logspace(-3, 1, 9)
HUMP = torch.tensor([0.1, 0.3, 0.8, 0.95, 0.96, 0.95, 0.5, 0.1, 0.1])
FALL = torch.linspace(4.6, 0.5, 20).unsqueeze(1) * torch.tensor([0.5, 0.8, 0.9, 1.0])
LOSSES = torch.logspace(-2, -3, 41).expand(3, 41)


def rankings(gain=0.1):
    one = {"sgd": torch.tensor([0.2, 0.3]), "adam": torch.tensor([0.9, 0.95])}
    return plots.rankings(
        one, {name: scores.clamp(min=0.8) + gain / 10 for name, scores in one.items()}
    )


def widths(shift=0):
    curves = {"adam": HUMP.roll(-1 - shift).expand(2, 9), "sgd": HUMP.expand(2, 9)}
    return plots.widths(LRS, curves, within=0.03)


def words(factor=0.1):
    return plots.words(FALL, FALL * factor, FALL * 0.2, ["1–4", "5–16", "17–50", "51–100"])


def switching(jump=3.0):
    return plots.switching(LOSSES, LOSSES * jump, LOSSES * 1.2, LOSSES * 1.1)


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (rankings, {"plain", "adam"}, 2),
        (widths, {"plain", "adam"}, 1),
        (words, {"plain", "adam"}, 2),
        (switching, {"plain", "adam"}, 1),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert set(re.findall(r"var\(--m-(\w+)", drawn.html[lang])) == families
        assert drawn.html[lang].count("<svg") == panels
    assert drawn.svg["zh"] != drawn.svg["en"]


@pytest.mark.parametrize(
    ("picture", "other"), [(rankings, 0.5), (widths, 1), (words, 0.3), (switching, 5.0)]
)
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]

"""The figures on curvature: every family in its own colour, drawn from the data handed over."""

import re

import pytest
import torch

from dlnotes.sections.optimizers.curvature import figures as plots
from dlnotes.sections.optimizers.curvature.experiments import Race

STEPS = torch.arange(31, dtype=torch.float64)
MATRIX = torch.tensor([[2.0, -0.5, 0.3], [-0.5, 1.0, 0.0], [0.3, 0.0, 0.7]])


def on_a_net(rate=0.8):
    runs = (rate**STEPS).repeat(5, 1)
    return plots.on_a_net(runs * 0 + 0.7, runs)


def kept(factor=0.5):
    return plots.kept(MATRIX, MATRIX * factor, (2, 1))


def race(rate=0.98):
    marks = torch.arange(0, 601, 20)
    losses = (rate**marks).repeat(2, 5, 1)
    field = {
        name: Race(1.0, torch.tensor([0.1, 1.0]), marks, losses * (1 + shift))
        for shift, name in enumerate(("momentum", "adam", "muon", "kfac"))
    }
    return plots.race({"autoencoder": field, "classifier": field})


def levelled(rate=0.8):
    return plots.levelled(3 * rate**STEPS, 1 - 0.01 * STEPS)


def tokens(picture, lang):
    return set(re.findall(r"var\(--m-(\w+)", picture.html[lang]))


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (on_a_net, {"curvature", "theory"}, 1),
        (kept, {"curvature", "plain"}, 1),
        (race, {"curvature", "adam", "momentum"}, 2),
        (levelled, {"curvature", "plain", "theory"}, 1),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert tokens(drawn, lang) == families
        assert drawn.html[lang].count("<svg") == panels
    assert drawn.svg["zh"] != drawn.svg["en"]


@pytest.mark.parametrize(
    ("picture", "other"), [(on_a_net, 0.7), (kept, 0.8), (race, 0.97), (levelled, 0.7)]
)
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]


def test_a_matrix_without_negative_entries_has_no_gray_squares():
    drawn = plots.kept(MATRIX.abs(), MATRIX.abs(), (3,))
    assert tokens(drawn, "en") == {"curvature"}

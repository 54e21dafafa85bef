"""The figures on race pictures: every rule in the colour of its family, drawn from the data."""

import math
import re

import pytest
import torch

from dlnotes.sections.optimizers.race_pictures import figures as plots
from dlnotes.sections.optimizers.race_pictures.experiments import GRID, Entry

FAMILIES = {"plain", "momentum", "adaptive", "adam", "theory"}


def sweep(shift=0.0):
    lows = dict(zip(plots.LINES, range(-2, 5), strict=True))
    return {
        name: (30 + 60 * (GRID.log10() - low / 2 - shift).abs()).masked_fill(GRID > 50, math.inf)
        for name, low in lows.items()
    }


def entries(factor=1.0):
    names = ("sgd", "momentum", "adagrad", "rmsprop", "adam")
    return {
        angle: {
            name: Entry(0.1, torch.tensor(5.0 + factor * angle * n)) for n, name in enumerate(names)
        }
        for angle in (0, 15, 45)
    }


def starts(lost=2):
    points = torch.cartesian_prod(torch.linspace(0, 4, 3), torch.linspace(-1, 1, 3))
    steps = torch.arange(40.0, 49.0)
    steps[:lost] = math.inf
    return plots.starts(points, {"nesterov": steps, "adam": steps.flip(0)})


def cuts(shift=-1.0):
    return plots.cuts(GRID, sweep(), sweep(shift))


def angles(factor=1.0):
    return plots.angles(entries(factor))


def tokens(picture, lang):
    return set(re.findall(r"var\(--m-(\w+)", picture.html[lang]))


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (cuts, FAMILIES, 2),
        (angles, {"plain", "momentum", "adaptive", "adam"}, 1),
        (starts, {"momentum", "adam"}, 2),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert tokens(drawn, lang) == families
        assert drawn.html[lang].count("<svg") == panels


@pytest.mark.parametrize(("picture", "other"), [(cuts, -0.5), (angles, 3.0), (starts, 3)])
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]


def test_the_text_alternative_counts_the_starts_that_fail():
    drawn = starts(lost=4)
    assert "Nesterov fails from 4, Adam fails from 4" in drawn.html["en"]
    assert "Nesterov 有 4 处到不了" in drawn.html["zh"]

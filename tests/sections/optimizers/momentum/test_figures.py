"""The figures on momentum: every family in its own colour, drawn from the data handed over."""

import re

import pytest
import torch

from dlnotes.sections.optimizers.momentum import figures as plots

STEPS = torch.arange(61, dtype=torch.float64)
SHARES = torch.logspace(-3, 0, 50)
SIGMAS = [0.1, 1.0, 10.0]
GAINS = torch.tensor([[8.0, 2.0, 1.0], [8.4, 1.8, 1.1], [7.9, 2.1, 0.9]])


def convergence(factor=0.8):
    return plots.convergence(0.98**STEPS, factor**STEPS, (0.98, factor))


def damping(ball=0.95):
    swing = torch.cos(STEPS) * ball**STEPS
    return plots.damping(swing, swing * 0, SHARES, (ball + 0 * SHARES, ball - 0.5 * SHARES))


def noise(gains=GAINS):
    return plots.noise(SIGMAS, gains)


def tokens(picture, lang):
    return set(re.findall(r"var\(--m-(\w+)", picture.html[lang]))


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (convergence, {"plain", "momentum", "theory"}, 1),
        (damping, {"momentum"}, 2),
        (noise, {"momentum", "theory"}, 1),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert tokens(drawn, lang) == families
        assert drawn.html[lang].count("<svg") == panels
    assert drawn.svg["zh"] != drawn.svg["en"]


@pytest.mark.parametrize(
    ("picture", "other"), [(convergence, 0.7), (damping, 0.9), (noise, GAINS + 0.5)]
)
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]

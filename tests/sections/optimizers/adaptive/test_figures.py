"""The figures on memory of size: families in their colours, drawn from the data handed over."""

import re

import pytest
import torch

from dlnotes.sections.optimizers.adaptive import figures

STEPS = torch.arange(1, 101, dtype=torch.float64)
LRS = [1e-3, 1e-2, 0.1, 1.0]
SHARES = 0.5 ** torch.arange(10, dtype=torch.float64)
METHODS = ("sgd", "shared", "adagrad", "rmsprop")


def rates(power=-0.5):
    found = dict.fromkeys(("adagrad", "rmsprop", "adadelta"), STEPS**power)
    return figures.rates(torch.ones(100), **found)


def sweep(top=0.9):
    seeds = torch.tensor([[0.1, 0.2], [0.4, 0.5], [0.8, 0.9], [0.7, top]])
    return figures.sweep(LRS, dict.fromkeys(("sgd", "adagrad", "adadelta"), seeds))


def rare(size=1e-2):
    errors = dict.fromkeys(METHODS, size * torch.ones(5, 10))
    return figures.rare(SHARES, errors, errors)


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (rates, {"plain", "adaptive"}, 2),
        (sweep, {"plain", "adaptive", "theory"}, 1),
        (rare, {"plain", "adaptive"}, 2),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert set(re.findall(r"var\(--m-(\w+)", drawn.html[lang])) == families
        assert drawn.html[lang].count("<svg") == panels
    assert drawn.svg["zh"] != drawn.svg["en"]


@pytest.mark.parametrize(("picture", "other"), [(rates, -0.3), (sweep, 0.6), (rare, 1e-3)])
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]

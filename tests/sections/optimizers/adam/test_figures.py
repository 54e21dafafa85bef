"""The figures on Adam: every family in its own colour, drawn from the data handed over."""

import re

import pytest
import torch

from dlnotes.sections.optimizers.adam import figures as plots

TIMES = torch.arange(1, 301, dtype=torch.float64)
SHARES = [0.1, 0.05, 0.02]


def filling(beta=0.999):
    direction, size = 1 - 0.9**TIMES, (1 - beta**TIMES).sqrt()
    return plots.filling((direction, size), direction / size, torch.ones(300))


def after_silence(factor=1.0):
    runs = tuple(factor * power * torch.ones(60) for power in (1.0, 4.0, 7.0))
    return plots.after_silence(runs, 3.162, 7.27)


def histogram(seed=0):
    source = torch.Generator().manual_seed(seed)
    return plots.histogram([torch.rand(500, generator=source) for _ in range(5)], 3.162)


def outlier(depth=0.3):
    return plots.outlier(torch.cat([torch.tensor([3.0]), torch.linspace(depth, 1, 500)]))


def sparse(factor=1.0):
    names = ("rmsprop", "rmsprop_long", "adam_short", "adam")
    found = {name: factor * 10.0**-k * torch.ones(3, 5) for k, name in enumerate(names, 1)}
    return plots.sparse(SHARES, found, found)


def tokens(picture, lang):
    return set(re.findall(r"var\(--m-(\w+)", picture.html[lang]))


@pytest.mark.parametrize(
    ("picture", "families", "panels"),
    [
        (filling, {"momentum", "adaptive", "adam", "theory"}, 2),
        (after_silence, {"adam", "theory"}, 1),
        (histogram, {"adam", "theory"}, 1),
        (outlier, {"adam", "theory"}, 1),
        (sparse, {"adaptive", "adam"}, 2),
    ],
)
def test_a_figure_has_its_families_in_both_languages(picture, families, panels):
    drawn = picture()
    for lang in ("zh", "en"):
        assert tokens(drawn, lang) == families
        assert drawn.html[lang].count("<svg") == panels
    assert drawn.svg["zh"] != drawn.svg["en"]


@pytest.mark.parametrize(
    ("picture", "other"),
    [(filling, 0.99), (after_silence, 0.9), (histogram, 1), (outlier, 0.5), (sparse, 0.5)],
)
def test_other_data_give_another_picture(picture, other):
    assert picture().svg["en"] != picture(other).svg["en"]
    assert picture().svg["en"] == picture().svg["en"]

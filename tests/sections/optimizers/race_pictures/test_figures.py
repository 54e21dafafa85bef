"""What only the figures on race pictures say: who is lowest at the cut, how many starts fail."""

import torch

from dlnotes.sections.optimizers.race_pictures import figures
from dlnotes.sections.optimizers.race_pictures.experiments import GRID
from tests.sections.optimizers.race_pictures.figure_examples import NAMES, sweep


def test_the_text_alternative_counts_the_starts_that_fail():
    points, steps = torch.rand(9, 2), torch.arange(40.0, 49.0)
    steps[:4] = torch.inf
    drawn = figures.starts(points, {"nesterov": steps, "adam": steps.flip(0)}, limit=1000)
    assert "Nesterov fails from 4, Adam fails from 4" in drawn.html["en"]
    assert "Nesterov 有 4 处到不了" in drawn.html["zh"]


def test_the_text_alternative_names_the_lowest_at_the_cut():
    plain = sweep(0.0)
    tenfold = plain | {name: steps.roll(-4) for name, steps in plain.items() if name in NAMES[:3]}
    drawn = figures.cuts(GRID, plain, tenfold).html
    at = int((GRID - figures.CUT).abs().argmin())
    left, right = (
        figures.LOOKS[min(found, key=lambda name: float(found[name][at]))].name
        for found in (plain, tenfold)
    )
    assert f"{left['en']} is lowest on the left, {right['en']} on the right" in drawn["en"]
    assert f"左格里 {left['zh']} 在它上面最低，右格里是 {right['zh']}" in drawn["zh"]
    assert "the other 4 have not moved" in drawn["en"]


def test_the_text_alternative_of_the_nets_says_where_they_end():
    falling = torch.linspace(1, 0.4, 7).repeat(5, 1)
    straight = {"sgd": falling, "adagrad": falling / 2, "adam": falling / 4}
    turned = {"sgd": falling, "adagrad": falling, "adam": falling / 4}
    drawn = figures.nets(straight, turned)
    assert "SGD is a single line and ends at 0.400" in drawn.html["en"]
    assert "Adagrad ends at 0.200, turned at 0.400" in drawn.html["en"]
    assert "0.100 和 0.100" in drawn.html["zh"] and "5 个种子" in drawn.plain["zh"]

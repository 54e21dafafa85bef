"""What only the figures on matrices do: signs of a matrix, where K-FAC takes the lead."""

import torch

from dlnotes.sections.optimizers.matrix_curvature import figures
from dlnotes.sections.optimizers.matrix_curvature.experiments import Race

MATRIX = torch.tensor([[2.0, 0.5, 0.3], [0.5, 1.0, 0.0], [0.3, 0.0, 0.7]])


def test_a_matrix_without_negative_entries_has_no_gray_squares():
    drawn = figures.kept(MATRIX, MATRIX, (3,))
    assert "--m-curvature" in drawn.html["en"] and "--m-plain" not in drawn.html["en"]


def test_the_words_say_where_kfac_takes_the_lead():
    marks = torch.arange(0, 601, 20)
    falls = (0.98**marks).repeat(1, 5, 1)
    late = falls * torch.where(marks < 40, 2.0, 0.5)
    curves = {"momentum": falls, "adam": falls, "muon": falls, "kfac": late}
    field = {name: Race(1.0, torch.ones(1), marks, losses) for name, losses in curves.items()}
    drawn = figures.race({"autoencoder": field, "classifier": field})
    assert "passes below the others near 40 and" in drawn.html["en"]

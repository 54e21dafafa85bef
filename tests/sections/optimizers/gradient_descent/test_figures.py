"""The figures of the section draw what they are given, in both languages."""

import pytest
import torch
from matplotlib.figure import Figure

from dlnotes.sections.optimizers.gradient_descent import figures as plots
from dlnotes.sections.optimizers.gradient_descent.experiments import Descent, descend
from dlnotes.training.data.tasks import gradient, least_squares


def test_cost_is_drawn_in_both_languages():
    task = least_squares(40)
    runs = {
        size: descend(
            gradient, task.X, task.y, (0, 0), lr=0.02, batch_size=size, epochs=9, seed=(0, 1)
        )
        for size in (40, 8, 1)
    }
    picture = plots.cost(runs, task.minimum)
    for lang in ("zh", "en"):
        assert picture.html[lang].count("<svg") == 1 and "var(--m-plain" in picture.html[lang]
    assert picture.html["zh"] != picture.html["en"]


def test_every_point_of_a_band_is_a_mean_over_the_steps_before_it():
    distances = torch.rand(3, 2001, generator=torch.Generator().manual_seed(0)).double()
    path = torch.stack([distances, torch.zeros_like(distances)], -1)
    run = Descent(path, torch.arange(2001) * 5)
    read, low, middle, high = plots._band(run, torch.zeros(2))
    marks = (read // 5).tolist()
    assert marks[0] == 1 and marks[-1] == 2000
    for at, (begun, end) in enumerate(zip([0, *marks[:-1]], marks, strict=True)):
        means = sorted(distances[:, begun + 1 : end + 1].mean(-1).tolist())
        assert [low[at], middle[at], high[at]] == pytest.approx(means)


def test_theory_starts_at_the_first_variance_and_halves_with_every_doubling(monkeypatch):
    monkeypatch.setattr(plots, "figure", lambda draw, **words: draw)
    axes = Figure().subplots()
    plots.noise([2, 4, 8, 16], [8.0, 4.1, 1.9, 1.0])(axes, lambda zh, en: en)
    theory, measured = (list(line.get_ydata()) for line in axes.lines)
    assert theory == [8.0, 4.0, 2.0, 1.0] and measured == [8.0, 4.1, 1.9, 1.0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")

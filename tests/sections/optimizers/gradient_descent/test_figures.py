"""What only the figures on batches do: means of many steps, the line of theory, crossings."""

import pytest
import torch
from matplotlib.figure import Figure

from dlnotes.sections.optimizers.gradient_descent import figures
from dlnotes.sections.optimizers.gradient_descent.experiments import Descent


def test_every_point_of_a_band_is_a_mean_over_the_steps_before_it():
    distances = torch.rand(3, 2001, generator=torch.Generator().manual_seed(0)).double()
    path = torch.stack([distances, torch.zeros_like(distances)], -1)
    run = Descent(path, torch.arange(2001) * 5)
    read, averaged = figures._averaged(run, torch.zeros(2))
    marks = (read // 5).tolist()
    assert marks[0] == 1 and marks[-1] == 2000
    for at, (begun, end) in enumerate(zip([0, *marks[:-1]], marks, strict=True)):
        means = distances[:, begun + 1 : end + 1].mean(-1)
        assert averaged[:, at].tolist() == pytest.approx(means.tolist())


def test_theory_starts_at_the_first_variance_and_halves_with_every_doubling(monkeypatch):
    monkeypatch.setattr(figures, "figure", lambda draw, **words: draw)
    axes = Figure().subplots()
    figures.noise([2, 4, 8, 16], [8.0, 4.1, 1.9, 1.0])(axes, lambda zh, en: en)
    theory, measured = (list(line.get_ydata()) for line in axes.lines)
    assert theory == [8.0, 4.0, 2.0, 1.0] and measured == [8.0, 4.1, 1.9, 1.0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_the_words_say_when_the_full_batch_overtakes():
    def run(size, distances):
        path = torch.stack([distances, torch.zeros_like(distances)], -1).expand(3, -1, 2)
        return Descent(path, torch.arange(len(distances)) * size)

    full = torch.cat([torch.ones(5), torch.full((6,), 0.4), torch.full((10,), 0.1)])
    runs = {
        100: run(100, full),
        10: run(10, torch.full((201,), 0.2)),
        1: run(1, torch.full((2001,), 0.5)),
    }
    said = figures.cost(runs, torch.zeros(2)).html
    assert "after 1 epoch they are at 0.50 and 0.20" in said["en"]
    assert "crosses the other two at epochs 5 and 11" in said["en"]
    assert "第 5 轮和第 11 轮穿过另两条" in said["zh"]

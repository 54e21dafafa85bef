"""Marks: a band holds the runs it says, a note stands where it is told, a log axis is one."""

import pytest
import torch
from matplotlib.figure import Figure

from dlnotes.figures.ink import THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold

RUNS = torch.arange(101.0).flip(0)[:, None] * torch.tensor([1.0, 2.0])  # 0 to 100, and twice that


@pytest.fixture
def axes():
    return Figure().subplots()


def edges(axes):
    """Lowest and highest of the filled band at each x."""
    (path,) = axes.collections[0].get_paths()
    at = {x: [y for place, y in path.vertices if place == x] for x in (0.0, 1.0)}
    return [(min(found), max(found)) for found in at.values()]


def test_a_band_spans_all_runs_and_its_line_is_the_median(axes):
    line = band(axes, [0, 1], RUNS, "adam", linestyle="--")
    assert edges(axes) == [(0, 100), (0, 200)]
    assert list(line.get_ydata()) == [50, 100]
    assert (line.get_color(), line.get_linestyle()) == (color("adam"), "--")


def test_a_band_may_leave_out_the_tails(axes):
    band(axes, [0, 1], RUNS, "adam", share=0.95)
    assert edges(axes) == [pytest.approx((2.5, 97.5)), pytest.approx((5, 195))]


def test_a_run_that_diverged_widens_the_band_without_a_gap(axes):
    line = band(axes, [0, 1], torch.tensor([[1.0, torch.inf], [2.0, 2.0], [3.0, 3.0]]), "adam")
    assert list(line.get_ydata()) == [2, 3]


def test_one_run_seen_as_many_is_its_own_median(axes):
    run = torch.tensor([4.0, 3.0, 2.0])
    assert list(band(axes, [0, 1, 2], run.expand(5, 3), "adam").get_ydata()) == [4, 3, 2]


def test_a_note_stands_at_its_point(axes):
    note(axes, "top", (3, 4), "theory", (5, -6), ha="right")
    (words,) = axes.texts
    assert (words.xy, words.xyann, words.get_ha()) == ((3, 4), (5, -6), "right")
    assert words.get_color() == color("theory")


def test_a_threshold_is_a_line_of_theory_with_its_name(axes):
    threshold(axes, 2, "bound", 7, shift=(0, 9))
    (line,) = axes.lines
    assert set(line.get_ydata()) == {2} and line.get_color() == THEORY["color"]
    assert (axes.texts[0].get_text(), axes.texts[0].xy) == ("bound", (7, 2))


def test_a_name_stands_at_the_end_of_its_line_in_its_color(axes):
    (line,) = axes.plot([1, 2, 3], [4, 5, 6], color=color("momentum"))
    label_end(line, "heavy ball")
    label_end(line, "here", at=0)
    assert [words.xy for words in axes.texts] == [(3, 6), (1, 4)]
    assert axes.texts[0].get_color() == color("momentum")


def test_a_log_axis_is_logarithmic_and_named(axes):
    log_axis(axes.xaxis, "step (log)")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert axes.get_xlabel() == "step (log)" and len(axes.xaxis.get_minorticklocs()) == 0

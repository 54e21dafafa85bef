"""The duel of the demo: who wins where, and the same trials in page and Python."""

import pytest
import torch

from dlnotes.sections.hyperparameters.grid_or_random import duel
from dlnotes.sections.hyperparameters.grid_or_random.demo import GridOrRandomDemo

END = GridOrRandomDemo.start | {"now": duel.REDRAWS}


def shown(**changed):
    return GridOrRandomDemo.readouts(**(END | changed))


def test_chance_wins_where_one_knob_matters_and_loses_where_both_do():
    one = [shown(draw=draw)["wins"] for draw in range(4)]
    both = [shown(draw=draw, weight=1)["wins"] for draw in range(4)]
    assert min(one) > 70 and max(both) < 45
    assert GridOrRandomDemo.answer() == "most"


def test_distances_are_those_of_the_formulas():
    one, both = shown(), shown(weight=1)
    assert one["grid_mean"] == pytest.approx(1 / 20, rel=0.2)
    assert one["rival_mean"] == pytest.approx(1 / 52, rel=0.3)
    assert both["grid_mean"] == pytest.approx(0.383 / 5, rel=0.2)
    assert both["rival_mean"] == pytest.approx(1 / 10, rel=0.25)


def test_all_of_a_grid_is_the_grid():
    found = shown(rival="part5", weight=0.4)
    assert (found["wins"], found["ties"], found["distinct"]) == (0, duel.REDRAWS, 5)
    assert 8 <= shown(rival="part10")["distinct"] <= 10


def test_sobols_points_stay_in_the_square():
    for redraw in range(20):
        _, points = duel.drawn("sobol", 0, redraw)
        assert points.min() >= 0 and points.max() < 1


def test_the_band_goes_as_far_as_the_distance():
    distance, weight = (torch.tensor(value, dtype=torch.float64) for value in (0.1, 0.5))
    spot = torch.tensor([[0.0, 1.0]]).double() * duel.reach(distance, weight)
    peak = torch.zeros(2, dtype=torch.float64)
    assert duel.away(spot, peak, weight).item() == pytest.approx(0.1)


@pytest.mark.slow
class TestInBrowser:
    def test_other_places_give_another_count(self, demo):
        demo.answer()
        before = demo.controls()["draw"]
        demo.press("again")
        assert demo.controls()["draw"] == before + 1

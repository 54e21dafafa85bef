"""Points settled before the first trial."""

import itertools
import math

import pytest
import torch
from scipy.stats import qmc

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import chance, from_grid, grid, sobol, trials_for


def test_a_grid_has_every_combination_once():
    found = {tuple(row) for row in grid([3, 1, 2]).tolist()}
    assert found == set(itertools.product((0, 0.5, 1), (0.5,), (0, 1)))


def test_without_ends_no_place_is_farther_than_half_a_part():
    assert grid([5, 1], ends=False).T.tolist() == [[0.1, 0.3, 0.5, 0.7, 0.9], [0.5] * 5]
    places = torch.linspace(0, 1, 1001, dtype=torch.float64)
    for ends, farthest in ((True, 1 / 8), (False, 1 / 10)):
        values = grid([5], ends=ends)[:, 0]
        away = (places[:, None] - values).abs().amin(1).max()
        assert away == pytest.approx(farthest, abs=1e-9)
    drawn = from_grid(3, [4], seeded(0), ends=False)[:, 0].tolist()
    assert set(drawn) <= {0.125, 0.375, 0.625, 0.875}


def test_chance_tells_every_axis_as_many_values_as_trials():
    points = chance(25, 2, seeded(3))
    assert [len(set(axis.tolist())) for axis in points.T] == [25, 25]
    assert [len(set(axis.tolist())) for axis in grid([5, 5]).T] == [5, 5]
    assert torch.equal(points, chance(25, 2, seeded(3)))


def test_a_part_of_a_grid_is_drawn_without_putting_back():
    drawn = {tuple(row) for row in from_grid(25, [5, 5], seeded(1)).tolist()}
    assert drawn == {tuple(row) for row in grid([5, 5]).tolist()}
    few = from_grid(7, [5, 5], seeded(1)).tolist()
    assert len({tuple(row) for row in few}) == 7 and {tuple(row) for row in few} < drawn
    with pytest.raises(ValueError, match="`n` must be"):
        from_grid(26, [5, 5], seeded(1))


def test_sobols_points_fill_every_part_once_and_are_even():
    points = sobol(16, 2, seed=5)
    for axis in points.T:
        assert sorted((axis * 16).long().tolist()) == list(range(16))
    random = [qmc.discrepancy(chance(16, 2, seeded(seed)).numpy()) for seed in range(10)]
    assert qmc.discrepancy(points.numpy()) < min(random)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("wanted", [0.5, 0.95])
def test_trials_until_one_is_good(share, wanted):
    assert trials_for(share, wanted) == math.ceil(math.log(1 - wanted) / math.log(1 - share))


@pytest.mark.parametrize("given", [(0, 0.9), (0.1, 1), (1, 0.9)])
def test_certainty_is_not_to_be_had(given):
    with pytest.raises(ValueError, match="between 0 and 1"):
        trials_for(*given)

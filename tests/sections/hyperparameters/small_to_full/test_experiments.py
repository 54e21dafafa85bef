"""Programs, grids and searches, on small versions of what the page reports."""

import math

import pytest
import torch
from torch.nn import functional as F

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.pipeline import overfit_small_batch
from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.small_to_full import grids, programs, searches
from dlnotes.training.nets.mlp import MLP

SETS = programs.sets_of([0])


def test_the_small_run_is_that_of_the_library():
    losses, floor = programs.small_run(programs.PROGRAMS["sound"], [0])
    few = SETS.X[0, : programs.FEW], SETS.y[0, : programs.FEW]
    seen = overfit_small_batch(MLP(programs.SIZES, seed=0), *few, adam, lr=0.01)
    torch.testing.assert_close(losses[0], seen.losses, rtol=1e-3, atol=1e-5)
    assert floor[0].item() == pytest.approx(seen.floor)


def test_softmax_twice_cannot_get_below_its_floor():
    scores = 100.0 * F.one_hot(torch.arange(10), 10).float().unsqueeze(0)
    lowest = programs.twice(scores, torch.arange(10).unsqueeze(0))
    assert lowest.item() == pytest.approx(math.log(math.e + 9) - 1, abs=1e-5)


def test_softmax_along_the_batch_shares_one_among_images():
    scores = torch.zeros(1, 4, 3)
    assert programs.across(scores, torch.tensor([[0, 1, 2, 0]])).item() == pytest.approx(
        math.log(4)
    )


def test_what_is_broken_is_broken_and_nothing_else():
    shuffled = programs.shuffled(SETS)
    assert torch.equal(shuffled.X, SETS.X) and not torch.equal(shuffled.y, SETS.y)
    assert torch.equal(shuffled.y.sort().values, SETS.y.sort().values)
    noisy = programs.noisy(SETS)
    assert (noisy.y != SETS.y).nonzero()[:, 1].remainder(5).eq(0).all()
    assert (noisy.y != SETS.y).double().mean().item() == pytest.approx(0.2, abs=0.001)
    told = programs.told(SETS)
    assert torch.equal(told.X[..., :10].argmax(-1), SETS.y)
    assert told.fresh[..., :10].abs().max() == 0
    turned = programs.raw(SETS)
    assert torch.equal(turned.fresh.unflatten(-1, (8, 8)).mT.flatten(-2), SETS.fresh)
    assert torch.equal(turned.X, SETS.X)


def test_a_thrown_image_keeps_its_pixels():
    moved = programs.thrown(SETS.X[:, :3], 7)
    assert torch.equal(moved.sort(-1).values, SETS.X[:, :3].sort(-1).values)
    assert not torch.equal(moved, SETS.X[:, :3])


def test_images_run_together_in_the_same_way_for_the_same_batch():
    X = torch.arange(12.0).reshape(1, 3, 4)
    assert programs.mixed(X).flatten().tolist() == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]


def test_a_batch_of_one_leaves_batch_norm_nothing_to_tell():
    program = programs.PROGRAMS["single"]
    params = programs.begun(program, [0])
    one, other = (program.scores(params, SETS.X[:, place : place + 1]) for place in (0, 1))
    torch.testing.assert_close(one, other)


def test_the_setting_that_validation_likes_is_chosen():
    found = torch.tensor(
        [[[0.8, 0.8], [0.9, 0.7], [0.9, 0.9]], [[1.0, 1.0], [0.0, 0.0], [0.5, 0.5]]]
    )
    assert grids.chosen(found) == 2


def test_a_table_is_read_between_its_places():
    grid = torch.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]], dtype=torch.float64)
    points = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.25, 0.5], [0.75, 1.0]], dtype=torch.float64)
    assert searches.between(grid, points).tolist() == [0, 9, 1.5, 6]


def test_a_search_of_a_flat_table_finds_what_it_holds():
    grid = torch.full((2, 3, 4, 2), 0.9, dtype=torch.float64)
    assert searches.searched(grid, 2, 16, searches=3).tolist() == pytest.approx([0.9, 0.9])


def test_the_decoy_has_its_peak_where_it_says():
    peaks = torch.tensor([[0.3, 0.3], [0.85, 0.85]], dtype=torch.float64)
    assert searches.decoy(peaks).tolist() == pytest.approx([-0.8, -1.0], abs=1e-3)
    points = torch.rand(200, 2, generator=seeded(0), dtype=torch.float64)
    assert searches.decoy(points).min() >= -1


def test_classes_as_numbers_are_the_same_classes():
    data, numbers = grids.digits(0, 40, 0.15), grids.as_numbers(0, 40, 0.15)
    assert torch.equal(numbers.y.argmax(-1), data.y) and numbers.y.sum(-1).eq(1).all()
    assert torch.equal(numbers.X, data.X)


def test_uneven_pixels_are_the_same_pixels_in_other_units():
    plain, other = grids.digits(0, grids.ALL, 0.0), grids.uneven(0)
    changing = plain.X.std(0) > 0
    factors = (other.X / plain.X)[:, changing].median(0).values
    assert factors.min() < 0.15 and factors.max() > 6

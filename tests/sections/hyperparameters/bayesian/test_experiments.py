"""The race on the table, and landscapes from a Gaussian process, on small versions."""

import math

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import chance
from dlnotes.hyperparameters.gaussian_process import rbf
from dlnotes.sections.hyperparameters.bayesian import experiments, lands
from dlnotes.sections.hyperparameters.bayesian.experiments import SIDE, Table

BOWL = (torch.arange(SIDE * SIDE) // SIDE - 15) ** 2 + (torch.arange(SIDE * SIDE) % SIDE - 6) ** 2
FOUND = Table(*(BOWL.double().repeat(4, 1) / 400,) * 2)


def test_a_point_of_the_square_is_its_entry_of_the_table():
    points = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], dtype=torch.float64)
    assert experiments.spot(points).tolist() == [0, SIDE - 1, SIDE * SIDE - 1]


@pytest.mark.parametrize("search", ["bayes", "random", "sobol", "spread"])
def test_regret_only_falls_where_there_is_no_noise(search):
    found = experiments.regrets(FOUND, "mean", search, 0)
    assert (found.diff() <= 0).all() and (found >= 0).all()


def test_a_smooth_bowl_is_where_it_wins():
    ours = experiments.raced(FOUND, "mean", "right", range(6))[:, -1].mean()
    random = experiments.raced(FOUND, "mean", "random", range(6))[:, 19].mean()
    assert ours < 0.3 * random


def test_what_one_start_shows_is_one_of_the_four():
    loss = torch.rand(4, SIDE * SIDE, generator=seeded(0), dtype=torch.float64)
    shown, worth = experiments.seen(Table(loss, loss), "one", 3)
    assert (loss == shown).any(0).all()
    torch.testing.assert_close(worth, loss.mean(0))


def test_few_images_give_a_coarse_error():
    error = torch.full((4, SIDE * SIDE), 0.3, dtype=torch.float64)
    shown, worth = experiments.seen(Table(error, error), "few", 0)
    torch.testing.assert_close(20 * shown, (20 * shown).round())
    assert shown.std().item() == pytest.approx(math.sqrt(0.3 * 0.7 / 20), rel=0.15)
    assert (worth == worth[0]).all()


def test_landscapes_have_the_kernel_they_are_drawn_from():
    points = chance(6, 2, seeded(5))
    drawn = torch.stack([lands.landscape(2, 0.5, seed, 60)(points) for seed in range(1500)])
    torch.testing.assert_close(
        drawn.T @ drawn / len(drawn), rbf(points, points, 0.5), atol=0.12, rtol=0
    )


def test_a_grid_finds_the_bottom_where_its_lines_meet_there():
    wide, narrow = experiments.grids(FOUND).tolist()
    assert wide > 0.01 and narrow == 0

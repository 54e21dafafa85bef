"""A seed that cannot be one is named, wherever it is handed over."""

import pytest
import torch

from dlnotes.core.seeds import MOST, seeded
from dlnotes.learning_rates.trainability import start
from dlnotes.optimizers.kfac import KFAC
from dlnotes.sections.optimizers.gradient_descent.experiments import batches as dealt
from dlnotes.training.data import batches, datasets, tasks
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.surfaces import slices, spectrum

PARAMS = {"w": torch.ones(2, 2)}
TAKERS = {
    "seeded": seeded,
    "rows": lambda seed: batches.rows(4, 2, 1, seed),
    "MLP": lambda seed: MLP((2, 2), seed=seed),
    "moons": lambda seed: datasets.moons(4, seed=seed),
    "curve": lambda seed: datasets.curve(4, seed=seed),
    "digits": lambda seed: datasets.digits(seed=seed),
    "separable": lambda seed: datasets.separable(4, seed=seed),
    "least_squares": lambda seed: tasks.least_squares(4, seed=seed),
    "random_direction": lambda seed: slices.random_direction(PARAMS, seed=seed),
    "sharpness": lambda seed: spectrum.sharpness(lambda p: p["w"].sum(), PARAMS, seed=seed),
    "batches": lambda seed: list(dealt(4, 2, seed=[0, seed])),
    "trainability": lambda seed: start(seed, hidden=2, examples=2),
    "KFAC": lambda seed: KFAC(MLP((2, 2)), seed=seed),
}


@pytest.mark.parametrize("taker", TAKERS)
def test_a_seed_is_a_whole_number(taker):
    for wrong in (1.5, "0", None, True):
        with pytest.raises(TypeError, match=r"^`seed` must be a whole number, got "):
            TAKERS[taker](wrong)


@pytest.mark.parametrize("taker", TAKERS)
def test_a_seed_is_neither_negative_nor_too_large(taker):
    TAKERS[taker](MOST)
    for wrong, rule in ((-1, "at least 0, got -1"), (2**70, f"at most {MOST}, got {2**70}")):
        with pytest.raises(ValueError, match=rf"^`seed` must be {rule}\.$"):
            TAKERS[taker](wrong)

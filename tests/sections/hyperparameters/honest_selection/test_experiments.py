"""Choices, leaks and guessers, on small versions of what the page reports."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.selection import answers_error, expected_largest
from dlnotes.sections.hyperparameters.honest_selection import experiments


def test_equal_nets_are_chosen_by_luck_alone():
    hits = torch.rand(64, 1000, generator=seeded(0)) < 0.8
    score, fresh, _ = experiments.chosen(hits, 0).unbind(1)
    spread = torch.tensor([answers_error(0.8, n) for n in experiments.QUESTIONS]).double()
    # what is left of 1000 images is short of the luck that the others had
    expected = expected_largest(64) * spread
    torch.testing.assert_close(score[1:4] - 0.8, expected[1:4], rtol=0.2, atol=0.01)
    assert (fresh < 0.81).all()


def test_a_net_that_is_best_everywhere_is_chosen_and_borrows_nothing():
    hits = torch.zeros(5, 1000, dtype=torch.bool)
    hits[3] = True
    assert experiments.chosen(hits, 0).tolist() == [[1, 1, 1]] * len(experiments.QUESTIONS)


def test_the_features_that_go_with_the_labels_are_found():
    y = torch.arange(30) % 2
    X = torch.randn(30, 8, generator=seeded(1), dtype=torch.float64)
    X[:, 5] += 4 * y
    assert experiments.correlated(X, y, 1).tolist() == [5]
    assert (experiments.nearest_mean(X[:, 5:6], y, X[:, 5:6]) == y).double().mean() > 0.9


@pytest.mark.parametrize(("inside", "low", "high"), [(False, 0.8, 1.0), (True, 0.3, 0.7)])
def test_the_leak_is_in_the_choice(inside, low, high):
    found = sum(experiments.leak(inside, seed) for seed in range(4)) / 4
    assert low < found < high


def test_one_guesser_has_half():
    assert experiments.guessers(1, 100) == pytest.approx(0.5, abs=0.005)

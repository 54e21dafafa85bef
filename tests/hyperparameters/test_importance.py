"""Shares of variance: by hand, against the full grid, and what chance adds."""

from itertools import permutations

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters import importance
from dlnotes.training.importance import explained

D = torch.float64


def test_the_raw_share_on_a_full_grid_is_the_main_effect_of_the_grid():
    table = torch.randn(4, 3, 2, generator=seeded(0), dtype=D)
    places = torch.cartesian_prod(*(torch.arange(n) for n in table.shape))
    for axis in range(3):
        found = importance.raw_share(places[:, axis], table.flatten())
        assert found == pytest.approx(explained(table, axis))


def test_what_chance_adds_is_exact():
    scores = torch.tensor([0.3, 1.0, 4.0, -2.0, 0.5, 0.9], dtype=D)
    notches = torch.tensor([0, 0, 0, 1, 1, 2])
    every = [importance.raw_share(notches, scores[list(p)]) for p in permutations(range(6))]
    assert sum(every) / len(every) == pytest.approx(importance.by_chance(3, 6))
    corrected = [importance.share(notches, scores[list(p)]) for p in permutations(range(6))]
    assert sum(corrected) / len(corrected) == pytest.approx(0, abs=1e-12)


def test_what_explains_all_has_the_share_one():
    notches = torch.arange(12) % 4
    assert importance.share(notches, notches.double().square()) == pytest.approx(1)


def test_sums_have_no_share_together_and_products_do():
    points = torch.randint(3, (2000, 2), generator=seeded(1))
    one, other = points.T
    centered = points.double() - 1
    added, times = centered.sum(1), centered.prod(1)
    assert importance.together(one, other, added) == pytest.approx(0, abs=0.05)
    assert importance.share(one, times) == pytest.approx(0, abs=0.05)
    assert importance.together(one, other, times) == pytest.approx(1, abs=0.05)


def test_the_largest_comes_first():
    points = torch.randint(4, (300, 2), generator=seeded(2))
    found = importance.shares(
        {"weak": points[:, 0], "strong": points[:, 1]}, points.float() @ torch.tensor([0.2, 1.0])
    )
    assert list(found) == ["strong", "weak"]


def test_a_notch_that_was_never_tried_does_not_count():
    scores = torch.tensor([1.0, 2.0, 4.0])
    gap, dense = torch.tensor([0, 5, 5]), torch.tensor([0, 1, 1])
    assert importance.share(gap, scores) == importance.share(dense, scores)


@pytest.mark.parametrize(
    ("notches", "scores", "error", "message"),
    [
        ([0, 1], [1.0, 2.0, 3.0], ValueError, "one number a trial"),
        ([0.0, 1.0], [1.0, 2.0], TypeError, "whole numbers"),
        ([0, 1], [1.0, float("nan")], ValueError, "finite"),
        ([0, 1], [1.0, 1.0], ValueError, "alike"),
    ],
)
def test_what_cannot_be_measured_is_refused(notches, scores, error, message):
    with pytest.raises(error, match=message):
        importance.raw_share(torch.tensor(notches), torch.tensor(scores))


def test_as_many_notches_as_trials_leave_nothing_to_compare():
    with pytest.raises(ValueError, match="fewer than the trials"):
        importance.share(torch.arange(3), torch.tensor([1.0, 2.0, 4.0]))

"""Few digits with wrong labels: nested, apart from those held out, and wrong as often as said."""

import pytest
import torch

from dlnotes.training.data.mislabeled import CHOOSE, MOST, REPORT, few_digits, mislabeled


def test_more_data_begin_with_the_same_data():
    small, large, clean = few_digits(3), few_digits(3, MOST), few_digits(3, wrong=0)
    assert torch.equal(large.y[:150], small.y)
    assert int((small.y != clean.y).sum()) == 22
    assert torch.equal(small.X, clean.X) and torch.equal(small.y_test, clean.y_test)
    assert len(small.X_test) == CHOOSE + REPORT


def test_no_image_is_learned_from_and_held_out():
    data = few_digits(0, MOST, wrong=0, dtype=torch.float64)
    rows = torch.cat([data.X, data.X_test])
    assert len(rows) == 1797
    assert len(torch.unique(rows, dim=0)) >= 1797 - 5  # the set itself may hold a few twins


def test_pixels_are_standardized_over_what_is_learned_from():
    data = few_digits(1, dtype=torch.float64)
    changing = data.X.std(0) > 0
    torch.testing.assert_close(data.X.mean(0), torch.zeros(64, dtype=torch.float64))
    spread = data.X.std(0, correction=0)[changing]
    torch.testing.assert_close(spread, torch.ones_like(spread))


@pytest.mark.parametrize("count", [1, 20, 150, 797])
def test_every_beginning_has_its_part_of_wrong_labels(count):
    y = torch.arange(797) % 10
    moved = mislabeled(y, 0.15, seed=2)[:count] != y[:count]
    assert int(moved.sum()) == int(count * 0.15 + 1e-9)


@pytest.mark.parametrize("setting", [{"examples": 798}, {"wrong": 1.0}, {"wrong": -0.1}])
def test_it_refuses_what_there_is_not(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        few_digits(**setting)

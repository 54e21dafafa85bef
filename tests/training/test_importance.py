"""How much one axis of a grid explains: sums with known shares, and what is refused."""

import pytest
import torch

from dlnotes.training.importance import explained

ROWS, COLUMNS = torch.tensor([0.0, 3.0, 6.0]), torch.tensor([0.0, 1.0])


def test_shares_of_a_sum_add_up_to_one():
    scores = ROWS[:, None] + COLUMNS
    shares = [explained(scores, axis) for axis in (0, 1)]
    parts = ROWS.var(correction=0), COLUMNS.var(correction=0)
    assert shares == pytest.approx([part.item() / sum(parts).item() for part in parts])


def test_what_two_do_only_together_counts_for_neither():
    scores = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    assert explained(scores, 0) == explained(scores, 1) == 0


def test_a_wider_range_explains_more():
    wide = torch.tensor([0.0, 10.0])[:, None] + COLUMNS
    assert explained(wide, 0) > explained(ROWS[:2, None] + COLUMNS, 0)


def test_axes_count_from_the_end_too():
    scores = (ROWS[:, None] + COLUMNS).unsqueeze(0)
    assert explained(scores, -1) == explained(scores, 2) and explained(scores, 0) == 0


def test_a_single_axis_explains_all():
    assert explained(ROWS, 0) == 1


@pytest.mark.parametrize(
    ("scores", "axis", "words"),
    [
        (ROWS, 1, "`axis` must be one of 1 axes, got 1"),
        (torch.tensor([1.0, float("nan")]), 0, "`scores` must be finite"),
        (torch.ones(2, 2), 0, "`scores` must not be all alike"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(scores, axis, words):
    with pytest.raises(ValueError, match=words):
        explained(scores, axis)

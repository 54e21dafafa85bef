"""Early stopping: when it stops, what it keeps."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlnotes.regularization.early_stopping import EarlyStopping

LOSSES = [0.9, 0.7, 0.8, 0.75, 0.6, 0.65, 0.62, 0.61, 0.5]


def followed(losses, **how):
    stopping = EarlyStopping(**how)
    for i, loss in enumerate(losses):
        if stopping.look(loss, {"w": torch.tensor(float(i))}):
            break
    return stopping


@pytest.mark.parametrize(
    ("patience", "best_look", "looks"), [(1, 1, 3), (2, 1, 4), (3, 4, 8), (4, 8, 9), (20, 8, 9)]
)
def test_by_hand(patience, best_look, looks):
    stopping = followed(LOSSES, patience=patience)
    assert (stopping.best_look, stopping.looks) == (best_look, looks)
    assert stopping.best == LOSSES[best_look] and stopping.params["w"] == best_look


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(1, 6))
def test_the_best_is_the_first_lowest_of_what_was_seen(losses, patience):
    stopping = followed(losses, patience=patience)
    seen = losses[: stopping.looks]
    assert stopping.best == min(seen) and stopping.best_look == seen.index(min(seen))
    waited = stopping.looks - 1 - stopping.best_look
    assert waited == patience if stopping.over else waited < patience


def test_a_copy_is_kept_and_not_the_parameter_that_moves_on():
    stopping, param = EarlyStopping(patience=2), torch.zeros(2)
    stopping.look(0.5, {"w": param})
    param += 1
    stopping.look(0.6, {"w": param})
    assert stopping.params["w"].tolist() == [0, 0]


def test_without_restoring_the_last_are_kept():
    stopping = followed(LOSSES, patience=2, restore_best=False)
    assert stopping.best_look == 1 and stopping.params["w"] == 3


def test_after_the_end_nothing_changes():
    stopping = followed(LOSSES, patience=2)
    assert stopping.look(0.0, {"w": torch.tensor(9.0)})
    assert stopping.best == 0.7 and stopping.params["w"] == 1


def test_a_little_better_does_not_count_within_the_tolerance():
    assert followed([1.0, 0.95, 0.9], patience=2, tolerance=0.2).best == 1.0
    assert followed([1.0, 0.95, 0.9], patience=2, tolerance=0.06).best == 0.9


def test_nan_is_never_better():
    assert followed([math.nan, math.nan, 0.1], patience=2).best == math.inf
    assert followed([0.5, math.nan, 0.4], patience=2).best == 0.4


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="`patience` must be at least 1"):
        EarlyStopping(0)
    with pytest.raises(ValueError, match="`tolerance` must be at least 0"):
        EarlyStopping(1, tolerance=-0.1)

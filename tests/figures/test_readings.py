"""Numbers read off a curve: the first place, the last turn, and NaN where there is none."""

import math

import torch

from dlnotes.figures.readings import first, since

LOSS = torch.tensor([0.9, 0.4, 0.6, 0.3])
STEPS = torch.tensor([10, 20, 30, 40])


def test_first_is_the_first_time_and_since_the_last():
    assert (first(LOSS < 0.5), since(LOSS < 0.5)) == (1, 3)
    assert (first(LOSS < 0.5, STEPS), since(LOSS < 0.5, STEPS)) == (20, 40)


def test_what_always_holds_begins_at_the_start():
    assert (first(LOSS < 1, STEPS), since(LOSS < 1, STEPS)) == (10, 10)


def test_what_does_not_hold_is_no_number():
    assert math.isnan(first(LOSS < 0)) and math.isnan(since(LOSS > 0.5))

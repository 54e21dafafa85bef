"""Halvings: who stays, what it costs, and Hyperband's brackets."""

import math

import pytest
import torch

from dlnotes.hyperparameters.halving import Bracket, brackets, spent, successive_halving


def ranked(who, budget):
    return who.double() + 1 / budget


def test_a_third_goes_on_with_three_times_the_budget():
    rounds = successive_halving(ranked, 27, low=1, high=27)
    assert [(one.budget, len(one.settings)) for one in rounds] == [(1, 27), (3, 9), (9, 3), (27, 1)]
    assert rounds[-1].settings.tolist() == [0]
    assert spent(rounds) == 27 * 1 + 9 * 2 + 3 * 6 + 1 * 18


def test_what_is_late_is_lost():
    late = torch.tensor([3.0, 2.0, 1.0, 9.0])  # the last is best in the end

    def measure(who, budget):
        return torch.where(who == 3, 9 - 8.5 * (budget >= 4), late[who])

    rounds = successive_halving(measure, 4, low=1, high=4, factor=2)
    assert rounds[-1].settings.tolist() == [2]


def test_a_run_that_diverged_is_worst():
    losses = torch.tensor([math.nan, 5.0, math.inf, 4.0])
    rounds = successive_halving(lambda who, budget: losses[who], 4, low=1, high=2, factor=2)
    assert rounds[-1].settings.tolist() == [3, 1]


def test_no_round_is_above_the_largest_budget():
    rounds = successive_halving(ranked, 100, low=1, high=8)
    assert [one.budget for one in rounds] == [1, 3]


def test_brackets_are_those_of_the_paper():
    """Its Algorithm 1 with R = 81 and η = 3: ⌈5/(s + 1) · 3ˢ⌉."""
    found = brackets(81)
    assert found == [Bracket(81, 1), Bracket(34, 3), Bracket(15, 9), Bracket(8, 27), Bracket(5, 81)]


@pytest.mark.parametrize("wrong", [{"low": 0}, {"high": 0.5}, {"factor": 1}, {"settings": 0}])
def test_what_makes_no_sense(wrong):
    given = {"settings": 9, "low": 1, "high": 9, "factor": 3} | wrong
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        successive_halving(ranked, given.pop("settings"), **given)

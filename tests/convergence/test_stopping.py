"""The three referees against their definitions, written with NumPy."""

import math

import numpy as np
import pytest

from dlnotes.convergence.stopping import (
    first_step,
    has_stopped_improving,
    is_converged,
    oscillation_score,
)
from dlnotes.learning_rates import plateau


@pytest.mark.parametrize("seed", range(20))
def test_converged_is_a_small_spread_of_the_last_losses(seed):
    source = np.random.default_rng(seed)
    losses = list(1 + 0.01 * source.standard_normal(30))
    for window, tol in ((2, 0.005), (5, 0.02), (10, 0.03), (30, 0.04)):
        last = np.array(losses[-window:])
        assert is_converged(losses, window, tol) == (np.ptp(last) <= tol * abs(last.mean()))


def test_converged_does_not_hang_on_the_unit_or_on_what_was_long_ago():
    losses = [9.0, 1.0, 1.004, 1.002]
    assert is_converged(losses, 3, 0.005) and not is_converged(losses, 4, 0.005)
    assert is_converged([1000 * loss for loss in losses], 3, 0.005)
    assert not is_converged([1.0, 1.0], 3, 0.1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_run_that_is_lost_has_not_converged(bad):
    assert not is_converged([1.0, 1.0, bad], 2, 0.5)
    assert not is_converged([bad, bad, bad], 2, 0.5)


@pytest.mark.parametrize("seed", range(10))
def test_patience_is_that_of_the_plateau_schedule(seed):
    """A schedule that cuts at the first look beyond `patience` bad ones: one later than ours."""
    losses = list(np.random.default_rng(seed).random(60))
    state, cut = plateau.init(1.0), math.inf
    for t, loss in enumerate(losses):
        state = plateau.update(loss, state, patience=6, threshold=0.0)
        cut = min(cut, t if state.lr < 1 else math.inf)
    assert first_step(lambda seen: has_stopped_improving(seen, 7), losses) == cut


def test_a_nan_is_no_improvement_and_nothing_has_not_stopped():
    assert has_stopped_improving([1.0, math.nan, math.nan], 2)
    assert not has_stopped_improving([math.nan, 1.0], 1)
    assert not has_stopped_improving([], 1)


def test_first_step_sees_the_past_only():
    seen = []
    assert first_step(lambda values: seen.append(len(values)), [1, 2, 3]) == math.inf
    assert seen == [1, 2, 3]


def test_independent_losses_turn_at_two_in_three():
    losses = np.random.default_rng(0).random(30_000).tolist()
    assert oscillation_score(losses) == pytest.approx(2 / 3, abs=0.01)
    assert oscillation_score(sorted(losses)) == 0
    assert oscillation_score([(-1) ** t for t in range(9)]) == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: is_converged([1.0], 1, 0.1), "`window` must be at least 2, got 1"),
        (lambda: is_converged([1.0], 2, -0.1), "`tol` must be at least 0, got -0.1"),
        (lambda: has_stopped_improving([1.0], 0), "`patience` must be at least 1, got 0"),
        (lambda: oscillation_score([1.0, 2.0]), "must be at least 3, got 2"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()

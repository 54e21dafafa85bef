"""What the page measures: schedules with a climb, who lives, and the net of two weights."""

import pytest
import torch

from dlnotes.sections.learning_rates.warmup import experiments as it
from dlnotes.sections.learning_rates.warmup import nets


@pytest.mark.parametrize("after", nets.AFTER)
@pytest.mark.parametrize("length", it.LENGTHS)
def test_a_climb_begins_above_0_and_gets_to_its_peak(length, after):
    rates = nets.climbing(length, after)
    assert len(rates) == nets.STEPS and rates.max().item() == 1 and rates.min() >= 0
    assert rates[0].item() == pytest.approx(1 / max(length, 1))
    assert (rates[:length].diff() > 0).all() and (rates[length:].diff() <= 0).all()


def test_after_the_hold_comes_what_follows_the_climb():
    low, climbed = nets.held(200, 0.02, 0.3), 0.3 * nets.climbing(200)
    assert (low[:200] == 0.02).all() and torch.equal(low[200:], climbed[200:])


def test_a_plateau_climbs_stays_and_comes_down():
    rates = nets.plateau(200, 200)
    assert rates[199].item() == 1 and (rates[199:800] == 1).all()
    assert (rates[800:].diff() < 0).all() and 0 < rates[-1].item() < 0.01


def test_no_example_is_read_twice():
    assert len(nets.fresh().X) == nets.BATCH * nets.STEPS


def test_who_lives_ends_below_half_of_guessing():
    level = nets.guessing() / 2
    ends = nets.Ends(torch.zeros(2, 20), torch.tensor([[0.9], [1.1]]) * level, torch.empty(0))
    assert it.lives(ends).tolist() == [[True], [False]]


def test_the_highest_peak_is_the_last_before_the_first_death():
    test = torch.zeros(4, 20)
    test[2, 7] = torch.inf  # one seed dies, and lives again further up
    assert it.highest(nets.Ends(test, test, test), (1.0, 2.0, 3.0, 4.0)) == 2.0


def test_sharpness_is_that_of_the_run_that_was_trained():
    """Without a step: the largest eigenvalue that power iteration finds elsewhere."""
    from torch.func import functional_call

    from dlnotes.training.nets.losses import mean_squared_error
    from dlnotes.training.surfaces.spectrum import sharpness

    net, data = nets.student("he", seed=10), nets.fresh()
    X, y = data.X_test[: nets.LOOKED], data.y_test[: nets.LOOKED]
    params = {name: value.detach() for name, value in net.named_parameters()}
    true = sharpness(lambda p: mean_squared_error(functional_call(net, p, (X,)), y), params)
    assert it.sharpness("climb")[0, 0].item() == pytest.approx(true.item(), rel=0.02)

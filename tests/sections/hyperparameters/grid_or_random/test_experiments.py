"""Searches on peaks and tables whose best place is known."""

import math

import pytest
import torch

from dlnotes.sections.hyperparameters.grid_or_random import experiments, searches

RATE = torch.tensor(experiments.RATES, dtype=torch.float64)
DECAY = torch.tensor(experiments.DECAYS, dtype=torch.float64)


def hill(width=1.0, seeds=2):
    """Best at a rate of 10^-1 and a decay of 10^-1; the decay matters above 10^-3 only."""
    decay = DECAY.clamp(min=-3)
    far = (RATE[:, None] + 1) ** 2 + (decay[None, :] + 1) ** 2
    return (-far / (2 * width**2)).exp().expand(seeds, -1, -1).contiguous()


def test_between_two_entries_it_is_linear_and_beyond_the_edge_flat():
    table = (2 * RATE[:, None] + 3 * DECAY[None, :]).expand(2, -1, -1).contiguous()
    rate, decay = (
        torch.tensor([[-1.1, 0.37], [9.0, -9.0]]),
        torch.tensor([[-6.2, 0.2], [0.0, -5.0]]),
    )
    found = experiments.looked_up(table, rate.double(), decay.double())
    wanted = 2 * rate.double().clamp(-3, 1) + 3 * decay.double()
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("weak", [True, False])
def test_no_search_beats_the_best_and_all_of_a_grid_is_the_grid(weak):
    found = {kind: experiments.short(kind, weak, hill()) for kind in (*searches.KINDS, "hand")}
    assert all(lost.min() > -1e-9 for lost in found.values())
    torch.testing.assert_close(found["part5"], found["grid"])


def test_where_the_decay_is_weak_chance_is_nearer():
    weak, strong = (
        {kind: experiments.short(kind, weak, hill(0.3)).mean() for kind in ("grid", "random")}
        for weak in (True, False)
    )
    assert weak["random"] < weak["grid"] and strong["grid"] < strong["random"]


def test_even_steps_find_a_best_rate_near_the_top_of_the_range_only():
    (linear, at), (log, _) = (experiments.nine(scale, hill()) for scale in ("linear", "log"))
    assert linear[at > 0.75].mean() < log[at > 0.75].mean()
    assert linear[at < 0.5].mean() > 5 * log[at < 0.5].mean()


def test_a_wider_range_has_worse_places_among_its_best():
    narrow, wide = (experiments.among_the_best(d, table=hill()).mean() for d in (2, 6))
    assert 0 < narrow < wide


def test_by_hand_is_at_home_on_a_straight_ridge_only():
    straight, tilted = (
        searches.best_of("hand", searches.peak((0.05, 0.2), tilted=turned, times=300), 300).mean()
        for turned in (False, True)
    )
    assert straight > 0.8 and tilted < 0.6


def test_by_hand_keeps_the_best_it_has_seen():
    score = searches.peak((0.1, math.inf), times=50)
    found = searches.best_of("hand", score, 50)
    first = torch.full((50, 9, 2), 0.5, dtype=torch.float64)
    first[..., 0] = (torch.arange(9).double() + 0.5) / 9
    assert (found >= score(first).amax(-1) - 1e-9).all()


def test_a_grid_hits_what_is_wider_than_its_pitch():
    assert searches.hit(4, 3, 2, times=500)[0] == 1
    grid, chance = searches.hit(2, 6, 2, times=2000)
    # a box of 0.3 inside holds 1/4 or 3/4, whichever of them, for 5/7 of its places
    assert grid == pytest.approx((5 / 7) ** 2, abs=0.04) and chance > 0.98

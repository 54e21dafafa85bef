"""Searches that learn on the way: they find a valley, repeat themselves, and stay inside."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.acquisition import lower_bound
from dlnotes.hyperparameters.bayesian import bayesian_search, believed, proposed
from dlnotes.hyperparameters.designs import chance
from dlnotes.hyperparameters.heuristics import Tried, annealed, evolved, reflected

CENTER = torch.tensor([0.3, 0.8], dtype=torch.float64)


def valley(points):
    return ((points - CENTER) ** 2).sum(1)


def bayes(objective, d, trials, generator):
    return bayesian_search(objective, chance(400, d, generator), trials)


SEARCHES = [annealed, evolved, bayes]


@pytest.mark.parametrize("search", SEARCHES)
def test_it_finds_a_valley_sooner_than_chance(search):
    ours = [search(valley, 2, 40, seeded(seed)).best_so_far[-1] for seed in range(8)]
    random = [valley(chance(40, 2, seeded(seed))).min() for seed in range(8)]
    assert torch.stack(ours).median() < 0.5 * torch.stack(random).median()


@pytest.mark.parametrize("search", SEARCHES)
def test_the_same_seed_gives_the_same_trials(search):
    one, two = (search(valley, 2, 12, seeded(4)) for _ in range(2))
    assert torch.equal(one.points, two.points) and torch.equal(one.losses, valley(one.points))
    assert len(one.losses) == 12
    assert ((one.points >= 0) & (one.points <= 1)).all()


@pytest.mark.parametrize("search", SEARCHES)
def test_what_diverges_is_kept_and_never_best(search):
    def half(points):
        return torch.where(points[:, 0] > 0.5, torch.nan, valley(points))

    best = search(half, 2, 20, seeded(0)).best_so_far
    assert best[-1].isfinite() and (best.diff()[best[:-1].isfinite()] <= 0).all()


def test_a_walk_in_the_cold_only_goes_down_and_in_the_heat_anywhere():
    cold = annealed(valley, 2, 60, seeded(1), hot=1e-9, cold=1e-9).best_so_far
    hot = annealed(valley, 2, 60, seeded(1), hot=1e9, cold=1e9)
    walk = (hot.points[1:] - hot.points[:-1]).norm(dim=1)
    assert cold[-1] < 0.01
    assert walk.median() < 0.4  # every place is taken, so every step begins at the last one


def test_the_oldest_go_even_if_they_were_the_best():
    living = 4
    ages = iter(range(100))

    def worse(points):
        return torch.tensor([float(next(ages)) for _ in points])

    found = evolved(worse, 1, 20, seeded(0), population=living, drawn=living, reach=0.0)
    # with no reach a child stands where its parent stands: the oldest that is alive
    assert torch.equal(found.points[living:], found.points[:-living])


def test_a_batch_is_chosen_as_if_its_guesses_had_come_true():
    candidates, setting = chance(60, 2, seeded(0)), {"length": 0.3, "noise": 0.05}
    found = bayesian_search(valley, candidates, 7, together=3, **setting)
    points, losses = candidates[:4], valley(candidates[:4])
    for _ in range(3):
        left = candidates[4:][~(candidates[4:, None] == points).all(2).any(1)]
        point = left[[proposed(Tried(points, losses), left, **setting)]]
        guess = believed(Tried(points, losses), point, **setting).mean
        points, losses = torch.cat([points, point]), torch.cat([losses, guess])
    assert torch.equal(found.points, points) and torch.equal(found.losses, valley(points))


def test_no_candidate_is_tried_twice():
    for together in (1, 5):
        found = bayesian_search(valley, chance(40, 2, seeded(0)), 30, together=together)
        assert len({tuple(row) for row in found.points.tolist()}) == len(found.losses) == 30


def test_hope_goes_where_nothing_is_known():
    tried = Tried(
        torch.tensor([[0.1], [0.2]], dtype=torch.float64), torch.tensor([0.5, 0.4]).double()
    )
    places = torch.tensor([[0.19], [0.9]], dtype=torch.float64)
    assert proposed(tried, places, acquisition=lambda b, _: lower_bound(b, 3), length=0.2) == 1
    assert proposed(tried, places, acquisition=lambda b, _: -b.mean, length=0.2) == 0


def test_beliefs_are_in_the_units_of_the_losses():
    points = chance(15, 2, seeded(3))
    one = believed(Tried(points, valley(points)), points[:3], length=0.4)
    two = believed(Tried(points, 100 * valley(points) + 7), points[:3], length=0.4)
    torch.testing.assert_close(two.mean, 100 * one.mean + 7)
    torch.testing.assert_close(two.std, 100 * one.std)


def test_nothing_but_divergence_is_said():
    tried = Tried(chance(3, 2, seeded(0)), torch.full((3,), torch.nan))
    with pytest.raises(ValueError, match="widen the space"):
        believed(tried, tried.points)


def test_folding_back():
    points = 10 * torch.randn(100, generator=seeded(0), dtype=torch.float64)
    folded = reflected(points)
    assert ((folded >= 0) & (folded <= 1)).all()
    inside = torch.rand(10, generator=seeded(1))
    assert torch.equal(reflected(inside), inside)


@pytest.mark.parametrize("wrong", [{"first": 1}, {"together": 0}, {"trials": 400}])
def test_what_makes_no_sense(wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        bayesian_search(valley, chance(40, 2, seeded(0)), **({"trials": 9} | wrong))

"""What choosing does to a score, against numbers drawn, and parts that share nothing."""

import math

import pytest
import torch
from sklearn.model_selection import KFold

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.selection import (
    answers_error,
    expected_largest,
    folds,
    largest_bound,
    paired_error,
    split,
    winners,
)

DOUBLE = torch.float64


def test_the_largest_of_few_is_known_exactly():
    known = {1: 0, 2: 1 / math.sqrt(math.pi), 3: 1.5 / math.sqrt(math.pi)}
    assert {count: expected_largest(count) for count in known} == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize("count", [2, 10, 100, 3000])
def test_the_largest_of_many_is_what_is_drawn_and_below_its_bound(count):
    drawn = torch.randn(4000, count, generator=seeded(0), dtype=DOUBLE).amax(1)
    assert expected_largest(count) == pytest.approx(drawn.mean().item(), abs=0.04)
    assert expected_largest(count) < largest_bound(count)


@pytest.mark.parametrize(("noise", "spread"), [(0.05, 0.0), (0.05, 0.05), (0.02, 0.1)])
def test_the_winner_is_worth_less_than_its_score(noise, spread):
    worth = spread * torch.randn(20_000, 40, generator=seeded(1), dtype=DOUBLE)
    score = worth + noise * torch.randn(worth.shape, generator=seeded(2), dtype=DOUBLE)
    best, who = score.max(1)
    found = winners(40, noise=noise, spread=spread)
    assert found.score == pytest.approx(best.mean().item(), rel=0.01)
    fresh = worth.gather(1, who.unsqueeze(1)).mean().item()
    assert found.fresh == pytest.approx(fresh, rel=0.02, abs=1e-12)


def test_one_candidate_was_not_chosen():
    assert winners(1, noise=0.3, spread=0.2) == pytest.approx((0, 0), abs=1e-9)
    assert winners(9, noise=0.0) == (0, 0)


def test_a_share_of_answers_sways():
    drawn = (torch.rand(4000, 50, generator=seeded(3)) < 0.8).double().mean(1)
    assert answers_error(0.8, 50) == pytest.approx(drawn.std().item(), rel=0.05)
    with pytest.raises(ValueError, match="`score` must be"):
        answers_error(1.2, 50)


def test_parts_share_no_row():
    parts = split(100, [60, 20, 15], seeded(0))
    rows = torch.cat(parts).tolist()
    assert [len(part) for part in parts] == [60, 20, 15]
    assert len(set(rows)) == 95 and set(rows) < set(range(100))
    with pytest.raises(ValueError, match="`examples` must be"):
        split(10, [6, 5], seeded(0))


@pytest.mark.parametrize(("examples", "count"), [(10, 2), (23, 5), (7, 7)])
def test_folds_hold_every_row_out_once(examples, count):
    found = folds(examples, count, seeded(4))
    theirs = [len(held) for _, held in KFold(count).split(range(examples))]
    assert [len(held) for _, held in found] == theirs
    assert sorted(torch.cat([held for _, held in found]).tolist()) == list(range(examples))
    for learned, held in found:
        assert sorted([*learned.tolist(), *held.tolist()]) == list(range(examples))


def test_only_questions_on_which_they_differ_count():
    one = torch.tensor([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], dtype=torch.bool)
    other = torch.tensor([1, 1, 0, 1, 0, 1, 1, 0, 0, 1], dtype=torch.bool)
    b, c, n = 3, 1, 10
    assert paired_error(one, other) == pytest.approx(
        ((b - c) / n, math.sqrt(b + c - (b - c) ** 2 / n) / n)
    )
    assert paired_error(one, one) == (0, 0)
    with pytest.raises(ValueError, match="the same questions"):
        paired_error(one, other[:4])

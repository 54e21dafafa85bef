"""Searches replayed in tables, on small ones of which the answer is known."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.designs import grid
from dlnotes.sections.hyperparameters.halving import nets, searches
from dlnotes.sections.hyperparameters.halving.nets import COUNTS, RUNGS, STEPS, Table

SETTINGS = COUNTS[0] * COUNTS[1]


def made_up(order):
    """Two seeds of errors that keep their order at every rung, or reverse it before the end."""
    end = torch.rand(2, SETTINGS, generator=seeded(0), dtype=torch.float64)
    early = end if order == "kept" else 1 - end
    return Table(torch.stack([*(early for _ in RUNGS[:-1]), end], 1), end)


def test_where_the_order_holds_halving_finds_the_best_of_27():
    found = searches.redrawn(made_up("kept"), redraws=20)
    torch.testing.assert_close(found.halved, found.all)
    assert found.kept.tolist() == found.early.tolist() == [1, 1]
    assert (found.four <= found.halved).all() and (found.three > 3 * found.halved).all()


def test_where_it_is_reversed_halving_finds_the_worst():
    found = searches.redrawn(made_up("reversed"), redraws=20)
    assert (found.halved > 0.9).all() and (found.hyperband < 0.5).all()
    assert found.kept.tolist() == [0, 0]


def test_rank_correlations():
    kept, reverse = (searches.rank_correlations(made_up(o)) for o in ("kept", "reversed"))
    torch.testing.assert_close(kept, torch.ones_like(kept))
    torch.testing.assert_close(reverse[:, :-1], -torch.ones_like(reverse[:, :-1]))
    assert searches.ranks(torch.tensor([0.3, 0.1, 0.3])).tolist() == [1.5, 0, 1.5]


def test_between_nets_lie_straight_lines():
    points = grid(COUNTS)
    plane = 0.2 + 0.5 * points[:, 0] - 0.1 * points[:, 1]
    torch.testing.assert_close(searches.between_nets(plane, points), plane)
    asked = torch.rand(50, 2, generator=seeded(1), dtype=torch.float64)
    expected = 0.2 + 0.5 * asked[:, 0] - 0.1 * asked[:, 1]
    torch.testing.assert_close(searches.between_nets(plane, asked), expected)


def test_evolution_walks_down_a_slope():
    slope = grid(COUNTS).sum(1)
    table = Table(slope.expand(1, len(RUNGS), -1), slope.expand(1, -1))
    found = searches.walked(table, 0, walks=8)
    assert (found["evolved"][:2] < found["random"]).all()


@pytest.mark.parametrize(("task", "shares"), [("steady", 1), ("falling", 0.5), ("warmup", 1)])
def test_the_rate_goes_the_way_of_its_task(task, shares):
    lr, warmup = (torch.tensor([value], dtype=torch.float64) for value in (0.4, 0.5))
    rate = [nets.rate(task, lr, warmup, step).item() for step in range(STEPS)]
    assert rate[STEPS // 2] == pytest.approx(0.4 * shares, rel=0.01)
    assert rate[0] == pytest.approx(0.4 * {"warmup": 1 / 136}.get(task, 1))
    if task != "steady":
        assert rate[-1] < 0.01

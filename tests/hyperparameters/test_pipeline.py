"""The small run, the zoom and the ranking."""

import math

import pytest
import torch
from torch.nn import functional as F

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.pipeline import (
    coarse_to_fine,
    label_entropy,
    overfit_small_batch,
    rank_by_loss,
    zoomed,
)
from dlnotes.optimizers import adam, sgd
from dlnotes.training.nets.mlp import MLP

X = torch.randn(6, 5, generator=seeded(0))
Y = torch.tensor([0, 0, 0, 1, 1, 2])


def test_label_entropy_is_what_the_shares_cost():
    exact = sum(p * math.log(1 / p) for p in (1 / 2, 1 / 3, 1 / 6))
    assert label_entropy(Y) == pytest.approx(exact)
    assert label_entropy(torch.tensor([3, 3])) == 0


def test_a_net_with_more_units_than_examples_learns_them_by_heart():
    seen = overfit_small_batch(MLP((5, 16, 3)), X, Y, adam, lr=0.03)
    assert seen.losses.shape == (201,) and seen.share < 0.01


def test_a_blind_net_stops_at_the_label_entropy():
    seen = overfit_small_batch(MLP((5, 16, 3)), 0 * X, Y, adam, lr=0.03)
    assert seen.share == pytest.approx(1, abs=1e-3)


def test_the_steps_are_those_of_torch():
    net = MLP((5, 4, 3))
    seen = overfit_small_batch(net, X, Y, sgd, lr=0.5, steps=3)
    optimizer, losses = torch.optim.SGD(net.parameters(), lr=0.5), []
    for _ in range(3):
        loss = F.cross_entropy(net(X), Y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    losses.append(F.cross_entropy(net(X), Y).item())
    torch.testing.assert_close(seen.losses, torch.tensor(losses))


def test_one_class_is_no_check():
    with pytest.raises(ValueError, match="at least two classes"):
        overfit_small_batch(MLP((5, 4, 3)), X, 0 * Y, sgd, lr=0.1)


def bowl(points):
    return (points - torch.tensor([0.05, 0.7], dtype=torch.float64)).square().sum(-1)


def test_later_rounds_stay_in_their_boxes():
    found = coarse_to_fine(bowl, 2, 17, seeded(1), rounds=3, shrink=0.3)
    assert found.points.shape == (17, 2)
    assert ((found.points >= 0) & (found.points <= 1)).all()
    for first, count, width in ((6, 6, 0.3), (12, 5, 0.09)):
        best = found.points[found.losses[:first].argmin()]
        low = zoomed(best, width)
        box = found.points[first : first + count]
        assert ((box >= low) & (box <= low + width)).all()


def test_one_round_is_plain_chance():
    found = coarse_to_fine(bowl, 2, 8, seeded(2), rounds=1)
    assert torch.equal(found.points, torch.rand(8, 2, generator=seeded(2), dtype=torch.float64))


def test_the_zoom_pays_in_a_bowl():
    def best(rounds):
        found = [
            coarse_to_fine(bowl, 2, 60, seeded(s), rounds=rounds).losses.min() for s in range(40)
        ]
        return torch.stack(found).mean()

    assert best(2) < 0.6 * best(1)


def test_what_is_not_a_number_is_the_worst():
    found = coarse_to_fine(lambda points: bowl(points).log() * torch.nan, 2, 4, seeded(0))
    assert found.losses.isinf().all()


@pytest.mark.parametrize("bad", [{"shrink": 1.5}, {"shrink": 0}, {"rounds": 0}, {"rounds": 9}])
def test_what_cannot_be_searched_is_named(bad):
    with pytest.raises(ValueError, match=r"`(shrink|rounds|trials)`"):
        coarse_to_fine(bowl, 2, 8, seeded(0), **bad)


def test_the_largest_loss_comes_first():
    output = torch.randn(20, 4, generator=seeded(3))
    y = torch.randint(0, 4, (20,), generator=seeded(4))
    each = F.cross_entropy(output, y, reduction="none")
    assert (each[rank_by_loss(output, y)].diff() <= 0).all()
